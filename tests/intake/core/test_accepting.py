"""受理 and its two clocks, 不予受理, 撤回."""

from __future__ import annotations

import pytest

from schemas.values import Material
from services.intake.core.decide import decider
from tests.intake.core.situations import (
    accept,
    accepted,
    intake,
    not_accepted,
    notified,
    refuse,
    submitted,
    withdraw,
    withdrawn,
)
from tests.support.builders import at, county, item, later, term
from tests.support.given import given

IDENTITY = Material(code="identity", form="original")
CONSENT = Material(code="consent", form="copy", count=2)


def test_acceptance_starts_the_legal_and_the_promised_clock() -> None:
    given(intake, submitted()).when(accept()).then(
        accepted(
            legal=term(20, "2025-03-31 17:30", later(1)),
            promised=term(10, "2025-03-17 17:30", later(1)),
        )
    )


def test_an_instant_item_is_timed_in_minutes_of_office_hours() -> None:
    hour = {"limit": 60, "unit": "working_minutes"}
    instant = decider(county(item(kind="instant", legal=hour, promised=hour)))
    before_lunch = at("2025-03-03 11:30")
    due = term(60, "2025-03-03 14:30", before_lunch, unit="working_minutes")
    given(instant, submitted()).when(accept(at=before_lunch)).then(
        accepted(kind="instant", legal=due, promised=due)
    )


@pytest.mark.parametrize(
    ("papers", "missing"),
    [
        ((IDENTITY,), "四邻意见（复印件，缺 2 份）"),
        ((IDENTITY, Material(code="consent", count=1)), "四邻意见（复印件，缺 1 份）"),
        ((CONSENT,), "身份证（原件，缺 1 份）"),
        ((Material(code="identity", form="copy"), CONSENT), "身份证（原件，缺 1 份）"),
        ((Material(code="identity", form="electronic"), CONSENT), "身份证（原件，缺 1 份）"),
        ((), "身份证（原件，缺 1 份）、四邻意见（复印件，缺 2 份）"),
    ],
)
def test_nothing_is_accepted_before_every_required_paper_is_there(
    papers: tuple[Material, ...], missing: str
) -> None:
    given(intake, submitted(materials=papers)).when(accept()).then_refused(
        "intake.materials_missing", naming=missing
    )


@pytest.mark.parametrize(
    "papers",
    [
        (IDENTITY, CONSENT),
        (Material(code="identity", form="reused"), CONSENT),
        (IDENTITY, Material(code="consent", form="electronic", count=2)),
        (IDENTITY, Material(code="consent", form="copy"), Material(code="consent", form="copy")),
        (IDENTITY, CONSENT, Material(code="sketch")),
    ],
)
def test_a_paper_may_come_in_any_form_that_serves(papers: tuple[Material, ...]) -> None:
    given(intake, submitted(materials=papers)).when(accept()).then(accepted())


def test_a_long_list_of_missing_papers_still_fits_the_log() -> None:
    many = [{"code": f"paper-{n}", "name": "件" * 200, "form": "copy"} for n in range(90)]
    given(decider(county(item(materials=many))), submitted(materials=())).when(
        accept()
    ).then_refused("intake.materials_missing", naming="等 90 种")


def test_a_case_accepted_twice_is_accepted_once() -> None:
    done = given(intake, submitted(), accepted())
    done.when(accept()).then()
    done.when(accept(at=later(2))).then_refused("intake.already_accepted")


def test_the_case_keeps_the_version_it_was_handed_in_under() -> None:
    newer = item(version=2, promised={"limit": 5, "unit": "working_days"})
    given(decider(county(newer)), submitted()).when(accept()).then(accepted())


def test_a_refusal_to_accept_tells_reason_basis_and_remedy() -> None:
    given(intake, submitted()).when(refuse()).then(not_accepted())
    given(intake, submitted(), notified()).when(refuse()).then(not_accepted())


def test_the_same_refusal_twice_is_one_another_is_too_late() -> None:
    done = given(intake, submitted(), not_accepted())
    done.when(refuse()).then()
    done.when(refuse(reason="材料系伪造")).then_refused("intake.already_refused")


def test_the_applicant_withdraws_as_long_as_nothing_is_answered() -> None:
    given(intake, submitted()).when(withdraw()).then(withdrawn())
    given(intake, submitted(), notified()).when(withdraw()).then(withdrawn())
    given(intake, submitted(), withdrawn()).when(withdraw()).then()
    given(intake, submitted(), accepted()).when(withdraw()).then_refused("intake.already_accepted")

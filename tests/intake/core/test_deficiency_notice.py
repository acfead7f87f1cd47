"""一次性补正告知: all that is wrong, said once."""

from __future__ import annotations

import pytest

from schemas.values import Defect, Material
from tests.intake.core.situations import (
    CONSENT,
    NO_CONSENT,
    NO_IDENTITY,
    NUMBER,
    accept,
    accepted,
    intake,
    notified,
    notify,
    submitted,
    supplement,
    supplemented,
)
from tests.support.builders import PAPERS, at, later, term
from tests.support.given import given

ILLEGIBLE = Defect(material="consent", problem="字迹不清")


def test_the_first_notice_says_all_at_once() -> None:
    given(intake, submitted()).when(notify(NO_IDENTITY, NO_CONSENT)).then(
        notified(NO_IDENTITY, NO_CONSENT)
    )


def test_a_notice_names_only_papers_that_the_item_asks_for() -> None:
    given(intake, submitted()).when(
        notify(NO_CONSENT, Defect(material="bank-statement", problem="未提供"))
    ).then_refused("intake.material_not_listed", naming="bank-statement")


def test_what_was_forgotten_in_the_notice_cannot_be_said_later() -> None:
    told = given(intake, submitted(), notified(NO_CONSENT))
    told.when(notify(NO_CONSENT)).then()
    told.when(notify(NO_CONSENT, NO_IDENTITY)).then_refused(
        "intake.already_notified", naming=f"{NUMBER}-B1"
    )


def test_a_second_notice_is_legal_for_what_the_supplement_newly_shows() -> None:
    given(intake, submitted(), notified(), supplemented()).when(notify(ILLEGIBLE)).then(
        notified(ILLEGIBLE, ordinal=2, repeated=("consent",))
    )


def test_a_notice_says_which_papers_were_asked_for_before_so_that_supervision_can_count_them() -> (
    None
):
    brought = supplemented(materials=[Material(code="identity"), Material(code="consent")])
    both = notified(ILLEGIBLE, NO_IDENTITY, ordinal=2, repeated=("consent",))
    second = given(intake, submitted(), notified(NO_CONSENT), brought)
    second.when(notify(ILLEGIBLE, NO_IDENTITY)).then(both)
    second.when(notify(NO_IDENTITY)).then(notified(NO_IDENTITY, ordinal=2))
    given(intake, submitted(), notified(NO_CONSENT), brought, both, brought).when(
        notify(NO_IDENTITY)
    ).then(notified(NO_IDENTITY, ordinal=3, repeated=("identity",)))


@pytest.mark.parametrize("defects", [(NO_IDENTITY,), (ILLEGIBLE, NO_IDENTITY)])
def test_a_second_notice_for_papers_seen_before_is_refused(defects: tuple[Defect, ...]) -> None:
    given(intake, submitted(), notified(), supplemented()).when(notify(*defects)).then_refused(
        "intake.second_notice", naming="identity"
    )


def test_a_third_notice_looks_at_the_last_supplement_only() -> None:
    third = given(
        intake,
        submitted(),
        notified(NO_CONSENT),
        supplemented(),
        notified(ILLEGIBLE, ordinal=2),
        supplemented(materials=[Material(code="identity", form="original")]),
    )
    third.when(notify(NO_IDENTITY)).then(notified(NO_IDENTITY, ordinal=3))
    third.when(notify(ILLEGIBLE)).then_refused("intake.second_notice", naming="consent")


def test_the_five_days_begin_anew_with_the_supplement() -> None:
    on_friday = at("2025-03-07 16:00")
    given(intake, submitted(), notified()).when(supplement(at=on_friday)).then(
        supplemented(answer=term(5, "2025-03-14 17:30", on_friday))
    )


def test_a_supplement_delivered_twice_counts_once() -> None:
    done = given(intake, submitted(), notified(), supplemented())
    done.when(supplement()).then()
    done.when(supplement(at=later(3))).then_refused("intake.nothing_to_supplement")


def test_a_supplement_needs_a_notice_before_it() -> None:
    given(intake, submitted()).when(supplement()).then_refused("intake.nothing_to_supplement")


def test_a_supplement_brings_only_papers_that_the_item_asks_for() -> None:
    given(intake, submitted(), notified()).when(
        supplement(materials=(Material(code="bank-statement"),))
    ).then_refused("intake.material_not_listed")


def test_what_was_supplemented_completes_what_was_there() -> None:
    identity, _ = PAPERS
    one_short = submitted(materials=(identity, *CONSENT))
    given(intake, one_short, notified(), supplemented()).when(accept()).then(accepted())


def test_nothing_is_accepted_while_the_notice_is_out() -> None:
    given(intake, submitted(), notified()).when(accept()).then_refused(
        "intake.supplement_outstanding", naming=f"{NUMBER}-B1"
    )

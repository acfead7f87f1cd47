"""材料复用: which paper of which earlier case may stand in for the same paper once more."""

from __future__ import annotations

from typing import Any, Final

import pytest

from schemas.values import Material
from services.intake.core.commands import EarlierCase
from services.intake.core.decide import decider
from services.intake.core.view import view
from tests.intake.core.situations import (
    accept,
    accepted,
    intake,
    notified,
    submit,
    submitted,
    supplement,
    supplemented,
)
from tests.support.builders import APPLICANT, CASE, county, item
from tests.support.given import given

EARLIER: Final = "01942a3b-0000-7000-8000-0000000000ee"
MATERIALS: Final = [
    {"code": "identity", "name": "身份证", "form": "original", "reusable": True},
    {"code": "consent", "name": "四邻意见", "form": "copy", "count": 2},
]
desk: Final = decider(county(item(materials=MATERIALS)))
REUSED: Final = (Material(code="identity", form="reused", reused_from=EARLIER),)


def case(**changes: Any) -> EarlierCase:
    known = {"case_id": EARLIER, "applicant_ref": APPLICANT, "accepted": True}
    return EarlierCase(**{**known, "papers": ("consent", "identity"), **changes})


def test_a_paper_of_an_accepted_case_is_reused_and_the_case_named() -> None:
    given(desk).when(submit(materials=REUSED, earlier=(case(),))).then(submitted(materials=REUSED))
    given(desk, submitted(), notified()).when(supplement(materials=REUSED, earlier=(case(),))).then(
        supplemented(materials=REUSED)
    )


def test_a_reused_paper_serves_as_the_original() -> None:
    copies = Material(code="consent", count=2)
    given(desk, submitted(materials=(*REUSED, copies))).when(accept()).then(accepted())


def test_only_what_the_catalogue_allows_is_reused() -> None:
    consent = (Material(code="consent", form="reused", reused_from=EARLIER),)
    given(desk).when(submit(materials=consent, earlier=(case(),))).then_refused(
        "intake.not_reusable", naming="四邻意见"
    )


def test_a_reused_paper_names_the_case_it_comes_from() -> None:
    unnamed = (Material(code="identity", form="reused"),)
    given(desk).when(submit(materials=unnamed)).then_refused("intake.reuse_source_missing")
    given(desk, submitted(), notified()).when(supplement(materials=unnamed)).then_refused(
        "intake.reuse_source_missing"
    )


@pytest.mark.parametrize(
    ("earlier", "why"),
    [
        ((), "没有这个办件"),
        ((case(applicant_ref="p-ffffffffffffffffffffffff"),), "不是同一申请人"),
        ((case(accepted=False),), "没有受理"),
        ((case(papers=("consent",)),), "没有这份材料"),
    ],
)
def test_a_paper_that_cannot_come_from_there_is_not_taken(
    earlier: tuple[EarlierCase, ...], why: str
) -> None:
    given(desk).when(submit(materials=REUSED, earlier=earlier)).then_refused(
        "intake.reuse_source_unfit", naming=why
    )


def test_an_accepted_case_tells_which_papers_it_has() -> None:
    told = view(CASE, given(intake, submitted(), accepted()).state, None)
    assert told["papers"] == ["consent", "identity"]

"""前置条件: what must be there first, and by what it is shown."""

from __future__ import annotations

from typing import Any, Final

import pytest

from schemas.values import MetPrecondition
from services.intake.core.commands import Prior
from services.intake.core.decide import decider
from services.intake.core.families import as_one_family
from tests.intake.core.situations import (
    attached,
    draft,
    drafted,
    submit,
    submitted,
)
from tests.intake.core.test_families import FAMILY_ID, topic
from tests.support.builders import APPLICANT, CASE, PAPERS, county, item
from tests.support.given import given

CONSENT_ONLY: Final = PAPERS[1:]
FIRST: Final = {"items": ["house", "rebuild"], "paper": "identity", "basis": "农经发〔2019〕6号"}
HOUSE: Final = Prior(item="house", name="宅基地建房审批")
REBUILD: Final = Prior(item="rebuild", name="原址翻建审批")
GIVEN: Final = {"document_number": "D1", "case_id": CASE}
wanting: Final = decider(county(item(preconditions=[FIRST])))


def known(prior: Prior, **more: Any) -> Prior:
    return Prior(item=prior.item, name=prior.name, **more)


def met(**how: Any) -> Any:
    return submitted(materials=CONSENT_ONLY, preconditions=[MetPrecondition(**how)])


def test_without_a_result_and_without_its_paper_nothing_is_taken_in() -> None:
    given(wanting).when(submit(materials=CONSENT_ONLY, prior=(HOUSE, REBUILD))).then_refused(
        "intake.precondition_unmet", naming="“宅基地建房审批”或“原址翻建审批”"
    )
    given(wanting).when(submit(materials=CONSENT_ONLY, prior=(HOUSE, REBUILD))).then_refused(
        "intake.precondition_unmet", naming="请提交身份证"
    )


def test_an_item_that_nothing_is_known_of_is_named_by_its_code() -> None:
    given(wanting).when(submit(materials=CONSENT_ONLY)).then_refused(
        "intake.precondition_unmet", naming="“house”"
    )


@pytest.mark.parametrize("first", [HOUSE, REBUILD])
def test_a_result_in_force_of_any_one_of_them_is_enough_and_no_paper_is_asked_for(
    first: Prior,
) -> None:
    others = tuple(one for one in (HOUSE, REBUILD) if one is not first)
    command = submit(materials=CONSENT_ONLY, prior=(*others, known(first, **GIVEN)))
    given(wanting).when(command).then(met(item=first.item, by="result", **GIVEN))


def test_a_paper_that_shows_it_is_enough_where_no_result_is_known() -> None:
    shown = submitted(preconditions=[MetPrecondition(item="house", by="paper")])
    given(wanting).when(submit(prior=(HOUSE, REBUILD))).then(shown)


def test_a_file_with_the_draft_shows_it_too() -> None:
    put_down = (drafted(materials=CONSENT_ONLY), attached("identity.2"))
    given(wanting, *put_down).when(submit(materials=CONSENT_ONLY)).then(
        met(item="house", by="paper")
    )
    other = (drafted(materials=CONSENT_ONLY), attached("consent"))
    given(wanting, *other).when(submit(materials=CONSENT_ONLY)).then_refused(
        "intake.precondition_unmet"
    )


def test_what_is_asked_for_together_as_one_topic_need_not_be_there_yet() -> None:
    together = known(REBUILD, together=True)
    given(wanting).when(submit(materials=CONSENT_ONLY, prior=(HOUSE, together))).then(
        met(item="rebuild", by="topic")
    )


def test_a_known_result_goes_before_a_paper_and_a_paper_before_the_topic() -> None:
    both = known(HOUSE, together=True, **GIVEN)
    by_result = MetPrecondition(item="house", by="result", **GIVEN)
    given(wanting).when(submit(prior=(both,))).then(submitted(preconditions=[by_result]))
    by_paper = MetPrecondition(item="house", by="paper")
    together = known(HOUSE, together=True)
    given(wanting).when(submit(prior=(together,))).then(submitted(preconditions=[by_paper]))


def test_a_draft_may_be_put_down_before_anything_is_there() -> None:
    given(wanting).when(draft(materials=CONSENT_ONLY)).then(drafted(materials=CONSENT_ONLY))


def test_all_that_is_unmet_is_said_at_once() -> None:
    second = {"items": ["survey"], "paper": "sketch", "basis": "本县自定"}
    both = decider(county(item(preconditions=[FIRST, second])))
    for named in ("house", "survey"):
        given(both).when(submit(materials=CONSENT_ONLY)).then_refused(
            "intake.precondition_unmet", naming=named
        )


def test_members_of_one_topic_come_together_and_strangers_to_it_do_not() -> None:
    house = submit(item_code="house", applicant_ref=APPLICANT)
    later = submit(item_code="completion", prior=(HOUSE, REBUILD))
    _, member = as_one_family([house, later], topic("house", "completion"), FAMILY_ID)
    assert [(p.item, p.together) for p in member.prior] == [("house", True), ("rebuild", False)]

"""两章制: a result bears its organisation's seals, and each use of one is bound to one document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from schemas.events.base import Event
from schemas.events.custody import ResultReissued
from schemas.events.results import ResultCorrected, ResultIssued
from schemas.events.seals import SealUsed
from schemas.seal_facts import Seal
from services.review.core.commands import Command
from services.review.core.decide import decider
from services.review.core.sealing import in_force
from services.review.core.view import view
from tests.review.core.situations import (
    CONVENER,
    FULL_ITEM,
    checked,
    claimed,
    decided,
    received,
    step_id,
)
from tests.review.core.situations_of_consulting import met
from tests.review.core.situations_of_custody import dispatched, failed, reissue, reissued
from tests.review.core.situations_of_results import correct, issue, issued, to_deliver
from tests.support.builders import CASE, HOUSING, county, later, organisation
from tests.support.given import Refusal, given, refused

KEEPER, STRANGER, PLOTS = "o-land", "o-lin", "o-plots"


def seal(code: str = "approval", **changes: Any) -> Seal:
    told: dict[str, Any] = {
        "code": code,
        "kind": "approval" if code != "closing" else "closing",
        "name": f"住建局{code}章",
        "keeper": "o-hand",
        "valid_from": date(2019, 1, 1),
    }
    return Seal.model_validate(told | changes)


WORN: Final = seal("worn", valid_until=date(2025, 3, 2))
TO_COME: Final = seal("to-come", valid_from=date(2025, 3, 4))
LAST_DAY: Final = seal("last-day", valid_until=date(2025, 3, 3))
FIRST_DAY: Final = seal("first-day", valid_from=date(2025, 3, 3))
PLACE: Final = organisation(
    HOUSING,
    seals=[s.model_dump() for s in (seal(), seal("closing"), WORN, TO_COME, LAST_DAY, FIRST_DAY)],
)


def staffed() -> Any:
    """Give the county with seals at the department, and two officers there."""
    found = county(FULL_ITEM, PLACE)
    there = found.officers[KEEPER].model_dump()
    for officer_id in ("o-hand", "o-deputy"):
        posts = [{"organisation": HOUSING, "role": "department_clerk"}]
        told = {**there, "officer_id": officer_id, "organisation": HOUSING, "posts": posts}
        known = type(found.officers[KEEPER]).model_validate(told)
        found = replace(found, officers={**found.officers, officer_id: known})
    return found


review: Final = decider(staffed())
APPROVED: Final[tuple[Event, ...]] = (
    received(of=FULL_ITEM),
    claimed(),
    checked(),
    decided(),
    to_deliver(),
)


def used(code: str = "approval", **changes: Any) -> SealUsed:
    told: dict[str, Any] = {
        "step_id": step_id(4),
        "organisation": HOUSING,
        "officer_id": CONVENER.officer_id,
        "seal": code,
        "kind": seal(code).kind,
        "name": seal(code).name,
        "document_number": issued().document_number,
        "occasion": "issue",
        "put_on_by": "o-hand",
        "used_at": later(),
    }
    return SealUsed.model_validate(told | changes)


ISSUED: Final = (*APPROVED, issued(), used())
LOST: Final = (*ISSUED, dispatched(), failed())


def test_a_result_bears_the_seal_and_tells_by_whose_hand() -> None:
    stamped = replace(issue(), seals=("approval",))
    given(review, *APPROVED).when(stamped).then(issued(), used())
    by_deputy = replace(stamped, put_on_by="o-deputy")
    given(review, *APPROVED).when(by_deputy).then(issued(), used(put_on_by="o-deputy"))


def test_two_seals_are_two_uses_in_whatever_order_they_are_named() -> None:
    for seals in (("approval", "closing"), ("closing", "approval")):
        given(review, *APPROVED).when(replace(issue(), seals=seals)).then(
            issued(), used(), used("closing")
        )


NOT_OURS: Final = refused("review.seal_unknown")
NOT_NOW: Final = refused("review.seal_not_in_force")


@pytest.mark.parametrize(
    ("seals", "refusal"),
    [
        ((), refused("review.seal_missing")),
        (("approval", "approval"), refused("review.seal_used")),
        (("of-another",), NOT_OURS),
        (("approval", "of-another"), NOT_OURS),
        (("worn",), NOT_NOW),
        (("to-come",), NOT_NOW),
    ],
)
def test_what_is_no_seal_of_today_s_is_not_put_on(seals: tuple[str, ...], refusal: Refusal) -> None:
    acts: list[tuple[tuple[Event, ...], Any]] = [
        (APPROVED, issue()),
        (ISSUED, correct()),
        (LOST, reissue()),
    ]
    for history, command in acts:
        outcome = given(review, *history).when(replace(command, seals=seals))
        outcome.then_refused(refusal.code)


def test_a_seal_is_in_force_from_its_first_day_through_its_last() -> None:
    for code in ("last-day", "first-day"):
        assert given(review, *APPROVED).when(replace(issue(), seals=(code,))).events
    names = [known.code for known in in_force(PLACE, date(2025, 3, 3))]
    assert names == ["approval", "closing", "first-day", "last-day"]


@pytest.mark.parametrize("hand", [STRANGER, "o-gone"])
def test_only_officers_of_the_organisation_put_it_on(hand: str) -> None:
    stamped = replace(issue(), seals=("approval",), put_on_by=hand)
    given(review, *APPROVED).when(stamped).then_refused("review.seal_hand_unfit", naming=hand)


def test_a_second_use_on_the_same_result_comes_to_nothing() -> None:
    stamped = replace(issue(), seals=("approval",))
    given(review, *ISSUED).when(stamped).then()
    again = replace(stamped, at=later(9), seals=("closing",))
    given(review, *ISSUED).when(again).then_refused("review.already_issued")


def test_a_correction_and_a_duplicate_are_uses_of_their_own() -> None:
    put_right = replace(correct(), seals=("closing",))
    first, second = given(review, *ISSUED).when(put_right).events
    assert isinstance(first, ResultCorrected)
    assert second == used("closing", occasion="correction")
    anew = replace(reissue(), seals=("approval",))
    first, second = given(review, *LOST).when(anew).events
    assert isinstance(first, ResultReissued)
    number = reissued().document_number
    assert second == used(occasion="duplicate", document_number=number, used_at=later(6))


def test_a_record_bears_no_seal() -> None:
    history = (*APPROVED[:1], met(), *APPROVED[1:])
    minutes = correct("meeting_minutes", "各部门意见一致", "各部门意见基本一致")
    given(review, *history).when(replace(minutes, seals=("approval",))).then_refused(
        "review.seal_unfit"
    )
    assert given(review, *history).when(minutes).events


def test_an_organisation_without_seals_issues_without() -> None:
    plain = decider(county(FULL_ITEM))
    given(plain, *APPROVED).when(issue()).then(issued())
    given(plain, *APPROVED).when(replace(issue(), seals=("approval",))).then_refused(
        "review.seal_unknown"
    )


def test_the_step_shows_the_seals_of_the_document_that_holds() -> None:
    def shown(*events: Event) -> object:
        return view(CASE, given(review, *events).state, step_id(4)).get("seals")

    assert shown(*APPROVED, issued()) is None
    assert shown(*ISSUED) == [seal().name]
    again = used("closing", occasion="correction")
    assert shown(*ISSUED, again, again) == [seal().name, seal("closing").name]
    assert shown(*LOST, reissued(), used("closing")) == [seal("closing").name]


def test_every_document_of_a_day_bears_each_seal_once() -> None:
    day: list[Command] = [
        replace(issue(), seals=("approval", "closing")),
        replace(issue(later(2)), seals=("approval",)),
        replace(correct(), seals=("approval",)),
        replace(correct(), seals=("approval",)),
        replace(correct(old="农村宅基地批准书", new="批准书"), seals=("approval",)),
    ]
    state, trail = given(review, *APPROVED).state, list[Event]()
    for command in day:
        outcome = given(review, *APPROVED, *trail).when(command)
        trail += outcome.events if outcome.refusal is None else ()
    assert state is not None
    made = [e for e in trail if isinstance(e, ResultIssued | ResultCorrected)]
    uses = [(e.occasion, e.seal) for e in trail if isinstance(e, SealUsed)]
    assert len(made) == 3
    assert uses == [
        ("issue", "approval"),
        ("issue", "closing"),
        *[("correction", "approval")] * 2,
    ]

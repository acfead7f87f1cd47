"""Steps that were moved, delegated or taken back stand in one queue, and in the right one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from schemas.values import Role
from services.supervision.shell.queries_cases import whole_case
from services.supervision.shell.queries_steps import Step
from services.supervision.shell.queries_worklist import worklist
from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.verification import differences
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Kept, Log
from tests.supervision.streams import Life, case_id, opened
from tests.supervision.streams_of_routes import Way, ahead
from tests.support.builders import FORESTRY, HOUSING, MONDAY, TOWNSHIP, VILLAGE, officer

pytestmark = pytest.mark.engine
UNIT: Final = f"{HOUSING}/u-plots"
STAFF: Final = {
    "o-li": officer("department_reviewer", HOUSING, "o-li"),
    "o-wang": officer("department_reviewer", HOUSING, "o-wang"),
    "o-unit": officer("department_reviewer", UNIT, "o-unit"),
    "o-clerk": officer("department_clerk", HOUSING, "o-clerk"),
    "o-town": officer("township_approver", TOWNSHIP, "o-town"),
    "o-village": officer("village_clerk", VILLAGE, "o-village"),
    "o-far": officer("department_reviewer", FORESTRY, "o-far"),
}


def way(where: str = HOUSING, role: Role = "department_reviewer") -> Way:
    """A case whose first step is open at `where`."""
    life = Life(Log(), 1)
    life.submit()
    life.accept()
    life.say(opened(life.case, 1, where, role=role), by="system")
    return Way(life, 1, where, role)


def queues(store: Store, days: float = 0) -> dict[str, list[str]]:
    """Who sees which step in their worklist, `days` after it all began; who sees none is left
    out."""
    now = MONDAY + timedelta(days=days)
    found = {
        who: [work.step.step_id.rpartition(".")[2] for work in worklist(store, actor, now).items]
        for who, actor in STAFF.items()
    }
    return {who: steps for who, steps in found.items() if steps}


def step(store: Store, number: int = 1) -> Step:
    """The step, as a case tells of it."""
    whole = whole_case(store, case_id(1))
    assert whole is not None
    return next(step for step in whole.steps if step.number == number)


def test_a_step_handed_to_a_colleague_is_in_their_queue_and_no_other(store: Store) -> None:
    there = way()
    there.claim("o-li")
    there.transfer(HOUSING, "o-wang")
    project(store, there.life.log)
    assert queues(store) == {"o-wang": ["1"]}
    assert (step(store).claimed_by, step(store).moves) == ("o-wang", 1)


def test_until_review_has_followed_the_claim_of_before_does_not_count(store: Store) -> None:
    there = way()
    there.claim("o-li")
    there.transfer(UNIT, None, followed=False)
    project(store, there.life.log)
    # Of the office or above it, whoever claims it; not the former claimant alone.
    assert queues(store) == {"o-li": ["1"], "o-wang": ["1"], "o-unit": ["1"]}
    assert (step(store).organisation, step(store).claimed_by) == (UNIT, "")
    there.follow(None)
    there.claim("o-unit")
    insert(store, there.life.log.messages[-2:], first=2)
    assert queues(store) == {"o-unit": ["1"]}


def test_a_step_that_was_taken_over_is_in_the_queue_of_the_taker(store: Store) -> None:
    there = way(VILLAGE, "village_clerk")
    there.claim("o-village")
    project(store, there.life.log)
    assert queues(store) == {"o-village": ["1"]}
    seen = len(there.life.log.messages)
    there.take_over(TOWNSHIP, "o-town", followed=False)
    insert(store, there.life.log.messages[seen:], first=2)
    assert queues(store) == {"o-town": ["1"]}
    assert (step(store).organisation, step(store).role) == (TOWNSHIP, "township_approver")


def test_a_step_of_an_abolished_organisation_is_in_the_queue_of_its_successor(
    store: Store,
) -> None:
    there = way()
    there.claim("o-li")
    there.reroute(FORESTRY, followed=False)
    project(store, there.life.log)
    assert queues(store) == {"o-far": ["1"]}
    assert (step(store).organisation, step(store).claimed_by) == (FORESTRY, "")
    seen = len(there.life.log.messages)
    there.follow(None)
    there.claim("o-far")
    insert(store, there.life.log.messages[seen:], first=2)
    assert queues(store) == {"o-far": ["1"]}
    assert (step(store).claimed_by, step(store).moves) == ("o-far", 1)
    assert differences(store) == []


def test_a_stand_in_sees_the_step_within_the_time_only(store: Store) -> None:
    there = way()
    there.delegate("o-clerk", days=2)
    project(store, there.life.log)
    reviewers = {"o-li": ["1"], "o-wang": ["1"]}
    assert queues(store) == reviewers
    assert queues(store, 1) == {**reviewers, "o-clerk": ["1"]}
    assert queues(store, 3) == reviewers
    told = step(store)
    assert (told.stand_in, told.acting_for) == ("o-clerk", "o-li")


def test_what_a_stand_in_has_claimed_comes_back_to_the_others_when_their_time_is_over(
    store: Store,
) -> None:
    there = way()
    there.delegate("o-clerk", days=2)
    there.claim("o-clerk")
    project(store, there.life.log)
    assert queues(store, 1) == {"o-clerk": ["1"]}
    assert queues(store, 3) == {"o-li": ["1"], "o-wang": ["1"]}


def test_what_the_absent_officer_holds_is_on_the_list_of_the_stand_in(store: Store) -> None:
    there = way()
    there.claim("o-li")
    there.delegate("o-clerk", days=2)
    project(store, there.life.log)
    assert queues(store, 1) == {"o-li": ["1"], "o-clerk": ["1"]}
    assert queues(store, 3) == {"o-li": ["1"]}


def test_a_stand_in_does_not_follow_the_step(store: Store) -> None:
    there = way()
    there.delegate("o-clerk", days=2)
    there.transfer(HOUSING, "o-wang")
    project(store, there.life.log)
    assert queues(store, 1) == {"o-wang": ["1"]}
    assert step(store).stand_in == ""


def test_a_returned_step_is_in_no_queue_and_the_one_done_once_more_in_its_own(
    store: Store,
) -> None:
    there = way()
    there.claim("o-wang")
    there.recall()
    project(store, there.life.log)
    assert queues(store) == {"o-wang": ["1"]}
    assert step(store).recalled_for == "returned"
    seen = len(there.life.log.messages)
    there.give_up(ahead(2, TOWNSHIP))
    insert(store, there.life.log.messages[seen:], first=2)
    assert queues(store) == {"o-town": ["2"]}
    back = step(store)
    assert (back.outcome, back.closed_by, back.recalled_for) == ("returned", "o-wang", "")


def test_an_uploaded_step_is_the_departments(store: Store) -> None:
    there = way(TOWNSHIP, "township_approver")
    there.recall("uploaded")
    there.give_up(ahead(2, FORESTRY, "department_reviewer"), "uploaded")
    project(store, there.life.log)
    assert queues(store) == {"o-far": ["2"]}
    assert step(store).outcome == "uploaded"


def test_moves_told_in_any_order_and_twice_give_the_same_queue(store: Store) -> None:
    there = way()
    there.claim("o-li")
    there.transfer(UNIT)
    there.claim("o-unit")
    there.transfer(HOUSING, "o-wang")
    messages: list[Kept] = there.life.log.messages
    insert(store, messages[::-1], messages[3:])
    assert queues(store) == {"o-wang": ["1"]}
    assert step(store).moves == 2


def test_a_recount_of_the_events_finds_the_moved_steps_as_they_are(store: Store) -> None:
    there = way()
    there.transfer(UNIT)
    there.delegate("o-clerk")
    there.recall()
    there.give_up(ahead(2, TOWNSHIP))
    project(store, there.life.log)
    assert differences(store) == []

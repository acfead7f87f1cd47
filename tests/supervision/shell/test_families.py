"""一件事的办件组, off the tables: which cases belong together, and how each stands."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest

from schemas.events import routing
from schemas.events.base import Event
from schemas.facts import Topic
from schemas.values import Family
from services.kernel.reference_book import ReferenceBook
from services.runtime.tokens import SignedInOfficer
from services.supervision.core.families import all_ready, due_of
from services.supervision.shell.answers import Reading
from services.supervision.shell.families import told_family
from services.supervision.shell.projecting import Tables
from services.supervision.shell.queries import CaseFilter, Scope
from services.supervision.shell.queries_cases import count_cases, list_cases, trace
from services.supervision.shell.queries_families import family_by_id
from services.supervision.shell.store.checksums import table_sums
from services.supervision.shell.store.engine import Store
from tests.supervision.conftest import empty
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Kept, Log
from tests.supervision.shell.test_results_to_hand_over import DELIVERED, ISSUED, READY, begun
from tests.supervision.streams import Life, accepted, case_id, submitted
from tests.support.builders import COUNTY, OTHER_VILLAGE, VILLAGE, at, item

pytestmark = pytest.mark.engine
NOW: Final = at("2025-03-20 10:00")
SCOPE: Final = Scope((COUNTY,), imported=True)
FAMILY: Final = Family(
    family_id="01942a3b-0000-5000-8000-0000000000fa",
    topic="having-a-child",
    topic_version=2,
    members=3,
)
OTHER: Final = FAMILY.model_copy(
    update={"family_id": "01942a3b-0000-5000-8000-0000000000fb", "members": 1}
)
ITEMS: Final = ("birth-household", "medical-enrolment", "childcare-subsidy")


def handed_in() -> tuple[Log, list[Life]]:
    """Three cases of one family, one of another, one of none; the first three in one village."""
    log = Log()
    lives = [Life(log, number) for number in range(1, 6)]
    for life, code in zip(lives, ITEMS, strict=False):
        life.say(submitted(life.number, family=FAMILY, item_code=code), by="applicant")
    lives[3].say(submitted(4, family=OTHER, organisation=OTHER_VILLAGE), by="applicant")
    lives[4].say(submitted(5), by="applicant")
    return log, lives


def finish(life: Life, item: str, *results: Event) -> None:
    life.say(accepted(life.number, family=FAMILY, item_code=item))
    life.say(routing.CaseCompleted(outcome="approved"), by="system")
    for event in results:
        life.say(event)


def listed(store: Store, family_id: str, scope: Scope = SCOPE) -> list[str]:
    asked = CaseFilter(family=family_id)
    found = [case.case_id for case in list_cases(store, scope, asked, NOW).items]
    assert count_cases(store, scope, asked, NOW) == len(found)
    return sorted(found)


def test_a_list_filters_by_family_within_what_may_be_seen(store: Store) -> None:
    log, _ = handed_in()
    project(store, log)
    assert listed(store, FAMILY.family_id) == [case_id(n) for n in (1, 2, 3)]
    assert listed(store, OTHER.family_id) == [case_id(4)]
    assert listed(store, OTHER.family_id, Scope((VILLAGE,))) == []
    assert listed(store, case_id(5)) == []


def test_a_family_tells_how_each_of_its_cases_stands(store: Store) -> None:
    log, lives = handed_in()
    finish(lives[0], ITEMS[0], begun(1), ISSUED, READY)
    lives[1].say(accepted(2, family=FAMILY, item_code=ITEMS[1]))
    project(store, log)
    found = family_by_id(store, FAMILY.family_id)
    assert found is not None
    assert (found.topic, found.topic_version, found.members) == ("having-a-child", 2, 3)
    stands = [(c.item, c.status, c.result, c.ready_place) for c in found.cases]
    assert stands == [
        (ITEMS[0], "completed", "ready", VILLAGE),
        (ITEMS[1], "accepted", "none", ""),
        (ITEMS[2], "submitted", "none", ""),
    ]
    assert not all_ready(found)


def test_a_case_at_the_superior_keeps_the_topic_without_a_deadline(store: Store) -> None:
    log, lives = handed_in()
    for life, code in zip(lives, ITEMS, strict=False):
        life.say(accepted(life.number, family=FAMILY, item_code=code, kind="report_up"))
    project(store, log)
    before = family_by_id(store, FAMILY.family_id)
    assert before is not None
    assert due_of(before) == max(case.due_at for case in before.cases if case.due_at)
    known = len(log.messages)
    lives[1].report_up()
    insert(store, log.messages[known:], first=2)
    after = family_by_id(store, FAMILY.family_id)
    assert after is not None
    assert [case.at_superior for case in after.cases] == [False, True, False]
    assert due_of(after) is None


def test_when_the_last_result_lies_ready_one_way_is_enough(store: Store) -> None:
    log, lives = handed_in()
    came: list[list[Event]] = [[ISSUED, READY], [ISSUED, READY, DELIVERED], [ISSUED]]
    for life, code, results in zip(lives, ITEMS, came, strict=False):
        finish(life, code, begun(life.number), *results)
    project(store, log)
    before = family_by_id(store, FAMILY.family_id)
    assert before is not None
    assert [case.result for case in before.cases] == ["ready", "delivered", "issued"]
    assert not all_ready(before)
    lives[2].say(READY)
    insert(store, log.messages[-1:], first=2)
    after = family_by_id(store, FAMILY.family_id)
    assert after is not None
    assert all_ready(after)


async def test_a_case_tells_its_siblings_by_name_in_the_order_of_the_topic(store: Store) -> None:
    log, _ = handed_in()
    project(store, log)
    topic = Topic.model_validate(
        {
            "code": FAMILY.topic,
            "version": FAMILY.topic_version,
            "valid_from": "2025-01-01",
            "name": "新生儿出生一件事",
            "name_en": "Having a child",
            "items": ITEMS[::-1],
            "form": "一张表",
        }
    )
    book = ReferenceBook((topic, item(code=ITEMS[0], name="出生登记")))
    tables = cast(Tables, SimpleNamespace(store=store))
    reading = Reading(tables, book, cast(SignedInOfficer, None), SCOPE, NOW)

    async def told_by(number: int) -> dict[str, Any] | None:
        return await told_family(reading, trace(store, case_id(number)))

    told = await told_by(1)
    assert told is not None
    assert told == await told_by(3)
    assert (told["topic_name"], told["members"]) == ("新生儿出生一件事", 3)
    assert [case["case_id"] for case in told["cases"]] == [case_id(n) for n in (3, 2, 1)]
    assert told["cases"][2]["item_name"] == "出生登记"
    assert [case["overdue"] for case in told["cases"]] == [True, True, True]
    assert (told["due_at"], told["overdue"]) == (None, False)  # nothing is accepted yet
    assert (told["all_ended"], told["all_ready"]) == (False, False)
    assert await told_by(5) is None


def test_a_family_that_nobody_handed_in_is_not_there(store: Store) -> None:
    log, _ = handed_in()
    project(store, log)
    assert family_by_id(store, case_id(1)) is None


def test_families_are_the_same_in_any_order_and_with_any_repeats(store: Store) -> None:
    log, lives = handed_in()
    finish(lives[0], ITEMS[0], begun(1), ISSUED, READY)

    def tables(*batches: Sequence[Kept]) -> object:
        empty(store)
        insert(store, *batches)
        return table_sums(store), family_by_id(store, FAMILY.family_id)

    once = tables(log.messages)
    assert tables(log.messages[::-1], log.messages[1:4], log.messages) == once

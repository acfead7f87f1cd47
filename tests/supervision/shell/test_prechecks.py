"""网上预审: drafts whose papers are to be looked at, and what a case tells of it afterwards."""

from __future__ import annotations

from typing import Any, Final

import pytest

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.intake import (
    ApplicationDrafted,
    ApplicationWithdrawn,
    PrecheckAnswered,
    PrecheckRequested,
)
from schemas.values import Defect
from services.kernel.reference_book import ReferenceBook
from services.supervision.shell.clocks import explained_clocks
from services.supervision.shell.past import past_clocks
from services.supervision.shell.prechecks import told_precheck
from services.supervision.shell.queries import Scope
from services.supervision.shell.queries_cases import WholeCase, whole_case
from services.supervision.shell.queries_prechecks import pending_prechecks
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, case_id, submitted
from tests.support.builders import (
    APPLICANT,
    COUNTY,
    OTHER_VILLAGE,
    PAPERS,
    VILLAGE,
    at,
    county,
    item,
    term,
)

pytestmark = pytest.mark.engine
NOW: Final = at("2025-03-04 10:00")
WHOLE: Final = Scope((COUNTY,), imported=True)
NO_CONSENT: Final = Defect(material="consent", problem="缺一户签字")
DRAFTED: Final = ApplicationDrafted(
    item_code="township-decides",
    item_version=1,
    organisation=VILLAGE,
    channel="online",
    applicant_ref=APPLICANT,
    materials=PAPERS,
)
BOOK: Final = ReferenceBook([item(), *county().organisations.values()])


def asked(
    due: str = "2025-03-04 17:30", ordinal: int = 1, place: str = VILLAGE
) -> PrecheckRequested:
    return PrecheckRequested(ordinal=ordinal, organisation=place, term=term(1, due))


def answered(*defects: Defect) -> PrecheckAnswered:
    return PrecheckAnswered(ordinal=1, defects=defects, sound=("identity",))


def lived(log: Log, number: int, *events: Event) -> None:
    life = Life(log, number)
    for event in (DRAFTED, *events):
        life.say(event)


def pending(store: Store, scope: Scope = WHOLE) -> list[str]:
    return [found.case_id for found in pending_prechecks(store, scope, NOW).items]


def whole_of(store: Store, number: int = 1) -> WholeCase:
    found = whole_case(store, case_id(number))
    assert found is not None
    return found


def told(store: Store) -> dict[str, Any]:
    found = told_precheck(BOOK, whole_of(store))
    assert found is not None
    return found


def test_drafts_wait_for_their_precheck_the_soonest_due_first(store: Store) -> None:
    log = Log()
    lived(log, 1, asked("2025-03-05 17:30"))
    lived(log, 2, asked("2025-03-03 17:30"))
    lived(log, 3, asked(place=OTHER_VILLAGE))
    lived(log, 4)
    insert(store, log.messages)
    assert pending(store) == [case_id(2), case_id(3), case_id(1)]
    assert pending(store, Scope((VILLAGE,), imported=False)) == [case_id(2), case_id(1)]
    [first, *_] = pending_prechecks(store, WHOLE, NOW).items
    assert (first.item, first.channel, first.ordinal) == ("township-decides", "online", 1)
    assert first.due_at == at("2025-03-03 17:30")


@pytest.mark.parametrize(
    "end", [answered(), answered(NO_CONSENT), submitted(), ApplicationWithdrawn(reason="不办了")]
)
def test_what_was_answered_handed_in_or_withdrawn_waits_no_more(store: Store, end: Event) -> None:
    log = Log()
    lived(log, 1, asked(), end)
    insert(store, log.messages)
    assert pending(store) == []


def test_asked_again_after_its_answer_a_draft_waits_again(store: Store) -> None:
    log = Log()
    lived(log, 1, asked(), answered(NO_CONSENT), DRAFTED, asked(ordinal=2))
    insert(store, log.messages[::-1], log.messages)
    [found] = pending_prechecks(store, WHOLE, NOW).items
    assert found.ordinal == 2


def test_a_page_of_them_goes_on_where_the_last_one_ended(store: Store) -> None:
    log = Log()
    for number in range(1, 6):
        lived(log, number, asked(f"2025-03-0{4 + number % 2} 17:30"))
    insert(store, log.messages)
    found, cursor = list[str](), None
    while True:
        page = pending_prechecks(store, WHOLE, NOW, cursor, 2)
        found += [each.case_id for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert found == pending(store)
    assert len(set(found)) == 5


def test_a_case_tells_how_far_its_precheck_has_come(store: Store) -> None:
    log = Log()
    lived(log, 1, asked())
    insert(store, log.messages)
    assert (told(store)["status"], told(store)["findings"]) == ("requested", [])
    seen = len(log.messages)
    life = Life(log, 1)
    life.say(answered(NO_CONSENT))
    insert(store, log.messages[seen:], first=2)
    finding = {"material": "consent", "material_name": "四邻意见", "problem": "缺一户签字"}
    assert (told(store)["status"], told(store)["findings"]) == ("deficient", [finding])


@pytest.mark.parametrize(
    ("events", "status"),
    [((asked(), answered()), "fine"), ((asked(), submitted()), "unanswered")],
)
def test_papers_that_will_do_and_a_case_that_went_on_without_are_told_as_such(
    store: Store, events: tuple[Event, ...], status: str
) -> None:
    log = Log()
    lived(log, 1, *events)
    insert(store, log.messages)
    assert told(store)["status"] == status


def test_without_a_precheck_a_case_tells_of_none(store: Store) -> None:
    log = Log()
    lived(log, 1)
    insert(store, log.messages)
    assert told_precheck(BOOK, whole_of(store)) is None


def test_the_clock_of_a_precheck_is_explained_and_no_other_runs(store: Store) -> None:
    log = Log()
    lived(log, 1, asked())
    insert(store, log.messages)
    facts = county()
    [clock] = explained_clocks(facts, whole_of(store), NOW)
    assert (clock["clock"], clock["due_at"]) == ("precheck", at("2025-03-04 17:30"))
    assert [day["why"] for day in clock["explanation"]] == ["start_day", "counted"]
    [then] = past_clocks(BOOK, whole_of(store).trace, NOW)
    assert then["clock"] == "precheck"


def test_the_clock_of_a_precheck_ends_with_its_answer(store: Store) -> None:
    log = Log()
    lived(log, 1, asked(), answered())
    insert(store, log.messages)
    [clock] = explained_clocks(county(), whole_of(store), at("2025-03-10 10:00"))
    assert not clock["overdue"]


def test_an_amended_calendar_moves_the_day_of_the_answer_while_it_waits(store: Store) -> None:
    moved = DueDateCorrected(
        clock="precheck",
        old_due_at=at("2025-03-04 17:30"),
        old_calendar_version="2025.1",
        term=term(1, "2025-03-06 17:30"),
        why="2025-03-04 停办",
    )
    log = Log()
    for number, after in ((1, ()), (2, (answered(),))):
        life = Life(log, number)
        for event in (DRAFTED, asked(), moved, *after):
            life.say(event, topic="case.intake.events.v1")
    insert(store, log.messages[::-1], log.messages)
    (found,) = pending_prechecks(store, WHOLE, NOW).items
    assert (found.case_id, found.due_at) == (case_id(1), at("2025-03-06 17:30"))
    (clock,) = explained_clocks(county(), whole_of(store), NOW)
    assert (clock["clock"], clock["due_at"]) == ("precheck", at("2025-03-06 17:30"))

"""出件: what was approved waits in a list until it was collected or revoked."""

from __future__ import annotations

from typing import Final

import pytest

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.custody import DeliveryFailed, ResultDispatched, ResultReissued
from schemas.events.results import (
    DeliveryClockStarted,
    ReadyNotified,
    ResultDelivered,
    ResultIssued,
    ResultReady,
    ResultRevoked,
)
from schemas.events.review import OpinionRequested
from schemas.values import DeliveryFailure
from services.supervision.shell.clocks import explained_clocks
from services.supervision.shell.past import past_clocks
from services.supervision.shell.queries import Scope
from services.supervision.shell.queries_cases import whole_case
from services.supervision.shell.queries_results import waiting_results
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, case_id
from tests.support.builders import COUNTY, HOUSING, OTHER_VILLAGE, VILLAGE, at, county, term

pytestmark = pytest.mark.engine
NOW: Final = at("2025-03-20 10:00")
WHOLE: Final = Scope((COUNTY,), imported=True)


def begun(number: int, due: str = "2025-03-17 17:30") -> DeliveryClockStarted:
    step_id = f"{case_id(number)}.1"
    return DeliveryClockStarted(step_id=step_id, organisation=HOUSING, term=term(10, due))


def _by(where: str) -> dict[str, str]:
    return {"step_id": f"{case_id(1)}.1", "organisation": where, "officer_id": "o-wang"}


ISSUED: Final = ResultIssued.model_validate(
    {
        **_by(HOUSING),
        "document_number": "D1",
        "name": "批准书",
        "issued_at": at("2025-03-05 09:00"),
        "valid_from": "2025-03-05",
        "valid_until": None,
    }
)
READY: Final = ResultReady(**_by(VILLAGE), ready_at=at("2025-03-05 10:00"))
TOLD: Final = ReadyNotified(**_by(VILLAGE), way="phone", told_at=at("2025-03-05 11:00"))
DELIVERED: Final = ResultDelivered(
    **_by(VILLAGE),
    delivery="village",
    delivered_at=at("2025-03-06 09:00"),
    received_by="applicant",
)
REVOKED: Final = ResultRevoked(
    **_by(HOUSING),
    document_number="D1",
    how="revoked",
    grounds="欺骗",
    basis="第六十九条",
    notice_number="撤1",
    revoked_at=at("2025-03-07 09:00"),
)


def approved(log: Log, number: int, *events: Event) -> None:
    life = Life(log, number)
    life.submit()
    life.accept()
    life.work(1, "release")
    for event in events:
        life.say(event)


def test_a_result_waits_with_what_was_done_about_it(store: Store) -> None:
    log = Log()
    approved(log, 1, begun(1), ISSUED, READY, TOLD)
    insert(store, log.messages[::-1], log.messages)
    (found,) = waiting_results(store, WHOLE, NOW).items
    assert (found.step_id, found.organisation, found.accepted_by) == (
        f"{case_id(1)}.1",
        HOUSING,
        VILLAGE,
    )
    assert (found.document_number, found.ready_place) == ("D1", VILLAGE)
    assert found.due_at == at("2025-03-17 17:30")
    assert found.issued_at is not None
    assert found.told_at is not None


SENT: Final = ResultDispatched(
    **_by(VILLAGE),
    document_number="D1",
    by="courier",
    carrier="邮政EMS",
    tracking_number="EMS1",
    handed_at=at("2025-03-06 09:00"),
)
REISSUED: Final = ResultReissued.model_validate(
    {
        **_by(HOUSING),
        "document_number": "D2",
        "replaces": "D1",
        "duplicate": 1,
        "name": "批准书",
        "valid_from": "2025-03-05",
        "valid_until": None,
        "reissued_at": at("2025-03-08 09:00"),
    }
)


def failed(how: DeliveryFailure) -> DeliveryFailed:
    return DeliveryFailed(
        **_by(VILLAGE),
        tracking_number="EMS1",
        how=how,
        reasons="查找无果",
        found_at=at("2025-03-07 09:00"),
    )


@pytest.mark.parametrize(
    ("events", "number", "place", "sent", "lost"),
    [
        ((READY, SENT), "D1", "", "EMS1", False),
        ((READY, SENT, failed("lost")), "D1", "", "EMS1", True),
        ((READY, SENT, failed("returned")), "D1", VILLAGE, "", False),
        ((READY, SENT, failed("lost"), REISSUED), "D2", "", "", False),
        ((READY, SENT, failed("lost"), REISSUED, READY), "D2", VILLAGE, "", False),
    ],
)
def test_a_parcel_whose_delivery_was_never_told_stays_and_says_who_has_it(
    store: Store, events: tuple[Event, ...], number: str, place: str, sent: str, lost: bool
) -> None:
    log = Log()
    approved(log, 1, begun(1), ISSUED, *events)
    insert(store, log.messages[::-1], log.messages)
    (found,) = waiting_results(store, WHOLE, NOW).items
    assert (found.document_number, found.ready_place) == (number, place)
    assert (found.tracking_number, found.lost) == (sent, lost)
    assert found.carrier == ("邮政EMS" if sent else "")
    assert found.handed_at == (at("2025-03-06 09:00") if sent else None)


def test_what_a_courier_delivered_waits_no_more(store: Store) -> None:
    log = Log()
    arrived = DELIVERED.model_copy(update={"delivery": "courier", "tracking_number": "EMS1"})
    approved(log, 1, begun(1), ISSUED, SENT, arrived)
    insert(store, log.messages)
    assert waiting_results(store, WHOLE, NOW).items == ()


def test_before_it_was_issued_it_waits_too(store: Store) -> None:
    log = Log()
    approved(log, 1, begun(1))
    insert(store, log.messages)
    (found,) = waiting_results(store, WHOLE, NOW).items
    assert (found.document_number, found.issued_at, found.ready_place, found.told_at) == (
        "",
        None,
        "",
        None,
    )


@pytest.mark.parametrize("end", [DELIVERED, REVOKED])
def test_what_was_collected_or_revoked_waits_no_more(store: Store, end: Event) -> None:
    log = Log()
    approved(log, 1, begun(1), ISSUED, end)
    insert(store, log.messages, log.messages[-2:])
    assert waiting_results(store, WHOLE, NOW).items == ()


def test_the_soonest_due_comes_first_page_by_page(store: Store) -> None:
    log = Log()
    for number, due in ((1, "2025-03-18 17:30"), (2, "2025-03-17 17:30"), (3, "2025-03-18 17:30")):
        approved(log, number, begun(number, due))
    insert(store, log.messages)
    first = waiting_results(store, WHOLE, NOW, limit=2)
    rest = waiting_results(store, WHOLE, NOW, first.next, limit=2)
    found = [result.case_id for result in (*first.items, *rest.items)]
    assert found == [case_id(2), case_id(1), case_id(3)]
    assert rest.next is None


def test_it_is_seen_where_it_is_issued_and_where_the_case_came_in(store: Store) -> None:
    log = Log()
    approved(log, 1, begun(1))
    insert(store, log.messages)
    for place, seen in ((HOUSING, 1), (VILLAGE, 1), (OTHER_VILLAGE, 0)):
        assert len(waiting_results(store, Scope((place,), imported=False), NOW).items) == seen


def test_an_amended_calendar_moves_the_day_by_which_it_is_delivered(store: Store) -> None:
    log = Log()
    moved = DueDateCorrected(
        clock="delivery",
        step_id=f"{case_id(1)}.1",
        organisation=HOUSING,
        old_due_at=at("2025-03-17 17:30"),
        old_calendar_version="2025.1",
        term=term(10, "2025-03-19 17:30"),
        why="2025-03-06 停办",
    )
    asked = moved.model_copy(
        update={"clock": "opinion", "organisation": VILLAGE, "term": term(3, "2025-03-10 17:30")}
    )
    approved(log, 1, begun(1))
    for corrected in (moved, asked):
        log.add(case_id(1), corrected, NOW, by="system", topic="case.review.events.v1")
    insert(store, log.messages[::-1], log.messages)
    (found,) = waiting_results(store, WHOLE, NOW).items
    assert (found.due_at, found.organisation) == (at("2025-03-19 17:30"), HOUSING)
    assert found.step_id == f"{case_id(1)}.1"


def test_the_case_tells_of_the_delivery_as_long_as_it_takes(store: Store) -> None:
    asked = OpinionRequested(
        **{**_by(HOUSING), "asked": OTHER_VILLAGE, "question": "同意吗"},
        term=term(3, "2025-03-06 17:30"),
    )
    log = Log()
    approved(log, 1, asked, begun(1), ISSUED)
    insert(store, log.messages)
    whole = whole_case(store, case_id(1))
    assert whole is not None
    now = {clock["clock"]: clock for clock in explained_clocks(county(), whole, NOW)}
    assert (now["delivery"]["due_at"], now["delivery"]["overdue"]) == (at("2025-03-17 17:30"), True)
    assert (now["opinion"]["organisation"], now["opinion"]["limit"]) == (OTHER_VILLAGE, 3)
    then = past_clocks(county(), whole.trace, at("2025-03-07 10:00"))
    verdicts = {clock["clock"]: clock["verdict"] for clock in then}
    assert (verdicts["delivery"], verdicts["opinion"]) == ("open", "open_overdue")

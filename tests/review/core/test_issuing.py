"""颁证、送达: the result has a number and a validity, and is handed over once (ALL 39, 44)."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.events.base import Event
from services.kernel.identifiers import is_document_number
from services.review.core.issuing import last_day
from tests.review.core.situations import (
    CONVENER,
    FULL_ITEM,
    REMEDY,
    checked,
    claimed,
    decided,
    received,
    review,
    reviewer,
)
from tests.review.core.situations_of_custody import dispatched
from tests.review.core.situations_of_results import (
    assessed,
    deliver,
    delivered,
    issue,
    issued,
    paid,
    waived,
)
from tests.support.builders import HOUSING, OTHER_VILLAGE, at, later, officer
from tests.support.given import given

TAKEN: tuple[Event, ...] = (received(of=FULL_ITEM), claimed(), checked())
APPROVED: tuple[Event, ...] = (*TAKEN, decided())
ISSUED: tuple[Event, ...] = (*APPROVED, issued())


def test_what_was_approved_gets_a_document_for_its_time() -> None:
    given(review, *APPROVED).when(issue()).then(issued())
    assert is_document_number(issued().document_number)


def test_the_number_tells_the_year_of_the_local_day() -> None:
    new_year = at("2026-01-01 00:30")
    (event,) = given(review, *APPROVED).when(issue(new_year)).events
    told = event.model_dump()
    assert (told["document_number"][6:10], told["valid_from"]) == ("2026", date(2026, 1, 1))


def test_nothing_is_issued_that_was_not_approved() -> None:
    given(review, *TAKEN).when(issue()).then_refused("review.not_approved")
    rejected = (*TAKEN, decided("rejected", remedy=REMEDY))
    given(review, *rejected).when(issue()).then_refused("review.not_approved")


def test_an_item_without_a_document_issues_none() -> None:
    given(review, received(), claimed(), decided()).when(issue()).then_refused("review.no_document")


def test_a_document_is_issued_once() -> None:
    given(review, *ISSUED).when(issue()).then()
    given(review, *ISSUED).when(issue(later(9))).then_refused(
        "review.already_issued", naming=issued().document_number
    )


def test_what_is_owed_comes_first() -> None:
    owing = (*TAKEN, assessed(), decided())
    given(review, *owing).when(issue()).then_refused("review.fee_unsettled", naming="11100")
    given(review, *owing, paid()).when(issue()).then(issued())
    given(review, *owing, waived()).when(issue()).then(issued())


def test_the_result_is_collected_where_it_was_asked_for_or_sent() -> None:
    given(review, *ISSUED).when(deliver()).then(delivered())
    sent = (*ISSUED, dispatched())
    given(review, *sent).when(deliver("courier", actor=CONVENER)).then(
        delivered(CONVENER, "courier")
    )


def test_only_ways_that_the_item_offers() -> None:
    given(review, *ISSUED).when(deliver("online")).then_refused(
        "review.delivery_not_offered", naming="courier"
    )


def test_it_is_delivered_once_after_it_was_issued_and_not_in_the_future() -> None:
    given(review, *APPROVED).when(deliver()).then_refused("review.not_issued")
    given(review, *ISSUED).when(deliver(delivered_at=later(0))).then_refused(
        "review.delivery_before_issue"
    )
    given(review, *ISSUED).when(deliver(delivered_at=later(10))).then_refused(
        "review.held_in_future"
    )
    done = given(review, *ISSUED, delivered())
    done.when(deliver()).then()
    done.when(deliver("courier")).then_refused("review.already_delivered")


def test_another_village_delivers_nothing() -> None:
    stranger = officer("village_clerk", OTHER_VILLAGE, "o-far")
    given(review, *ISSUED).when(deliver(actor=stranger)).then_refused("rights.denied")
    given(review, *APPROVED).when(issue(actor=reviewer("/qingyun/d-water"))).then_refused(
        "rights.denied"
    )


def test_a_step_received_before_the_item_was_told_issues_nothing() -> None:
    untold = received().model_copy(update={"case": None})
    closed = given(review, untold, claimed(), decided())
    closed.when(issue()).then_refused("review.item_not_recorded")
    clerk = officer("department_clerk", HOUSING, "o-sun")
    closed.when(deliver(actor=clerk)).then_refused("review.item_not_recorded")


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2025, 3, 3), 24, date(2027, 3, 2)),
        (date(2025, 1, 1), 12, date(2025, 12, 31)),
        (date(2025, 12, 31), 1, date(2026, 1, 30)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 5, 1), 1200, date(2125, 4, 30)),
    ],
)
def test_a_validity_ends_on_the_day_before_the_same_day_of_the_month(
    first: date, months: int, last: date
) -> None:
    assert last_day(first, months) == last

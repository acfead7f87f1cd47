"""Which results of an applicant are in force, as the streams tell."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.events.custody import ResultReissued
from schemas.events.results import ResultCorrected, ResultIssued, ResultRevoked
from services.intake.core.prior_results import PriorResults
from tests.intake.core.situations import accepted
from tests.support.builders import APPLICANT, CASE, HOUSING, MONDAY, VILLAGE

OTHER: Final = "01942a3b-0000-7000-8000-000000000002"
DAY: Final = date(2025, 6, 2)
BY: Final = {"step_id": f"{CASE}.1", "organisation": HOUSING, "officer_id": "o-wang"}
ITEM: Final = "township-decides"


def issued(**changes: Any) -> ResultIssued:
    told = {**BY, "document_number": "D1", "name": "批准书", "issued_at": MONDAY}
    valid = {"valid_from": "2025-03-03", "valid_until": "2025-12-31"}
    return ResultIssued.model_validate({**told, **valid, **changes})


def corrected(what: str, new: str) -> ResultCorrected:
    told = {**BY, "document_number": "D1", "what": what, "old": "旧", "new": new}
    return ResultCorrected.model_validate({**told, "reasons": "笔误", "corrected_at": MONDAY})


REVOKED: Final = ResultRevoked(
    **BY,
    document_number="D1",
    how="revoked",
    grounds="欺骗",
    basis="第六十九条",
    notice_number="撤1",
    revoked_at=MONDAY,
)


def after(*events: Event, case: str = CASE, wanted: bool = True) -> PriorResults:
    return told(PriorResults(lambda code: wanted), *events, case=case)


def told(results: PriorResults, *events: Event, case: str = CASE) -> PriorResults:
    for event in events:
        results.take(Envelope(case, case, 1, MONDAY, VILLAGE, "o-li", case, case, event))
    return results


def number(results: PriorResults, on: date = DAY, item: str = ITEM) -> str | None:
    found = results.in_force(APPLICANT, item, on)
    return found.document_number if found is not None else None


def test_a_result_is_known_by_applicant_and_item_within_its_days() -> None:
    known = after(accepted(), issued())
    assert number(known) == "D1"
    assert number(known, date(2025, 3, 3)) == number(known, date(2025, 12, 31)) == "D1"
    assert number(known, date(2025, 3, 2)) is number(known, date(2026, 1, 1)) is None
    assert number(known, item="other") is None
    assert known.in_force("p-ffffffffffffffffffffffff", ITEM, DAY) is None


def test_in_place_of_a_lost_copy_its_duplicate_counts_until_it_is_revoked() -> None:
    valid = {"valid_from": "2025-03-03", "valid_until": "2025-12-31", "name": "批准书"}
    anew = {"document_number": "D2", "replaces": "D1", "duplicate": 1, "reissued_at": MONDAY}
    duplicate = ResultReissued.model_validate({**BY, **valid, **anew})
    assert number(after(accepted(), issued(), duplicate)) == "D2"
    revoked = REVOKED.model_copy(update={"document_number": "D2"})
    assert number(after(accepted(), issued(), duplicate, revoked)) is None


def test_a_result_without_a_last_day_holds_until_it_is_revoked() -> None:
    known = after(accepted(), issued(valid_until=None))
    assert number(known, date(2090, 1, 1)) == "D1"
    assert number(told(known, REVOKED), DAY) is None


@pytest.mark.parametrize(
    ("change", "on", "holds"),
    [
        (corrected("valid_until", "2025-05-31"), DAY, False),
        (corrected("valid_from", "2025-07-01"), DAY, False),
        (corrected("valid_until", "2026-12-31"), date(2026, 6, 1), True),
        (corrected("name", "新名"), DAY, True),
        (corrected("valid_until", "长期"), DAY, True),
    ],
)
def test_a_corrected_result_holds_as_it_was_corrected(
    change: Event, on: date, *, holds: bool
) -> None:
    assert (number(after(accepted(), issued(), change), on) is not None) is holds


def test_an_accepted_case_without_a_result_is_none() -> None:
    assert number(after(accepted())) is None


def test_items_that_nothing_waits_for_are_not_kept() -> None:
    assert number(after(accepted(), issued(), wanted=False)) is None


def test_told_twice_it_is_the_same_and_the_latest_of_several_counts() -> None:
    known = after(accepted(), issued(), accepted(), issued())
    told(known, accepted(), issued(document_number="D2", valid_from="2025-04-01"), case=OTHER)
    assert number(known) == "D2"
    assert number(told(known, REVOKED, case=OTHER)) == "D1"

"""Which results of an applicant are in force: a fold of the streams, for preconditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.events.custody import ResultReissued
from schemas.events.intake import CaseAccepted
from schemas.events.results import ResultCorrected, ResultIssued, ResultRevoked


@dataclass(frozen=True, slots=True)
class Result:
    """A result document that was not revoked."""

    case_id: str
    document_number: str
    valid_from: date
    valid_until: date | None
    """Last day, local; None: until it is revoked."""


class PriorResults:
    """Results of the items that others want first, by applicant and item. One thread.

    `wanted` says of an item's code whether any other wants it first. A case must be told of before
    its result; what is told twice changes nothing.
    """

    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self._wanted = wanted
        self._cases: dict[str, tuple[str, str]] = {}
        """Case → applicant and item."""
        self._results: dict[tuple[str, str], dict[str, Result]] = {}

    def take(self, envelope: Envelope[Event]) -> None:
        """Take the next event in."""
        match envelope.event:
            case CaseAccepted() as accepted:
                if self._wanted(accepted.item_code):
                    self._cases[envelope.key] = accepted.applicant_ref, accepted.item_code
            case ResultIssued() | ResultReissued() as issued:
                if (whose := self._cases.get(envelope.key)) is not None:
                    self._results.setdefault(whose, {})[envelope.key] = Result(
                        envelope.key,
                        issued.document_number,
                        issued.valid_from,
                        issued.valid_until,
                    )
            case ResultRevoked():
                self._results.get(self._whose(envelope.key), {}).pop(envelope.key, None)
            case ResultCorrected() as corrected:
                self._correct(envelope.key, corrected)
            case _:
                pass

    def in_force(self, applicant_ref: str, item: str, on: date) -> Result | None:
        """Give the last result of `item` that holds on `on`, local date; None where none does."""
        held = [
            result
            for result in self._results.get((applicant_ref, item), {}).values()
            if result.valid_from <= on and (result.valid_until is None or on <= result.valid_until)
        ]
        return max(held, key=lambda result: (result.valid_from, result.case_id), default=None)

    def _whose(self, case_id: str) -> tuple[str, str]:
        return self._cases.get(case_id, ("", ""))

    def _correct(self, case_id: str, corrected: ResultCorrected) -> None:
        held = self._results.get(self._whose(case_id), {})
        if (known := held.get(case_id)) is None or corrected.what == "name":
            return
        try:
            day = date.fromisoformat(corrected.new)
        except ValueError:
            return
        if corrected.what == "valid_from":
            held[case_id] = replace(known, valid_from=day)
        else:
            held[case_id] = replace(known, valid_until=day)

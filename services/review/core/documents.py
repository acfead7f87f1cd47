"""Which documents a step has brought forth, and when: their text is read back from the log."""

from __future__ import annotations

from services.review.core.state import Closed, State, Step, number_of


def documents_of(state: State, step: Step) -> list[dict[str, object]]:
    """Give kind, ordinal within the case and instant (RFC 3339, UTC) of every document for the
    applicant; the instant is None where only the acceptance of the case is known to be earlier.
    """
    if (case := state.case) is None:
        return []
    number = number_of(step.step_id)
    found = [
        _document("stop", ordinal, stop.at)
        for ordinal, stop in enumerate(case.stops, start=1)
        if stop.number == number
    ]
    if case.extended is not None and case.extended.number == number:
        found.append(_document("extension", 1, case.extended.at))
    if isinstance(step, Closed) and step.outcome in ("approved", "rejected"):
        found.append(_document("decision", number, None))
    if case.issued is not None and step.duty == "decide":
        found.append(_document("result", 1, case.issued.at))
    return found


def _document(kind: str, ordinal: int, at: str | None) -> dict[str, object]:
    return {"kind": kind, "ordinal": ordinal, "at": at}

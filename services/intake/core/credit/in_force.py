"""Who is restricted today: a fold of the stream, for what comes with a submission."""

from __future__ import annotations

from datetime import date

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.events.credit import RestrictionImposed, RestrictionLifted


class Restrictions:
    """Restrictions that are not lifted, by subject and id."""

    def __init__(self) -> None:
        self._by_subject: dict[str, dict[str, RestrictionImposed]] = {}

    def take(self, envelope: Envelope[Event]) -> None:
        """Take the next event in."""
        match envelope.event:
            case RestrictionImposed() as imposed:
                held = self._by_subject.setdefault(imposed.applicant_ref, {})
                held[imposed.restriction_id] = imposed
            case RestrictionLifted() as lifted:
                held = self._by_subject.get(lifted.applicant_ref, {})
                held.pop(lifted.restriction_id, None)
                if not held:
                    self._by_subject.pop(lifted.applicant_ref, None)
            case _:
                pass

    def in_force(self, applicant_ref: str, on: date) -> tuple[RestrictionImposed, ...]:
        """Give those that bind on `on`, local date, both ends included; in order of imposing."""
        held = self._by_subject.get(applicant_ref, {})
        return tuple(r for r in held.values() if r.since <= on <= r.until)

"""What every event is."""

from __future__ import annotations

from typing import ClassVar, Final

from schemas.values import Label, Text, Value

INTAKE: Final = "case.intake.events.v1"
ROUTING: Final = "case.routing.events.v1"
REVIEW: Final = "case.review.events.v1"
SUPERVISION: Final = "case.supervision.events.v1"
PRESENCE: Final = "officer.presence.events.v1"
EXTERNAL: Final = "case.external.events.v1"
APPOINTMENT: Final = "window.appointment.events.v1"
CREDIT: Final = "credit.restriction.events.v1"


class Event(Value):
    """A fact that an officer would recognise; immutable, and never edited on the log."""

    type: ClassVar[str]
    """CloudEvents `type`, ends in the version of this form."""
    topics: ClassVar[tuple[str, ...]]
    """Where it may stand; one, but for `ActionRefused` and `DueDateCorrected`."""


class ActionRefused(Event):
    """An attempt that a rule refused; nothing else changed. Supervision counts it."""

    type: ClassVar[str] = "cn.cunban.action.refused.v1"
    topics: ClassVar[tuple[str, ...]] = (
        INTAKE,
        ROUTING,
        REVIEW,
        SUPERVISION,
        PRESENCE,
        APPOINTMENT,
        CREDIT,
    )

    action: Label
    """Name of the command."""
    code: Label
    """Stable refusal code, dotted, lower case."""
    detail: Text

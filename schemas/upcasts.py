"""From old forms of an event to the next; pure, total, tested with stored examples."""

from __future__ import annotations

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected, DueDateCorrectedV1
from schemas.events.intake import DeficiencyNotified, DeficiencyNotifiedV1
from schemas.values import Defect


def deficiency_notified_v2(event: Event) -> DeficiencyNotified:
    """Give a v2 notice: the v1 form named papers in free text and said only that they lacked.

    It also let a notice pass that named none; that is said, since v2 wants at least one defect.
    """
    if not isinstance(event, DeficiencyNotifiedV1):
        raise TypeError(type(event).__name__)
    problems = [f"缺少：{name}" for name in event.missing] or ["旧式告知，未列明材料"]
    return DeficiencyNotified(
        notice_number=event.notice_number,
        ordinal=1,
        defects=tuple(Defect(material="unnamed-material", problem=problem) for problem in problems),
    )


def due_date_corrected_v2(event: Event) -> DueDateCorrected:
    """Give a v2 correction: the v1 form knew four clocks, and none that is set by an act."""
    if not isinstance(event, DueDateCorrectedV1):
        raise TypeError(type(event).__name__)
    return DueDateCorrected(
        clock=event.clock,
        step_id=event.step_id,
        old_due_at=event.old_due_at,
        old_calendar_version=event.old_calendar_version,
        term=event.term,
        why=event.why,
        runs_again_at=event.runs_again_at,
    )

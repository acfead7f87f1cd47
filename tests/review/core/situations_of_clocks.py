"""Clocks stopped, resumed and extended, as commands and as events."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from schemas.events.review import (
    ClockExtended,
    ClockResumed,
    ClockStopped,
)
from schemas.values import (
    Procedure,
)
from services.kernel.actor import Actor
from services.review.core.commands import Extend, ResumeClock, StopClock
from tests.review.core.situations import CONVENER, _act, step_id
from tests.support.builders import COUNTY, HOUSING, later, officer, term
from tests.support.builders import at as local_time


def stop(
    days: int = 5,
    procedure: Procedure = "survey",
    number: int = 4,
    actor: Actor = CONVENER,
    at: datetime | None = None,
) -> StopClock:
    act = _act(number, actor) | ({"at": at} if at else {})
    return StopClock(
        **act, procedure=procedure, announced_days=days, notice_number="青自然资告〔2025〕7号"
    )


def resume(at: datetime | None = None, number: int = 4, actor: Actor = CONVENER) -> ResumeClock:
    act = _act(number, actor) | ({"at": at} if at else {})
    return ResumeClock(**act, result="勘查完毕，四至清楚")


LEADER: Final = officer("leader", COUNTY, "o-chen")


def extend(
    days: int = 10, number: int = 4, actor: Actor = LEADER, at: datetime | None = None
) -> Extend:
    act = _act(number, actor) | ({"at": at} if at else {})
    return Extend(**act, days=days, reasons="涉及历史权属，须补充核实")


def stopped(
    stopped_at: datetime | None = None,
    runs_again_at: str = "2025-03-10 00:00",
    *,
    due: tuple[str, str | None, str | None] = (
        "2025-03-12 17:30",
        "2025-04-07 17:30",
        "2025-03-21 17:30",
    ),
    **changes: Any,
) -> ClockStopped:
    """Give the stop of `stop()`; `due` are those of step, law and promise."""
    step, legal, promised = due
    told: dict[str, Any] = {
        "step_id": step_id(4),
        "organisation": HOUSING,
        "officer_id": CONVENER.officer_id,
        "term": term(3, step),
        "legal": legal and term(20, legal),
        "promised": promised and term(10, promised),
        "procedure": "survey",
        "announced_days": 5,
        "notice_number": "青自然资告〔2025〕7号",
        "stopped_at": stopped_at or later(),
        "runs_again_at": local_time(runs_again_at),
    }
    return ClockStopped.model_validate(told | changes)


def resumed(
    resumed_at: str = "2025-03-05 10:00",
    step: str = "2025-03-07 17:30",
    legal: str = "2025-04-01 17:30",
    promised: str = "2025-03-18 17:30",
) -> ClockResumed:
    return ClockResumed(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        term=term(3, step),
        legal=term(20, legal),
        promised=term(10, promised),
        procedure="survey",
        resumed_at=local_time(resumed_at),
        result="勘查完毕，四至清楚",
    )


def extended(days: int = 10, by: str = LEADER.officer_id, **changes: Any) -> ClockExtended:
    told: dict[str, Any] = {
        "step_id": step_id(4),
        "organisation": HOUSING,
        "officer_id": by,
        "term": term(13, "2025-03-20 17:30"),
        "legal": term(30, "2025-04-15 17:30"),
        "promised": term(20, "2025-03-31 17:30"),
        "days": days,
        "granted_at": later(),
        "reasons": "涉及历史权属，须补充核实",
    }
    return ClockExtended.model_validate(told | changes)

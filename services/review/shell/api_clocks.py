"""HTTP of review: the clocks of a step stopped, resumed, extended."""

from __future__ import annotations

from fastapi import APIRouter, Response

from schemas.values import Label, Procedure, Text
from services.review.core.commands import Extend, MovedDays, ResumeClock, StopClock
from services.review.shell.steps import Body, StepKey, act
from services.runtime.command_calls import Called

router = APIRouter(prefix="/v1", tags=["review"])


class StopBody(Body):
    """Which special procedure, and what was announced of it in writing."""

    procedure: Procedure
    announced_days: MovedDays
    notice_number: Label


class ResumeBody(Body):
    """What the special procedure has found."""

    result: Text


class ExtensionBody(Body):
    """By how many working days, and why; told to the applicant."""

    days: MovedDays
    reasons: Text


@router.post("/steps/{step_id}/stop-clock")
async def stop_clock(step_id: StepKey, body: StopBody, call: Called) -> Response:
    """停表. Stop the clock for an announced special procedure."""
    return await act(StopClock, step_id, body, call)


@router.post("/steps/{step_id}/resume-clock")
async def resume_clock(step_id: StepKey, body: ResumeBody, call: Called) -> Response:
    """恢复计时. Let the clock run again before the announced days have passed."""
    return await act(ResumeClock, step_id, body, call)


@router.post("/steps/{step_id}/extend")
async def extend(step_id: StepKey, body: ExtensionBody, call: Called) -> Response:
    """延期. Prolong the limit, once and before it is due; by the head of the organ."""
    return await act(Extend, step_id, body, call)

"""The clocks of a case that lies at a higher authority: its days are not ours (ADR 0017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.upward import ClockRestarted, ClockSuspended
from services.kernel import clock
from services.kernel.decider import Reference
from services.kernel.terms import runs_again_at
from services.review.core.clocks import instant, legal_term, promised_term
from services.review.core.commands_of_route import RestartClock, SuspendClock, Upward
from services.review.core.issuing import delivery_clock
from services.review.core.state import Case, Closed, State, Stopped, number_of

DAYS: Final = 365
"""Working days for which it may be away: more than any authority takes."""
SUPERIOR: Final = "superior"


def follow_upward(
    state: State, step: Closed, command: Upward, reference: Reference
) -> Sequence[Event]:
    """Give the suspension, or the restart; nothing where it was made before."""
    if (case := state.case) is None:
        return ()
    stop = next((stop for stop in case.stops if stop.procedure == SUPERIOR), None)
    if isinstance(command, SuspendClock):
        return () if stop is not None else [_suspended(step, case, command, reference)]
    if stop is None or stop.resumed_at is not None:
        return ()
    restarted = _restarted(step, case, stop, command, reference)
    return [restarted, *delivery_clock(state, step, command, reference)]


def _suspended(
    step: Closed, case: Case, command: SuspendClock, reference: Reference
) -> ClockSuspended:
    at = max(command.at, instant(case.legal.started_at))
    again_at = runs_again_at(
        clock.Stop(at, DAYS), case.accepted_by, case.calendar_version, reference
    )
    stopped = Stopped(
        number=number_of(step.step_id),
        procedure=SUPERIOR,
        days=DAYS,
        whole=True,
        at=instant_text(at),
        again_at=instant_text(again_at),
    )
    after = replace(case, stops=(*case.stops, stopped))
    return ClockSuspended(
        step_id=step.step_id,
        organisation=step.organisation,
        legal=legal_term(after, reference),
        promised=promised_term(after, reference),
        days=DAYS,
        suspended_at=at,
        runs_again_at=again_at,
    )


def _restarted(
    step: Closed, case: Case, stop: Stopped, command: RestartClock, reference: Reference
) -> ClockRestarted:
    at = max(command.at, instant(stop.at))
    resumed = replace(stop, resumed_at=instant_text(at))
    stops = tuple(resumed if other is stop else other for other in case.stops)
    after = replace(case, stops=stops)
    return ClockRestarted(
        step_id=step.step_id,
        organisation=step.organisation,
        legal=legal_term(after, reference),
        promised=promised_term(after, reference),
        outcome=command.outcome,
        restarted_at=at,
    )

"""What a case comes to by itself: the announced days are over, or the calendar was amended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal, TypeAlias, assert_never

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.review import ClockResumed
from schemas.values import ClockName, Term
from services.kernel import clock
from services.kernel.actor import SYSTEM, Actor
from services.kernel.clock_correction import supersedes
from services.kernel.decider import Reference
from services.kernel.reaction import Occasion, Reaction, Timer
from services.kernel.terms import runs_again_at, why_moved
from services.review.core.clocks import act_term, instant, legal_term, promised_term, step_term
from services.review.core.commands import TimedAct
from services.review.core.commands_of_time import CorrectDueDates, RunAgain
from services.review.core.running import OfAct, Running, opened, running
from services.review.core.state import Case, Claimed, Closed, State, Waiting, number_of

_NOTHING: Final[Sequence[Event]] = ()
_OVER: Final = "告知的天数已满，自动恢复计时 the announced days are over, the clock runs by itself"
_OfCase: TypeAlias = Literal["legal", "promised"]


def timers(key: str, state: State, occasion: Occasion) -> Sequence[Timer]:
    """Give what a case waits for: the end of a stop on an open step, and where a clock that runs
    was reckoned by an older calendar, its correction, at once."""
    found: list[Timer] = []
    for step in opened(state):
        if (held := state.open_stop(step.step_id)) is None:
            continue
        again_at = instant(held.again_at)
        actor = Actor(SYSTEM, step.organisation)
        name = f"review.run_again.{held.number}.{round(again_at.timestamp() * 1000)}"
        again = RunAgain(key=key, actor=actor, at=again_at, step_id=step.step_id)
        found.append(Timer(again_at, key, Reaction(name, again)))
    if state.case is not None:
        found += _correction(key, state.case, running(state), occasion)
    return found


def by_itself(state: State, command: TimedAct, reference: Reference) -> Sequence[Event]:
    """Give what follows from an instant that has come; nothing where something else came first."""
    match command:
        case RunAgain():
            return _run_again(state, command, reference)
        case CorrectDueDates():
            return tuple(_corrections(state, command, reference))
        case _:
            assert_never(command)


def _correction(key: str, case: Case, now: Running, occasion: Occasion) -> Iterator[Timer]:
    version, own = occasion.calendar_version, (*now.steps, *now.of_acts)
    if not own:
        return
    reckoned_by = {case.calendar_version, *(each.clock.by for each in own if each.clock)}
    if not any(supersedes(version, by) for by in reckoned_by if by is not None):
        return
    # Once for each set of open clocks: one that opened, or was moved, later is looked at again.
    numbers = "+".join(str(number_of(step.step_id)) for step in now.steps)
    moves = sum(1 + (stop.resumed_at is not None) for stop in case.stops)
    name = f"review.correct_due_dates.{version}.{numbers}.{moves}"
    if case.extended is not None:
        name += ".extended"
    if now.of_acts:
        # Of two that are asked and convened in between, the number still grows.
        name += f".{now.of_acts[0].name}.{len(case.consulted)}"
    actor = Actor(SYSTEM, own[0].organisation)
    amended = CorrectDueDates(key=key, actor=actor, at=occasion.at, calendar_version=version)
    yield Timer(occasion.at, key, Reaction(name, amended))


def _run_again(state: State, command: RunAgain, reference: Reference) -> Sequence[Event]:
    """Give the resume at the cap (ALL 45); it moves no deadline (domain §4.4)."""
    step, held, case = state.step(command.step_id), state.open_stop(command.step_id), state.case
    if step is None or isinstance(step, Closed) or held is None or case is None:
        return _NOTHING
    at = instant(held.again_at)
    if command.at < at:
        return _NOTHING  # an amended calendar moved it in the meantime
    resumed = replace(held, resumed_at=held.again_at)
    after = replace(case, stops=tuple(resumed if stop is held else stop for stop in case.stops))
    return [
        ClockResumed(
            step_id=step.step_id,
            organisation=step.organisation,
            officer_id=SYSTEM,
            term=step_term(step, after, reference),
            legal=legal_term(after, reference) if held.whole else None,
            promised=promised_term(after, reference) if held.whole else None,
            procedure=held.procedure,
            resumed_at=at,
            result=_OVER,
            capped=True,
        )
    ]


def _corrections(
    state: State, command: CorrectDueDates, reference: Reference
) -> Iterator[DueDateCorrected]:
    """Give a correction for each open clock that the calendar moves, or makes sure of; between two
    steps there is none (ADR 0009)."""
    if (case := state.case) is None:
        return
    version, now = command.calendar_version, running(state)
    if not (version == case.calendar_version or supersedes(version, case.calendar_version)):
        return
    if now.steps:
        after = replace(case, calendar_version=version)
        yield from _of_case(case, after, reference)
        for step in now.steps:
            yield from _of_step(state, step, after, command, reference)
    for each in now.of_acts:
        yield from _of_act(each, version, reference)


def _of_case(case: Case, after: Case, reference: Reference) -> Iterator[DueDateCorrected]:
    terms: tuple[tuple[_OfCase, Term, Term], ...] = (
        ("legal", legal_term(case, reference), legal_term(after, reference)),
        ("promised", promised_term(case, reference), promised_term(after, reference)),
    )
    for name, old, new in terms:
        if _differ(old, new):
            yield _corrected(name, old, new, reference)


def _of_step(
    state: State,
    step: Waiting | Claimed,
    after: Case,
    command: CorrectDueDates,
    reference: Reference,
) -> Iterator[DueDateCorrected]:
    if step.clock is None or state.case is None:
        return
    by = step.clock.by or state.case.calendar_version
    was = step_term(step, replace(after, calendar_version=by), reference)
    will_be = step_term(step, after, reference)
    assert was is not None
    assert will_be is not None
    again_at = _runs_again(state, step, command, reference)
    # Where a stop in force ends on another day, that is told though the clock is due as before.
    if again_at is not None or _differ(was, will_be):
        moved = _corrected("step", was, will_be, reference)
        yield moved.model_copy(update={"step_id": step.step_id, "runs_again_at": again_at})


def _of_act(each: OfAct, version: str, reference: Reference) -> Iterator[DueDateCorrected]:
    by = each.clock.by
    if by is None or not supersedes(version, by):
        return
    old = act_term(each.clock, each.organisation, by, reference)
    new = act_term(each.clock, each.organisation, version, reference)
    if _differ(old, new):
        moved = _corrected(each.name, old, new, reference)
        told = {"step_id": each.step_id, "organisation": each.organisation}
        yield moved.model_copy(update=told)


def _corrected(name: ClockName, old: Term, new: Term, reference: Reference) -> DueDateCorrected:
    return DueDateCorrected(
        clock=name,
        old_due_at=old.due_at,
        old_calendar_version=old.calendar_version,
        term=new,
        why=why_moved(old, new, reference),
    )


def _runs_again(
    state: State, step: Waiting | Claimed, command: CorrectDueDates, reference: Reference
) -> object:
    held = state.open_stop(step.step_id)
    if held is None or instant(held.again_at) <= command.at:
        return None  # what has run again stays so
    stop = clock.Stop(instant(held.at), held.days)
    again_at = runs_again_at(stop, step.organisation, command.calendar_version, reference)
    return None if again_at == instant(held.again_at) else again_at


def _differ(old: Term, new: Term) -> bool:
    return (old.due_at, old.provisional) != (new.due_at, new.provisional)

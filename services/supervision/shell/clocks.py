"""The clocks of a case, explained day by day (architecture A6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from schemas.events.review import ClockResumed, ClockStopped
from schemas.events.upward import ClockRestarted, ClockSuspended
from services.kernel.clock import Limit, Stop, clock_at
from services.kernel.decider import Reference, UnknownReference
from services.kernel.terms import office_hours
from services.supervision.core.told_clocks import told_clocks
from services.supervision.shell.past import told as events_of
from services.supervision.shell.queries_cases import Act, Clock, WholeCase
from services.supervision.shell.queries_prechecks import precheck_of
from services.supervision.shell.queries_steps import Step

_SUPERIOR: Final = "superior"


def explained_clocks(book: Reference, whole: WholeCase, as_of: datetime) -> list[dict[str, Any]]:
    """Give the legal, the promised and each step's clock, and those of departments asked and of
    the delivery: state and explanation at `as_of`.

    One that has ended is told as of its end. One whose calendar or organisation is not (yet)
    here has an empty explanation. While a case waits for its acceptance the clock of the answer
    runs instead, while it is a draft that of its pre-check.
    """
    ended = whole.case.completed_at or whole.case.ended_at
    names = ("legal", "promised") if whole.case.accepted_at else ("answer",)
    stops = stops_of(whole.trace)
    of_case = [stop for stop in stops if stop.whole]
    found = [
        {
            "clock": name,
            **_explained(book, asdict(clock), whole.case.organisation, of_case, ended or as_of),
        }
        for name in names
        if (clock := whole.clocks.get(name)) is not None
    ]
    if (asked := precheck_of(whole.trace)) is not None and whole.case.status == "drafted":
        term, until = asked.term.model_dump(), asked.answered_at or as_of
        told = _explained(book, term, asked.organisation, [], until)
        found.append({"clock": "precheck", **told})
    for step in whole.steps:
        head = {"clock": "step", "step_id": step.step_id}
        own = [stop for stop in stops if stop.step_id == step.step_id]
        until = step.closed_at or ended or as_of
        found.append({**head, **_explained(book, _set(step), step.organisation, own, until)})
    return [*found, *_of_acts(book, whole, as_of)]


def _of_acts(book: Reference, whole: WholeCase, as_of: datetime) -> Iterator[dict[str, Any]]:
    """Give the clocks that acts have set: of departments asked, and of the delivery."""
    for clock in told_clocks(events_of(whole.trace)):
        if clock.clock in ("opinion", "delivery"):
            place, term = clock.organisation, clock.term.model_dump()
            head = {"clock": clock.clock, "step_id": clock.step_id, "organisation": place}
            until = clock.ended_at or as_of
            yield {**head, **_explained(book, term, place, [], until)}


@dataclass(frozen=True, slots=True)
class Stopping:
    """One stop of a step's clock, as far as it is known."""

    step_id: str
    whole: bool
    """It stopped the clocks of the case, too; else other steps went on."""
    stop: Stop


def stops_of(trace: Sequence[Act]) -> tuple[Stopping, ...]:
    """Give the stops that a trace tells of, each with its resume where there was one."""
    found: list[Stopping] = []
    for act in trace:
        if act.type == ClockStopped.type:
            told = ClockStopped.model_validate(act.fact)
            stop = Stop(told.stopped_at, told.announced_days, None, told.procedure)
            found.append(Stopping(told.step_id, told.legal is not None, stop))
        elif act.type == ClockResumed.type:
            resumed = ClockResumed.model_validate(act.fact)
            own = [n for n, each in enumerate(found) if each.step_id == resumed.step_id]
            for last in own[-1:]:
                stop = replace(found[last].stop, resumed_at=resumed.resumed_at)
                found[last] = replace(found[last], stop=stop)
        elif act.type == ClockSuspended.type:
            away = ClockSuspended.model_validate(act.fact)
            # No step has it: all of them are closed by then.
            found.append(Stopping("", True, Stop(away.suspended_at, away.days, None, _SUPERIOR)))
        elif act.type == ClockRestarted.type:
            back = ClockRestarted.model_validate(act.fact)
            for n, each in enumerate(found):
                if each.stop.procedure == _SUPERIOR:
                    stop = replace(each.stop, resumed_at=back.restarted_at)
                    found[n] = replace(each, stop=stop)
    return tuple(found)


def _set(step: Step) -> Mapping[str, Any]:
    assert step.opened_at is not None
    assert step.due_at is not None
    clock = Clock(
        step.limit,
        step.unit,
        step.opened_at,
        step.due_at,
        step.provisional,
        step.calendar_version,
    )
    return asdict(clock)


def _explained(
    book: Reference,
    clock: Mapping[str, Any],
    organisation: str,
    stops: Sequence[Stopping],
    at: datetime,
) -> dict[str, Any]:
    head = {**clock, "at": at, "overdue": at > clock["due_at"]}
    try:
        calendar = book.calendar(clock["calendar_version"])
        hours = office_hours(organisation, book)
    except UnknownReference:
        return {**head, "explanation": []}
    limit = Limit(clock["limit"], clock["unit"])
    # A clock shows nothing before it was set: two acts of one instant may come in either order.
    start = clock["started_at"]
    # The limit of a clock that was extended holds the extension.
    events = [each.stop for each in stops]
    state = clock_at(start, limit, events, calendar, hours, max(at, start))
    return {
        **head,
        "counted": state.counted,
        "remaining": state.remaining,
        "stopped": state.stopped,
        "explanation": [asdict(day) for day in state.explanation],
    }

"""What the steps of a case share, after an event. Total, as `evolve`."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias, assert_never

from schemas.codec import instant_text
from schemas.events.review import ClockExtended, ClockResumed, ClockStopped, StepChecked
from services.kernel.identifiers import fingerprint
from services.review.core.state import Case, Checked, Extended, Stopped, number_of

Noted: TypeAlias = StepChecked | ClockStopped | ClockResumed | ClockExtended
"""Events that leave their step where it is."""


def noted(case: Case, event: Noted) -> Case:
    """Give the case after `event`."""
    match event:
        case StepChecked():
            return replace(case, checked=_checked(event))
        case ClockStopped():
            return replace(case, stops=(*case.stops, _stopped(event)))
        case ClockResumed():
            return replace(case, stops=_resumed(case.stops, event))
        case ClockExtended():
            return replace(case, extended=_extended(event))
        case _:
            assert_never(event)


def _checked(event: StepChecked) -> Checked:
    unmet = tuple(finding.rule for finding in event.findings if finding.found == "unmet")
    return Checked(officer_id=event.officer_id, unmet=unmet, words=fingerprint(event))


def _stopped(event: ClockStopped) -> Stopped:
    return Stopped(
        number=number_of(event.step_id),
        procedure=event.procedure,
        days=event.announced_days,
        whole=event.legal is not None,
        at=instant_text(event.stopped_at),
        again_at=instant_text(event.runs_again_at),
    )


def _resumed(stops: tuple[Stopped, ...], event: ClockResumed) -> tuple[Stopped, ...]:
    number = number_of(event.step_id)
    own = [place for place, stop in enumerate(stops) if stop.number == number]
    if not own:
        return stops
    last = own[-1]
    resumed = replace(stops[last], resumed_at=instant_text(event.resumed_at))
    return (*stops[:last], resumed, *stops[last + 1 :])


def _extended(event: ClockExtended) -> Extended:
    moved: dict[Literal["step", "legal", "promised"], object] = {
        "legal": event.legal,
        "promised": event.promised,
        "step": event.term,
    }
    return Extended(
        number=number_of(event.step_id),
        days=event.days,
        at=instant_text(event.granted_at),
        clocks=tuple(name for name, term in moved.items() if term is not None),
    )

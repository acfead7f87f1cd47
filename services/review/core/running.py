"""Which clocks of a case run: of its open steps, and those that an act on a step has set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from services.review.core.state import Claimed, Closed, State, Waiting, number_of
from services.review.core.state_of_clocks import ClockOfAct

_ENDING: Final = frozenset({"approved", "rejected"})


@dataclass(frozen=True, slots=True)
class OfAct:
    """A clock that an act has set: a department's to answer, or that of the delivery."""

    name: Literal["opinion", "delivery"]
    clock: ClockOfAct
    step_id: str
    organisation: str
    """By whose office hours it is reckoned: who was asked, or has to issue the result."""


@dataclass(frozen=True, slots=True)
class Running:
    """What runs in a case, besides its own two clocks, which run while one of `steps` does."""

    steps: Sequence[Waiting | Claimed]
    of_acts: Sequence[OfAct]


def running(state: State) -> Running:
    """Give what runs. Once the case was decided its result is still to be delivered, and nothing
    else is waited for; between two steps nobody can answer."""
    open_steps = opened(state)
    if (case := state.case) is None:
        return Running(open_steps, ())
    if any(isinstance(step, Closed) and step.outcome in _ENDING for step in state.steps):
        return Running((), tuple(_to_deliver(state)))
    return Running(open_steps, tuple(_asked(state)) if open_steps and case.consulted else ())


def opened(state: State) -> list[Waiting | Claimed]:
    """Give the steps that are not closed, in the order in which they were received."""
    return [step for step in state.steps if not isinstance(step, Closed)]


def _asked(state: State) -> Iterator[OfAct]:
    for known in state.case.consulted if state.case else ():
        if (clock := known.clock) is None:
            continue
        for step in state.steps:
            if number_of(step.step_id) == clock.number:
                yield OfAct("opinion", clock, step.step_id, known.organisation)


def _to_deliver(state: State) -> Iterator[OfAct]:
    case = state.case
    if case is None or (clock := case.delivery) is None:
        return
    for step in state.steps:
        if number_of(step.step_id) == clock.number:
            yield OfAct("delivery", clock, step.step_id, step.organisation)

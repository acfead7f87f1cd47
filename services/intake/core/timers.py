"""What an application comes to by itself: by silence, or by an amended calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.values import ClockName
from services.intake.core.answers import acceptance
from services.intake.core.commands import CorrectDueDates, DeemAccepted
from services.intake.core.prechecking import open_precheck
from services.intake.core.state import Drafted, State, Submitted
from services.kernel.actor import SYSTEM, Actor
from services.kernel.clock_correction import supersedes
from services.kernel.decider import Reference
from services.kernel.reaction import Occasion, Reaction, Timer
from services.kernel.terms import corrected_term, why_moved

_NOTHING: Final[Sequence[Event]] = ()


def timers(key: str, state: State, occasion: Occasion) -> Sequence[Timer]:
    """Give what an application waits for: that nobody answers in time, and where its answer, or
    that of a pre-check, was reckoned by an older calendar, its correction, at once."""
    if isinstance(state, Drafted):
        return _of_precheck(key, state, occasion)
    if not isinstance(state, Submitted):
        return ()
    actor, answer = Actor(SYSTEM, state.application.organisation), state.answer
    due_ms = round(answer.due_at.timestamp() * 1000)
    silence = Reaction(
        f"intake.deem_accepted.{due_ms}", DeemAccepted(key=key, actor=actor, at=answer.due_at)
    )
    waiting = [Timer(answer.due_at, key, silence)]
    version = occasion.calendar_version
    if supersedes(version, answer.calendar_version):
        began_ms = round(answer.started_at.timestamp() * 1000)
        name = f"intake.correct_due_dates.{version}.{began_ms}"
        amended = CorrectDueDates(key=key, actor=actor, at=occasion.at, calendar_version=version)
        waiting.append(Timer(occasion.at, key, Reaction(name, amended)))
    return waiting


def _of_precheck(key: str, state: Drafted, occasion: Occasion) -> Sequence[Timer]:
    asked, version = open_precheck(state), occasion.calendar_version
    if asked is None or not supersedes(version, asked.term.calendar_version):
        return ()
    actor = Actor(SYSTEM, state.draft.organisation)
    amended = CorrectDueDates(key=key, actor=actor, at=occasion.at, calendar_version=version)
    name = f"intake.correct_due_dates.{version}.precheck.{asked.ordinal}"
    return [Timer(occasion.at, key, Reaction(name, amended))]


def deem_accepted(state: Submitted, command: DeemAccepted, reference: Reference) -> Sequence[Event]:
    """Give the acceptance by silence, whatever the papers: its clocks start when the papers, or
    their supplement, came in (ALL 32). Nothing where the answer is not due yet."""
    answer = state.answer
    if command.at < answer.due_at:
        return _NOTHING  # it was moved in the meantime
    began, version = answer.started_at, answer.calendar_version
    return [acceptance(state.application, began, version, reference, deemed=True)]


def correct_due_dates(
    state: Submitted | Drafted, command: CorrectDueDates, reference: Reference
) -> Sequence[Event]:
    """Give the correction of the answer's term, or of a pre-check's; nothing where it was given,
    or the calendar changes nothing in it, or is no newer than the one it was reckoned by
    (ADR 0009)."""
    name: ClockName = "answer"
    if isinstance(state, Drafted):
        if (asked := open_precheck(state)) is None:
            return _NOTHING
        name, old, organisation = "precheck", asked.term, state.draft.organisation
    else:
        old, organisation = state.answer, state.application.organisation
    version = command.calendar_version
    if not supersedes(version, old.calendar_version):
        return _NOTHING
    new = corrected_term(old, (), organisation, version, reference)
    if new is None:
        return _NOTHING
    return [
        DueDateCorrected(
            clock=name,
            old_due_at=old.due_at,
            old_calendar_version=old.calendar_version,
            term=new,
            why=why_moved(old, new, reference),
        )
    ]

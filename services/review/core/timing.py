"""The clocks of a step and its case: stopped, resumed, extended (ALL 42, 45; domain §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.review import ClockExtended, ClockResumed, ClockStopped
from schemas.facts import Item
from services.kernel import clock
from services.kernel.competence import holds
from services.kernel.decider import Reference, Refused
from services.kernel.terms import runs_again_at
from services.review.core.clocks import instant, legal_term, promised_term, step_term
from services.review.core.commands import Decide, Extend, GiveOpinion, ResumeClock, StopClock
from services.review.core.item import item_of
from services.review.core.state import (
    Case,
    Claimed,
    Closed,
    Extended,
    State,
    Stopped,
    Waiting,
    number_of,
)

EXTENSION_DAYS: Final = 10
"""The longest extension, working days (ALL 42, first paragraph)."""
JOINT_EXTENSION_DAYS: Final = 15
"""Of a joint case, by the county's leader (ALL 42, second paragraph)."""


def stop(state: State, step: Claimed, command: StopClock, reference: Reference) -> Sequence[Event]:
    """Give the stop; nothing where this very one is in force.

    It holds the clocks of the case too, unless another step of it is open: over parallel steps
    they run on (domain §4.5).

    Raises:
        Refused: `review.item_not_recorded`, `review.clock_already_stopped`,
            `review.procedure_not_allowed`, `review.procedure_cap_exceeded`.
    """
    case, item = item_of(state, reference)
    at = _not_before_start(step, case, command.at)
    if (held := _stopped_at(state, step, at)) is not None:
        _require_same(held, command, at)
        return ()
    _require_allowed(case, item, command)
    others = (s for s in state.steps if s.step_id != step.step_id)
    whole = all(isinstance(other, Closed) for other in others)
    announced = clock.Stop(at, command.announced_days)
    again_at = runs_again_at(announced, step.organisation, case.calendar_version, reference)
    stopped = Stopped(
        number=number_of(step.step_id),
        procedure=command.procedure,
        days=command.announced_days,
        whole=whole,
        at=instant_text(at),
        again_at=instant_text(again_at),
    )
    after = replace(case, stops=(*case.stops, stopped))
    return [
        ClockStopped(
            step_id=step.step_id,
            organisation=step.organisation,
            officer_id=command.actor.officer_id,
            term=step_term(step, after, reference),
            legal=legal_term(after, reference) if whole else None,
            promised=promised_term(after, reference) if whole else None,
            procedure=command.procedure,
            announced_days=command.announced_days,
            notice_number=command.notice_number,
            stopped_at=at,
            runs_again_at=again_at,
        )
    ]


def resume(
    state: State, step: Waiting | Claimed, command: ResumeClock, reference: Reference
) -> Sequence[Event]:
    """Give the resume of the stop that is in force; nothing where this very one was made.

    Raises:
        Refused: `review.item_not_recorded`, `review.clock_not_stopped`.
    """
    case, _ = item_of(state, reference)
    held = _stopped_at(state, step, command.at)
    if held is None:
        own = [stop for stop in case.stops if stop.number == number_of(step.step_id)]
        if own and own[-1].resumed_at == instant_text(command.at):
            return ()
        raise Refused("review.clock_not_stopped", "该环节没有停表，或所告知天数已满、已自动恢复。")
    at = max(command.at, instant(held.at))
    resumed = replace(held, resumed_at=instant_text(at))
    stops = tuple(resumed if stop is held else stop for stop in case.stops)
    after = replace(case, stops=stops)
    return [
        ClockResumed(
            step_id=step.step_id,
            organisation=step.organisation,
            officer_id=command.actor.officer_id,
            term=step_term(step, after, reference),
            legal=legal_term(after, reference) if held.whole else None,
            promised=promised_term(after, reference) if held.whole else None,
            procedure=held.procedure,
            resumed_at=at,
            result=command.result,
        )
    ]


def resume_if_stopped(
    state: State, step: Waiting | Claimed, command: ResumeClock, reference: Reference
) -> Sequence[Event]:
    """Give the resume of the stop that is in force; nothing where the clock runs."""
    if state.case is None or _stopped_at(state, step, command.at) is None:
        return ()
    return resume(state, step, command, reference)


def extend(
    state: State, step: Waiting | Claimed, command: Extend, reference: Reference
) -> Sequence[Event]:
    """Give the extension; nothing where this very one was granted. Of the clocks of step and case
    those move that are not yet due.

    Raises:
        Refused: `rights.denied`, `review.item_not_recorded`, `review.already_extended`,
            `review.extension_own`, `review.extension_unfit`, `review.extension_too_long`,
            `review.extension_late`.
    """
    case, item = item_of(state, reference)
    at = _not_before_start(step, case, command.at)
    if (granted := case.extended) is not None:
        words = number_of(step.step_id), instant_text(at), command.days
        if (granted.number, granted.at, granted.days) == words:
            return ()
        raise Refused("review.already_extended", f"已延期 {granted.days} 个工作日；延期只能一次。")
    _require_head(step, item, command)
    _require_fit(item, command)
    clocks = _not_yet_due(step, case, at, reference)
    extended = Extended(
        number=number_of(step.step_id), days=command.days, at=instant_text(at), clocks=clocks
    )
    after = replace(case, extended=extended)
    return [
        ClockExtended(
            step_id=step.step_id,
            organisation=step.organisation,
            officer_id=command.actor.officer_id,
            term=step_term(step, after, reference) if "step" in clocks else None,
            legal=legal_term(after, reference) if "legal" in clocks else None,
            promised=promised_term(after, reference) if "promised" in clocks else None,
            days=command.days,
            granted_at=at,
            reasons=command.reasons,
        )
    ]


def require_running(state: State, step: Claimed, command: GiveOpinion | Decide) -> None:
    """Pass where no special procedure is under way: its result belongs to the decision.

    Raises:
        Refused: `review.clock_stopped`.
    """
    if (held := _stopped_at(state, step, command.at)) is not None:
        raise Refused(
            "review.clock_stopped",
            f"该环节因 {held.procedure} 停表至 {held.again_at}，请先恢复计时再办结。",
        )


def _stopped_at(state: State, step: Waiting | Claimed, at: datetime) -> Stopped | None:
    held = state.open_stop(step.step_id)
    return held if held is not None and at < instant(held.again_at) else None


def _require_same(held: Stopped, command: StopClock, at: datetime) -> None:
    words = instant_text(at), command.procedure, command.announced_days
    if (held.at, held.procedure, held.days) != words:
        raise Refused(
            "review.clock_already_stopped",
            f"该环节已因 {held.procedure} 停表，恢复计时后才能再次停表。",
        )


def _require_allowed(case: Case, item: Item, command: StopClock) -> None:
    caps = {allowed.procedure: allowed.cap for allowed in item.procedures}
    if command.procedure not in caps:
        raise Refused(
            "review.procedure_not_allowed",
            f"事项“{item.name}”的特别程序不含 {command.procedure}，不能停表。",
        )
    before = sum(stop.days for stop in case.stops if stop.procedure == command.procedure)
    left = caps[command.procedure] - before
    if command.announced_days > left:
        raise Refused(
            "review.procedure_cap_exceeded",
            f"{command.procedure} 最多还可停 {left} 个工作日，告知的天数不能超过。",
        )


def _require_head(step: Waiting | Claimed, item: Item, command: Extend) -> None:
    joint = item.shape == "joint"
    if joint and not holds(command.actor, "leader", step.organisation):
        raise Refused(
            "rights.denied",
            "联办事项延期须经县政府负责人批准（许可法第四十二条）。",
            kind="forbidden",
        )
    if isinstance(step, Claimed) and step.officer_id == command.actor.officer_id:
        raise Refused("review.extension_own", "不能为自己承办的环节批准延期，请由负责人批准。")


def _require_fit(item: Item, command: Extend) -> None:
    if item.kind == "instant":
        raise Refused("review.extension_unfit", "即办件按工作分钟计时，不能延期。")
    most = JOINT_EXTENSION_DAYS if item.shape == "joint" else EXTENSION_DAYS
    if command.days > most:
        raise Refused(
            "review.extension_too_long", f"最多延期 {most} 个工作日（许可法第四十二条）。"
        )


def _not_yet_due(
    step: Waiting | Claimed, case: Case, at: datetime, reference: Reference
) -> tuple[Literal["step", "legal", "promised"], ...]:
    if at >= legal_term(case, reference).due_at:
        raise Refused("review.extension_late", "法定时限已到，不能再延期；延期须在到期前批准。")
    clocks: list[Literal["step", "legal", "promised"]] = ["legal"]
    if at < promised_term(case, reference).due_at:
        clocks.append("promised")
    if step.clock is not None and step.clock.unit == "working_days" and at < instant(step.due_at):
        clocks.append("step")
    return tuple(clocks)


def _not_before_start(step: Waiting | Claimed, case: Case, at: datetime) -> datetime:
    """Clocks of two machines differ a little; an act is never earlier than what it acts on."""
    started = instant(case.legal.started_at if step.clock is None else step.clock.started_at)
    return max(at, started)

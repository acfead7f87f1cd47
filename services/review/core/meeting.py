"""联席会议: every convened department is heard or named as absent; nobody is skipped."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from schemas.events.review import MeetingConvened, MeetingHeld
from schemas.values import DepartmentOpinion
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import fingerprint
from services.review.core.commands_of_consulting import Convene, RecordMeeting
from services.review.core.consulting import require_others
from services.review.core.item import item_of
from services.review.core.state import Case, Claimed, State


def convene(state: State, step: Claimed, command: Convene, reference: Reference) -> Sequence[Event]:
    """Give the call to the meeting. What a department said before holds no more: it is heard anew.

    Raises:
        Refused: `review.wrong_duty`, `review.item_not_recorded`, `review.meeting_outstanding`,
            `review.planned_in_past`, `review.asks_itself`, `review.organisation_unknown`.
    """
    if step.duty != "decide":
        raise Refused("review.wrong_duty", "联席会议由作出决定的环节召集。")
    case, _ = item_of(state, reference)
    if outstanding := _convened(case):
        raise Refused(
            "review.meeting_outstanding",
            f"已召集 {'、'.join(outstanding[:8])} 开会，请先记录会议纪要。",
        )
    if command.planned_at <= command.at:
        raise Refused("review.planned_in_past", "约定的时间已过。")
    departments = sorted(set(command.departments))
    require_others(step, departments, reference)
    return [
        MeetingConvened(
            step_id=step.step_id,
            organisation=step.organisation,
            officer_id=command.actor.officer_id,
            planned_at=command.planned_at,
            departments=tuple(departments),
            subject=command.subject,
        )
    ]


def record_meeting(
    state: State, step: Claimed, command: RecordMeeting, reference: Reference
) -> Sequence[Event]:
    """Give the minutes with an opinion of each convened department, or that it did not come;
    nothing where the same were recorded before. Who was absent has said nothing yet.

    Raises:
        Refused: `review.item_not_recorded`, `review.meeting_not_convened`,
            `review.held_in_future`, `review.department_skipped`, `review.not_convened`.
    """
    case, _ = item_of(state, reference)
    held = MeetingHeld(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        held_at=command.held_at,
        opinions=tuple(sorted(command.opinions, key=_organisation)),
        minutes=command.minutes,
        absent=tuple(sorted(set(command.absent))) or None,
    )
    if not (convened := _convened(case)):
        if fingerprint(held) in (case.met, *(known.words for known in case.consulted)):
            return ()
        raise Refused("review.meeting_not_convened", "没有待记录的联席会议，请先召集。")
    if command.held_at > command.at:
        raise Refused("review.held_in_future", "会议尚未召开，不能记录纪要。")
    _require_everybody(convened, [said.organisation for said in held.opinions], held.absent or ())
    return [held]


def _require_everybody(convened: list[str], heard: list[str], absent: Sequence[str]) -> None:
    if skipped := sorted(set(convened).difference(heard, absent)):
        raise Refused(
            "review.department_skipped",
            f"{'、'.join(skipped[:8])} 已召集而没有意见；每个部门都须表明意见，未到会的须列明。",
        )
    if sorted([*heard, *absent]) != sorted(convened):
        raise Refused("review.not_convened", "有部门未被召集，或记录了两次。")


def _convened(case: Case) -> list[str]:
    asked = (c for c in case.consulted if c.by == "meeting" and c.opinion is None)
    return [called.organisation for called in asked if not called.absent]


def _organisation(said: DepartmentOpinion) -> str:
    return said.organisation

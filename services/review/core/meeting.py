"""联席会议: every convened department is heard; nobody is skipped (domain §3)."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from schemas.events.review import MeetingConvened, MeetingHeld
from schemas.values import DepartmentOpinion
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import fingerprint
from services.review.core.commands import Convene, RecordMeeting
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
    """Give the minutes with an opinion of each convened department; nothing where the same were
    recorded before.

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
    )
    if not (convened := _convened(case)):
        if any(known.words == fingerprint(held) for known in case.consulted):
            return ()
        raise Refused("review.meeting_not_convened", "没有待记录的联席会议，请先召集。")
    if command.held_at > command.at:
        raise Refused("review.held_in_future", "会议尚未召开，不能记录纪要。")
    _require_everybody(convened, [said.organisation for said in held.opinions])
    return [held]


def _require_everybody(convened: list[str], heard: list[str]) -> None:
    if skipped := sorted(set(convened).difference(heard)):
        raise Refused(
            "review.department_skipped",
            f"{'、'.join(skipped[:8])} 已召集而没有意见；每个部门都须表明意见。",
        )
    if heard != sorted(convened):
        raise Refused("review.not_convened", "有部门未被召集，或记录了两次。")


def _convened(case: Case) -> list[str]:
    return [c.organisation for c in case.consulted if c.by == "meeting" and c.opinion is None]


def _organisation(said: DepartmentOpinion) -> str:
    return said.organisation

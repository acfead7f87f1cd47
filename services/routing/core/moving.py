"""An open step laid to others: transferred, delegated, taken over by the superior organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.moves import StepDelegated, StepTakenOver, StepTransferred
from schemas.facts import Officer
from schemas.values import Role
from services.kernel.actor import Actor, Held, is_within
from services.kernel.calendar import local
from services.kernel.competence import RIGHTS, posts_on
from services.kernel.decider import Reference, Refused, UnknownReference
from services.routing.core.commands import DelegateStep, RerouteStep, TakeOverStep, TransferStep
from services.routing.core.route import plan_of
from services.routing.core.state import Delegated, Open, UnderWay

_MOMENT: Final = timedelta(milliseconds=1)


def transfer(
    state: UnderWay, step: Open, command: TransferStep, reference: Reference
) -> Sequence[Event]:
    """Give the step to a colleague or to another unit (转办); nothing where this very transfer was
    made. Never out of the organisation: that is a take-over, or a return.

    Raises:
        Refused: `routing.nothing_to_transfer`, `routing.outside_organisation`,
            `routing.officer_unfit`.
    """
    to = command.to_organisation or step.organisation
    if (to, command.to_officer, instant_text(command.at)) == _last_move(step):
        return ()
    if to == step.organisation and command.to_officer is None:
        raise Refused("routing.nothing_to_transfer", "请写明转给哪个科室或哪位办事员。")
    if not is_within(to, body_of(step.organisation, reference)) or not _known(to, reference):
        raise Refused(
            "routing.outside_organisation", f"只能在本机构内转办，{to} 不属于 {step.organisation}。"
        )
    if command.to_officer is not None:
        role = plan_of(state, step, reference).role
        _require_holds(command.to_officer, role, to, command.at, reference)
    return [
        StepTransferred(
            **move_of(step, command, to),
            officer_id=command.actor.officer_id,
            to_officer=command.to_officer,
            reason=command.reason,
        )
    ]


def take_over(step: Open, command: TakeOverStep) -> Sequence[Event]:
    """Give the step to the superior organisation (提级办理); nothing where this very one was made.

    Raises:
        Refused: `rights.denied`: no post at an organisation above that of the step.
    """
    if step.moved and (step.organisation, command.actor.officer_id, instant_text(command.at)) == (
        _last_move(step)
    ):
        return ()
    post = superior_post(command.actor, step.organisation)
    if post is None:
        raise Refused(
            "rights.denied",
            f"只有 {step.organisation} 的上级机构审批岗可以提级办理。",
            kind="forbidden",
        )
    return [
        StepTakenOver(
            **move_of(step, command, post.organisation),
            officer_id=command.actor.officer_id,
            role=post.role,
            reason=command.reason,
        )
    ]


def delegate(
    state: UnderWay, step: Open, command: DelegateStep, reference: Reference
) -> Sequence[Event]:
    """Name who stands in for an absent officer on this step (委托代办); nothing where the very same
    is in force.

    Raises:
        Refused: `routing.period_unfit`, `routing.officer_unfit`, `routing.stand_in_unfit`,
            `routing.no_stand_in`.
    """
    named = command.stand_in or _by_roster(command.absent, reference)
    asked = Delegated(
        absent=command.absent,
        stand_in=named,
        since=instant_text(command.since),
        until=instant_text(command.until),
    )
    if step.delegated == asked:
        return ()
    if not command.since < command.until or command.until <= command.at:
        raise Refused("routing.period_unfit", "委托期限须有始有终，且尚未届满。")
    role = plan_of(state, step, reference).role
    for day in (max(command.since, command.at), command.until - _MOMENT):
        # Nobody lends what they may not do themselves: a warrant that ends, ends for both.
        _require_holds(command.absent, role, step.organisation, day, reference)
    stand_in = reference.officer(named)
    body = body_of(step.organisation, reference)
    if stand_in is None or named == command.absent or not is_within(stand_in.organisation, body):
        raise Refused("routing.stand_in_unfit", f"{named} 不是本机构的其他办事员，不能代办。")
    return [
        StepDelegated(
            step_id=command.step_id,
            number=step.number,
            organisation=step.organisation,
            officer_id=command.actor.officer_id,
            absent=command.absent,
            stand_in=named,
            role=role,
            since=command.since,
            until=command.until,
            reason=command.reason,
        )
    ]


def _by_roster(absent: str, reference: Reference) -> str:
    officer = reference.officer(absent)
    if officer is None or officer.stand_in is None:
        raise Refused("routing.no_stand_in", f"值班表上 {absent} 没有顶岗人，请指定代办人。")
    return officer.stand_in


def body_of(path: str, reference: Reference) -> str:
    """Give the path of the organisation of which `path` is a unit; itself where it is none.

    A unit is of the same kind as what is above it: an office of a department, not a village of a
    township. Raises `UnknownReference`.
    """
    kind = reference.organisation(path).kind
    while (above := path.rpartition("/")[0]) and reference.organisation(above).kind == kind:
        path = above
    return path


def superior_post(actor: Actor, organisation: str) -> Held | None:
    """Give the post by which `actor` may take a step of `organisation` over: the nearest above
    it; None where there is none."""
    above = [
        post
        for post in actor.posts
        if post.role in RIGHTS["routing.take_over"]
        and post.organisation != organisation
        and is_within(organisation, post.organisation)
    ]
    return max(above, key=_nearness, default=None)


def _nearness(post: Held) -> tuple[int, str]:
    return len(post.organisation), post.role


def _known(path: str, reference: Reference) -> bool:
    # Named by an officer: one that does not exist is their mistake, not a fact on its way.
    try:
        reference.organisation(path)
    except UnknownReference:
        return False
    return True


def _require_holds(
    officer_id: str, role: Role, organisation: str, at: datetime, reference: Reference
) -> None:
    officer = reference.officer(officer_id)
    if officer is None or not _has_post(officer, role, organisation, at):
        raise Refused(
            "routing.officer_unfit", f"{officer_id} 在 {organisation} 没有 {role} 岗位，不能办理。"
        )


def _has_post(officer: Officer, role: Role, organisation: str, at: datetime) -> bool:
    held = posts_on(officer, local(at).date())
    return any(p.role == role and is_within(organisation, p.organisation) for p in held)


def _last_move(step: Open) -> tuple[str, str | None, str] | None:
    last = step.moved
    return None if last is None else (step.organisation, last.holder, last.at)


def move_of(
    step: Open, command: TransferStep | TakeOverStep | RerouteStep, to: str
) -> dict[str, Any]:
    """Give what every move of an open step tells."""
    return {
        "step_id": command.step_id,
        "number": step.number,
        "organisation": step.organisation,
        "to_organisation": to,
        "move": (step.moved.times if step.moved else 0) + 1,
        "moved_at": command.at,
    }

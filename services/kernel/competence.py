"""Who may do what: role × action × organisation subtree. One table; what is not in it is denied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from schemas.facts import Officer, Post
from schemas.values import Role
from services.kernel.actor import SYSTEM, Actor, Held, is_within
from services.kernel.decider import Refused

_INTAKE: Final[frozenset[Role]] = frozenset({"village_clerk", "township_clerk", "department_clerk"})
_CLOSERS: Final[frozenset[Role]] = frozenset(
    {
        "village_clerk",
        "township_clerk",
        "township_approver",
        "department_clerk",
        "department_reviewer",
        "chief_representative",
        "joint_convener",
    }
)

_APPROVERS: Final[frozenset[Role]] = frozenset(
    {"township_approver", "department_reviewer", "chief_representative", "joint_convener"}
)

RIGHTS: Final[dict[str, frozenset[Role]]] = {
    "intake.draft": _INTAKE,
    "intake.submit": _INTAKE,
    "intake.notify_deficiency": _INTAKE,
    "intake.supplement": _INTAKE,
    "intake.attach_paper": _INTAKE,
    "intake.detach_paper": _INTAKE,
    "intake.request_precheck": _INTAKE,
    "intake.answer_precheck": _INTAKE,
    "intake.accept": _INTAKE,
    "intake.refuse": _INTAKE,
    "intake.withdraw": _INTAKE,
    "intake.view": _INTAKE | _CLOSERS | {"inspector", "leader"},
    "appointments.book": _INTAKE,
    "appointments.cancel": _INTAKE,
    "appointments.move": _INTAKE,
    "appointments.check_in": _INTAKE,
    "appointments.call": _INTAKE,
    "appointments.pass": _INTAKE,
    "appointments.serve": _INTAKE,
    "appointments.mark_missed": _INTAKE,
    "appointments.view": _INTAKE | _CLOSERS | {"inspector", "leader"},
    "credit.impose": frozenset({"inspector"}),
    "credit.lift": frozenset({"inspector"}),
    "credit.view": _INTAKE | _CLOSERS | {"inspector", "leader"},
    "people.prefill": _INTAKE,
    "people.look": _INTAKE | _CLOSERS | {"inspector", "leader"},
    "routing.view": _INTAKE | _CLOSERS | {"inspector", "leader"},
    "routing.transfer": _APPROVERS | {"village_clerk"},
    "routing.delegate": _APPROVERS | {"village_clerk"},
    "routing.take_over": _APPROVERS,
    "routing.return": _CLOSERS,
    "routing.record_external_result": _APPROVERS | {"department_clerk", "township_clerk"},
    "routing.upload": frozenset({"township_clerk", "township_approver"}),
    "review.claim": _CLOSERS,
    "review.release": _CLOSERS,
    "review.check": _CLOSERS,
    "review.stop_clock": _CLOSERS,
    "review.resume_clock": _CLOSERS,
    "review.extend": frozenset({"leader", "department_reviewer"}),
    "review.give_opinion": _CLOSERS,
    "review.request_opinion": _CLOSERS,
    "review.answer_opinion": _CLOSERS,
    "review.schedule_survey": _CLOSERS,
    "review.record_survey": _CLOSERS,
    "review.convene": _CLOSERS,
    "review.record_meeting": _CLOSERS,
    "review.decide": _CLOSERS,
    "review.assess_fee": _CLOSERS,
    "review.record_payment": _CLOSERS,
    "review.waive_fee": _APPROVERS,
    "review.issue": _CLOSERS,
    "review.mark_ready": _CLOSERS,
    "review.notify_ready": _CLOSERS,
    "review.dispatch": _CLOSERS,
    "review.record_undelivered": _CLOSERS,
    "review.reissue": _CLOSERS,
    "review.record_delivery": _CLOSERS,
    "review.revoke": frozenset(
        {"township_approver", "department_reviewer", "chief_representative"}
    ),
    "review.correct": _APPROVERS,
    "review.view": _CLOSERS | {"inspector", "leader"},
    "supervision.view": _CLOSERS | {"inspector", "leader"},
    "supervision.board": frozenset({"inspector", "leader"}),
    "operate": frozenset({"operator"}),
}
"""Action → the roles that may do it, each within the subtree of its post."""


def posts_on(officer: Officer, day: date) -> tuple[Post, ...]:
    """Give the posts that `officer` holds on `day` (local): without a warrant, or within its days.

    Asked when a token is issued, so that what an actor may do comes with the command.
    """
    return tuple(post for post in officer.posts if _in_force(post, day))


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A dated right to act for an absent officer; outside of its time it is none."""

    officer_id: str
    """Who stands in."""
    role: Role
    organisation: str
    since: datetime
    until: datetime
    """No longer from this instant on."""


def standing_in(actor: Actor, granted: StandIn, at: datetime) -> Actor:
    """Give `actor` with the post that `granted` lends them at the instant `at`; the very same
    where it lends them none."""
    if actor.officer_id != granted.officer_id or not granted.since <= at < granted.until:
        return actor
    return replace(actor, posts=(*actor.posts, Held(granted.organisation, granted.role)))


def may(actor: Actor, action: str, organisation: str) -> bool:
    """Say whether `actor` holds a post that allows `action` at `organisation` (a path)."""
    roles = RIGHTS.get(action, frozenset())
    return any(p.role in roles and is_within(organisation, p.organisation) for p in actor.posts)


def holds(actor: Actor, role: Role, organisation: str) -> bool:
    """Say whether `actor` holds exactly `role` at an organisation above or at `organisation`."""
    return any(p.role == role and is_within(organisation, p.organisation) for p in actor.posts)


def require(actor: Actor, action: str, organisation: str) -> None:
    """Pass where `actor` may do `action` at `organisation`.

    Raises:
        Refused: `rights.denied`; the attempt is recorded like any refusal.
    """
    if not may(actor, action, organisation):
        raise Refused(
            "rights.denied",
            f"您的岗位无权在 {organisation} 执行该操作（{action}），请联系本机构负责人。",
            kind="forbidden",
        )


def _in_force(post: Post, day: date) -> bool:
    if (warrant := post.warrant) is None:
        return True
    return warrant.valid_from <= day and (warrant.valid_until is None or day <= warrant.valid_until)


def require_system(actor: Actor) -> None:
    """Pass where a service acts by reaction: no officer may lay a route by hand.

    Raises:
        Refused: `rights.denied`.
    """
    if actor.officer_id != SYSTEM:
        raise Refused("rights.denied", "该操作由系统自动执行，不能人工发起。", kind="forbidden")

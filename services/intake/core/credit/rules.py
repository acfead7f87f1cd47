"""The rules of a subject's restrictions: each a decided fact with basis, last day and appeal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias, assert_never

from pydantic import Field

from schemas.events.base import Event
from schemas.events.credit import RestrictionImposed, RestrictionLifted
from services.intake.core.credit.commands import Command, Impose, Lift
from services.kernel.calendar import local
from services.kernel.competence import require
from services.kernel.decider import Decider, Reference, Refused
from services.kernel.identifiers import fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Imposed:
    """One restriction of the subject, as it was imposed."""

    event: RestrictionImposed
    lifting: str | None = None
    """Fingerprint of the lifting."""


@dataclass(frozen=True, slots=True)
class Unrestricted:
    """Nothing was ever imposed."""

    kind: Literal["unrestricted"] = "unrestricted"
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Restrictions in the order in which they were imposed; lapsed and lifted ones stay."""

    kind: Literal["subject"] = "subject"
    version: int
    restrictions: tuple[Imposed, ...]

    def named(self, restriction_id: str) -> Imposed | None:
        """Give a restriction by its id."""
        found = (r for r in self.restrictions if r.event.restriction_id == restriction_id)
        return next(found, None)


State: TypeAlias = Annotated[Unrestricted | Subject, Field(discriminator="kind")]


def decider(reference: Reference) -> Decider[State, Command]:
    """Give the rules of credit under these reference facts."""

    def decide(state: State, command: Command) -> Sequence[Event]:
        match state:
            case Unrestricted():
                return _unrestricted(command, reference)
            case Subject():
                return _subject(state, command, reference)
            case _:
                assert_never(state)

    return Decider(Unrestricted(), decide, evolve)


def _unrestricted(command: Command, reference: Reference) -> Sequence[Event]:
    match command:
        case Impose():
            require(command.actor, command.action, command.imposed_by)
            return _imposed((), command, reference)
        case Lift():
            raise _not_found()
        case _:
            assert_never(command)


def _subject(state: Subject, command: Command, reference: Reference) -> Sequence[Event]:
    match command:
        case Impose():
            require(command.actor, command.action, command.imposed_by)
            return _imposed(state.restrictions, command, reference)
        case Lift():
            return _lifted(state, command)
        case _:
            assert_never(command)


def _imposed(before: tuple[Imposed, ...], command: Impose, reference: Reference) -> Sequence[Event]:
    imposed = RestrictionImposed(
        applicant_ref=command.key,
        restriction_id=f"r{len(before) + 1}",
        kind=command.kind,
        subject=command.subject,
        basis=command.basis,
        reason=command.reason,
        imposed_by=command.imposed_by,
        source=command.source,
        since=command.since,
        until=command.until,
        appeal=command.appeal,
    )
    for known in before:
        if known.lifting is None and _same_decision(known.event, imposed):
            named = known.event.model_copy(update={"restriction_id": imposed.restriction_id})
            if named == imposed:
                return ()  # delivered twice
            raise Refused(
                "credit.already_imposed",
                f"依据“{command.basis}”的限制已登记（{known.event.restriction_id}），不能重复登记。",
            )
    _require_term(command, reference)
    return [imposed]


def _same_decision(known: RestrictionImposed, imposed: RestrictionImposed) -> bool:
    return (known.kind, known.basis) == (imposed.kind, imposed.basis)


def _require_term(command: Impose, reference: Reference) -> None:
    """Pass where the restriction begins, ends, and lasts no longer than its rule allows.

    Raises:
        Refused: `credit.rule_not_in_force`, `credit.ends_before_it_begins`,
            `credit.already_lapsed`, `credit.too_long`.
        UnknownReference: the rule is not (yet) known.
    """
    rule, today = reference.credit_rule(command.kind, command.rule_version), local(command.at)
    if rule.valid_from > today.date():
        raise Refused("credit.rule_not_in_force", f"规则“{rule.name}”自 {rule.valid_from} 起施行。")
    if command.until < command.since:
        raise Refused("credit.ends_before_it_begins", "限制的截止日早于起始日，请改正。")
    if command.until < today.date():
        raise Refused("credit.already_lapsed", f"限制已于 {command.until} 届满，无需登记或解除。")
    if (command.until - command.since).days > rule.longest_days:
        raise Refused(
            "credit.too_long", f"“{rule.name}”最长 {rule.longest_days} 日，请改正截止日。"
        )


def _lifted(state: Subject, command: Lift) -> Sequence[Event]:
    found = state.named(command.restriction_id)
    if found is None:
        raise _not_found()
    require(command.actor, command.action, found.event.imposed_by)
    lifted = RestrictionLifted(
        applicant_ref=command.key,
        restriction_id=command.restriction_id,
        basis=command.basis,
        reason=command.reason,
    )
    if found.lifting is not None:
        if found.lifting == fingerprint(lifted):
            return ()  # delivered twice
        raise Refused("credit.already_lifted", "该限制已解除，无需再次解除。")
    if found.event.until < local(command.at).date():
        raise Refused(
            "credit.already_lapsed", f"限制已于 {found.event.until} 届满，无需登记或解除。"
        )
    return [lifted]


def evolve(state: State, event: Event) -> State:
    """Give the state after `event`; the very same state where it changes nothing here."""
    before = state.restrictions if isinstance(state, Subject) else ()
    match event:
        case RestrictionImposed():
            after = (*before, Imposed(event=event))
        case RestrictionLifted() if any(
            r.event.restriction_id == event.restriction_id for r in before
        ):
            after = tuple(
                Imposed(event=r.event, lifting=fingerprint(event))
                if r.event.restriction_id == event.restriction_id
                else r
                for r in before
            )
        case _:
            return state
    return Subject(version=state.version + 1, restrictions=after)


def view(key: str, state: State, part: str | None) -> dict[str, object]:
    """Give all restrictions of the subject; an empty list where there never was one."""
    found = state.restrictions if isinstance(state, Subject) else ()
    return {
        "applicant_ref": key,
        "version": state.version,
        "restrictions": [
            {**r.event.model_dump(mode="json"), "lifted": r.lifting is not None} for r in found
        ],
    }


def answer(key: str, state: State, events: Sequence[Event]) -> dict[str, object]:
    """Give the restrictions after a command."""
    return view(key, state, None)


def version(state: State, command: Command) -> int:
    """Give what `If-Match` of a command is compared with: events that took effect."""
    return state.version


def version_of_view(state: State, part: str | None) -> int:
    """Give the `ETag` of a view."""
    return state.version


def _not_found() -> Refused:
    return Refused("credit.not_found", "没有这条信用限制，请核对编号。")

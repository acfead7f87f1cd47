"""What may be wanted of an application. Private to intake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from schemas.values import (
    ApplicantRef,
    CalendarVersion,
    Channel,
    Defect,
    Instant,
    ItemCode,
    Label,
    Material,
    OrganisationPath,
    Restriction,
    Text,
)
from services.kernel import decider

Materials: TypeAlias = Annotated[tuple[Material, ...], Field(max_length=99)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Application(decider.Command):
    item_code: ItemCode
    item_version: Annotated[int, Field(ge=1)]
    organisation: OrganisationPath
    """Where the papers lie; whoever acts needs a right there."""
    channel: Channel
    applicant_ref: ApplicantRef
    materials: Materials
    restrictions: Annotated[tuple[Restriction, ...], Field(max_length=99)] = ()
    """Of applicant and agent, in force when it was asked for."""
    item_topics: Annotated[tuple[ItemCode, ...], Field(max_length=99)] = ()
    """Topics (一件事) that the item belongs to; credit rules may name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(_Application):
    """Put an application down, or write its draft anew, as a whole."""

    action: ClassVar[str] = "intake.draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(_Application):
    """Hand the application in, with or without a draft before."""

    action: ClassVar[str] = "intake.submit"

    agent_ref: ApplicantRef | None = None
    captured_at: Instant | None = None
    calendar_version: CalendarVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyDeficiency(decider.Command):
    """Say all that is wrong with the papers, once."""

    action: ClassVar[str] = "intake.notify_deficiency"

    defects: Annotated[tuple[Defect, ...], Field(min_length=1, max_length=99)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement(decider.Command):
    """Add the papers that the notice asked for."""

    action: ClassVar[str] = "intake.supplement"

    materials: Annotated[tuple[Material, ...], Field(min_length=1, max_length=99)]
    calendar_version: CalendarVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(decider.Command):
    """Accept; starts the legal and the promised clock."""

    action: ClassVar[str] = "intake.accept"

    calendar_version: CalendarVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(decider.Command):
    """Do not accept (不予受理)."""

    action: ClassVar[str] = "intake.refuse"

    reason: Text
    basis: Label
    remedy: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(decider.Command):
    """Take the application back, by the applicant's word."""

    action: ClassVar[str] = "intake.withdraw"

    reason: Text


Command: TypeAlias = Draft | Submit | NotifyDeficiency | Supplement | Accept | Refuse | Withdraw

COMMANDS: tuple[type[Command], ...] = (
    Draft,
    Submit,
    NotifyDeficiency,
    Supplement,
    Accept,
    Refuse,
    Withdraw,
)

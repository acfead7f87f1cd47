"""What may be wanted of a subject's restrictions. Private to intake; key: the applicant_ref."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from schemas.values import Label, OrganisationPath, RestrictionId, RestrictionKind, Text
from services.kernel import decider


@dataclass(frozen=True, slots=True, kw_only=True)
class Impose(decider.Command):
    """Restrict the subject, by a decision that is final."""

    action: ClassVar[str] = "credit.impose"

    kind: RestrictionKind
    rule_version: Annotated[int, Field(ge=1)]
    subject: Literal["applicant", "agent", "intermediary"]
    basis: Label
    reason: Text
    imposed_by: OrganisationPath
    source: Label
    since: date
    until: date
    appeal: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift(decider.Command):
    """End a restriction before its day; it binds nowhere any more."""

    action: ClassVar[str] = "credit.lift"

    restriction_id: RestrictionId
    basis: Label
    reason: Text


Command: TypeAlias = Impose | Lift
COMMANDS: tuple[type[Command], ...] = (Impose, Lift)

"""`credit.restriction.events.v1`: what restricts a subject, and its lifting. Key: applicant_ref.

A restriction is these events and nothing else (ADR 0022); they name a pseudonym only.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from schemas.events.base import CREDIT, Event
from schemas.values import (
    ApplicantRef,
    Label,
    OrganisationPath,
    RestrictionId,
    RestrictionKind,
    Text,
)


class _Restriction(Event):
    topics: ClassVar[tuple[str, ...]] = (CREDIT,)

    applicant_ref: ApplicantRef
    restriction_id: RestrictionId


class RestrictionImposed(_Restriction):
    """信用限制. A fact finally dealt with restricts its subject everywhere (一处受罚处处受制)."""

    type: ClassVar[str] = "cn.cunban.credit.restriction-imposed.v1"

    kind: RestrictionKind
    subject: Literal["applicant", "agent", "intermediary"]
    basis: Label
    """The decision that it rests on, by its number."""
    reason: Text
    imposed_by: OrganisationPath
    source: Label
    """Where the fact comes from: a register, a court, an inspector."""
    since: date
    until: date
    """Last local day on which it binds."""
    appeal: Text
    """How and with whom to object."""


class RestrictionLifted(_Restriction):
    """解除限制. Binds nowhere any more, by this one event."""

    type: ClassVar[str] = "cn.cunban.credit.restriction-lifted.v1"

    basis: Label
    reason: Text

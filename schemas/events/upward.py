"""上报件: a case that the city or province decides, shown here and not held against the county.

Routing says when it went up and what came back; review, which moves the clocks of a case, says
what that makes of them (ADR 0017).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.events.base import REVIEW, ROUTING, Event
from schemas.values import (
    CaseOutcome,
    Instant,
    Label,
    OfficerId,
    OrganisationPath,
    StepId,
    Term,
    Text,
)


class _OfRoute(Event):
    topics: ClassVar[tuple[str, ...]] = (ROUTING,)

    step_id: StepId
    """The last of the county's own, which sent it up."""
    organisation: OrganisationPath
    """Which sent it up, and hears of the result."""


class CaseReportedUp(_OfRoute):
    """上报. The county has done its part; the case lies at the higher authority."""

    type: ClassVar[str] = "cn.cunban.case.reported-up.v1"

    officer_id: OfficerId
    """Who decided that it goes up."""
    external: Term
    """How long the authority may take, by the catalogue; shown, and held against nobody here."""


class ExternalResultRecorded(_OfRoute):
    """上级批复. What the higher authority decided; ends the case."""

    type: ClassVar[str] = "cn.cunban.external-result.recorded.v1"

    officer_id: OfficerId
    """Who recorded it."""
    authority: Label
    document_number: Label
    """Of the authority's own document."""
    decided_on: date
    received_at: Instant
    outcome: CaseOutcome
    remarks: Text | None = None


class _OfClocks(Event):
    topics: ClassVar[tuple[str, ...]] = (REVIEW,)

    step_id: StepId
    organisation: OrganisationPath
    legal: Term
    promised: Term
    """Clocks of the case from now on."""


class ClockSuspended(_OfClocks):
    """上报停计. The clocks of the case stand still while it lies at the higher authority."""

    type: ClassVar[str] = "cn.cunban.clock.suspended.v1"

    days: Annotated[int, Field(ge=1, le=365)]
    """Working days with which the terms are reckoned until it is back: more than any authority
    takes, so that no day of its is the county's."""
    suspended_at: Instant
    runs_again_at: Instant
    """After all of `days`."""


class ClockRestarted(_OfClocks):
    """批复续计. It is back; the terms are reckoned with the days that it took."""

    type: ClassVar[str] = "cn.cunban.clock.restarted.v1"

    outcome: CaseOutcome
    restarted_at: Instant

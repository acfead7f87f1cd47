"""What the acts on a route take."""

from __future__ import annotations

from datetime import date

from schemas.values import CaseOutcome, Label, OfficerId, OrganisationPath, StepId, Text
from services.runtime.closed_body import ClosedBody
from services.runtime.named_instants import NamedInstant


class _OfStep(ClosedBody):
    """One step, and why; a field that it does not know is an error."""

    step_id: StepId
    reason: Text


class ReasonBody(_OfStep):
    """Which step, and why."""


class TransferBody(_OfStep):
    """To whom; at least one of both."""

    to_organisation: OrganisationPath | None = None
    to_officer: OfficerId | None = None


class ExternalResultBody(ClosedBody):
    """What the higher authority decided; a field that it does not know is an error."""

    authority: Label
    document_number: Label
    decided_on: date
    outcome: CaseOutcome
    remarks: Text | None = None


class DelegationBody(_OfStep):
    """Who stands in for whom, and for how long."""

    absent: OfficerId
    stand_in: OfficerId | None = None
    """Whoever the roster names, if left out."""
    since: NamedInstant
    until: NamedInstant

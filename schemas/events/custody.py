"""`case.review.events.v1`: who holds the result between us and the applicant."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.events.review import OfStep
from schemas.values import (
    Carriage,
    DeliveryFailure,
    Instant,
    Label,
    OfficerId,
    OrganisationPath,
    Text,
)


class ResultDispatched(OfStep):
    """交寄. The result is out of our hands, until it is delivered or said not to be."""

    type: ClassVar[str] = "cn.cunban.result.dispatched.v1"

    organisation: OrganisationPath
    """Whose officer handed it over."""
    officer_id: OfficerId
    document_number: Label
    by: Carriage
    carrier: Label
    """Of a locker: which one."""
    tracking_number: Label
    """Consignment number; of a locker that of the deposit."""
    handed_at: Instant


class DeliveryFailed(OfStep):
    """投递未成. The parcel was lost, or came back to us; the applicant has nothing."""

    type: ClassVar[str] = "cn.cunban.result.delivery-failed.v1"

    organisation: OrganisationPath
    """Where a parcel that came back lies ready from now on."""
    officer_id: OfficerId
    tracking_number: Label
    how: DeliveryFailure
    reasons: Text
    found_at: Instant
    """When it came back, or was known to be lost."""


class ResultReissued(OfStep):
    """补发. A duplicate copy under a number of its own takes the place of a lost one, which holds
    no more; what is granted, and for how long, stays as it was."""

    type: ClassVar[str] = "cn.cunban.result.reissued.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    document_number: Label
    replaces: Label
    """Number of the copy that was lost."""
    duplicate: Annotated[int, Field(ge=1)]
    """The how manieth duplicate of the case's result."""
    name: Label
    valid_from: date
    """Local day."""
    valid_until: date | None
    """As of `ResultIssued`."""
    reissued_at: Instant

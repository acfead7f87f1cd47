"""What callers of the paths of appointments send."""

from __future__ import annotations

from datetime import date

from schemas.values import CaseId, Channel, Hour, ItemCode, Label, OrganisationPath, Text
from services.intake.shell.bodies import Applicant, Body


class Booking(Body):
    """Who comes when, and what for."""

    organisation: OrganisationPath | None = None
    """Whose window; the officer's own organisation if left out."""
    on: date
    slot: Hour
    applicant: Applicant
    item_code: ItemCode | None = None
    channel: Channel = "village"
    """How the booking came in; `online` is barred to those who missed too many."""
    confirm_changed_person: bool = False
    """Whether a name that differs from the known one was looked at and is right."""


class OtherSlot(Body):
    """When to come instead."""

    slot: Hour


class Reason(Body):
    """Why the place is given back."""

    reason: Text


class Desk(Body):
    """To which desk the number is called."""

    desk: Label


class CaseOpened(Body):
    """The case that was opened for whoever is at the desk; may be left out."""

    case_id: CaseId | None = None

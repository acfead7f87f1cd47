"""What intake answers with, for those who read its API document."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from schemas.values import Family
from services.runtime.api_document import TermTold, Told


class AttachmentTold(Told):
    """A file of a material; the content is served under its fingerprint."""

    name: str
    material: str
    sha256: str
    size: int
    media_type: str


class LikenessTold(Told):
    """A case that is like another."""

    case_id: str
    case_number: str
    status: str
    """`submitted` or `accepted`."""
    organisation: str
    submitted_at: str


class PrecheckTold(Told):
    """The last pre-check of a draft. The words of its findings stand in the case."""

    status: str
    """`requested`, `fine`, `deficient`."""
    ordinal: int
    answer: TermTold
    """By when it is answered."""
    wanting: list[str]
    """Codes of the papers that will not do."""
    sound: list[str]
    """Codes of the papers that were there and found fine."""


class ApplicationTold(Told):
    """An application: always its head, the rest by how far it has come."""

    case_id: str
    status: str
    """`drafted`, `submitted`, `awaiting_supplement`, `accepted`, `not_accepted`, `withdrawn`."""
    version: int = Field(ge=0)
    case_number: str | None = None
    query_code: str | None = None
    """For the villager; told when it is handed in."""
    answer: TermTold | None = None
    """By when the desk has to say whether the papers will do."""
    legal: TermTold | None = None
    promised: TermTold | None = None
    notice_number: str | None = None
    wanting: list[str] | None = None
    """Codes of the papers that the deficiency notice asks for."""
    item_code: str | None = None
    item_version: int | None = None
    organisation: str | None = None
    taken_in_at: str | None = None
    """Another office, which took it in for `organisation`."""
    family: Family | None = None
    """Of a case that was handed in as part of a topic (一件事)."""
    attachments: list[AttachmentTold] | None = None
    warnings: list[dict[str, object]] | None = None
    """Credit restrictions in force that did not block the submission."""
    applicant_ref: str | None = None
    precheck: PrecheckTold | None = None
    """Of a draft for which one was asked."""
    found_fine: list[str] | None = None
    """Codes of the papers that a pre-check found fine and that were not changed since."""
    possible_duplicates: list[LikenessTold] | None = None
    """Open and recent cases of the same applicant and item, five at most."""


class MemberTold(Told):
    """What became of one item of a topic; `body` as the single call would have answered it."""

    item_code: str
    item_name: str
    case_id: str
    status: int
    """201 it is in, 202 it may be, else why not."""
    body: dict[str, object]


class FamilyTold(Told):
    """A topic that was handed in: one outcome for each chosen item, in the topic's order."""

    family_id: str
    topic: str
    topic_version: int
    members: int
    items: list[MemberTold]
    succeeded: int
    pending: int
    failed: int


class AppointmentTold(Told):
    """An appointment: window and day always, the rest where something happened to one."""

    organisation: str
    on: str
    """Local day."""
    appointment_id: str | None = None
    status: str | None = None
    """`booked`, `waiting`, `called`, `passed`, `served`, `cancelled`, `missed`."""
    version: int | None = None
    slot: str | None = None
    ticket: int | None = None
    """Queue number."""
    query_code: str | None = None
    """For the villager; told when it is booked."""


class QueueTold(Told):
    """All appointments of a window's day."""

    organisation: str
    on: str
    appointments: list[dict[str, object]]


class RestrictionsTold(Told):
    """All credit restrictions of a subject, lapsed and lifted ones too."""

    applicant_ref: str
    version: int
    restrictions: list[dict[str, object]]


class OutcomeTold(Told):
    """What became of one application of a batch."""

    idempotency_key: str
    status: int = Field(ge=200, le=599)
    """As the single call would have answered; 202 where the result is still to come."""
    body: dict[str, Any]


class BatchTold(Told):
    """One outcome for each application, in order."""

    items: list[OutcomeTold]
    succeeded: int = Field(ge=0)
    pending: int = Field(ge=0)
    """Taken, the result still to come (202): send the batch again."""
    failed: int = Field(ge=0)


class FieldTold(Told):
    """One thing that is known of a person, who told it and on which day."""

    value: str
    source: str | None = None
    on: str | None = None


class PersonTold(Told):
    """Who holds a number."""

    applicant_ref: str
    document_kind: str
    masked: bool
    fields: dict[str, FieldTold]


class ErasureTold(Told):
    """What the second step of erasing a person needs, and until when."""

    confirmation: str
    expires_at: str

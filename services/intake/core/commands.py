"""What may be wanted of an application. Private to intake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from schemas.values import (
    ApplicantRef,
    AttachmentName,
    CalendarVersion,
    CaseId,
    Channel,
    Defect,
    Family,
    Instant,
    ItemCode,
    Label,
    Mandate,
    Material,
    MediaType,
    OrganisationPath,
    Restriction,
    Sha256,
    Text,
)
from services.kernel import decider

Materials: TypeAlias = Annotated[tuple[Material, ...], Field(max_length=99)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """A case that papers are reused from, as intake had it when the command was written."""

    case_id: CaseId
    applicant_ref: ApplicantRef
    accepted: bool
    papers: tuple[ItemCode, ...]
    """Codes of what was handed in to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """An item that must come first, and what is known of its result when the command is written."""

    item: ItemCode
    name: Label
    together: bool = False
    """Asked for with this one, as one topic."""
    document_number: Label | None = None
    """Of a result of the same applicant in force that day; None where none is known here."""
    case_id: CaseId | None = None
    """Which gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """An open or recent case of the same applicant and item, known when the command was written."""

    case_id: CaseId
    case_number: Label
    organisation: OrganisationPath
    """Where it was handed in."""
    status: Label
    """`submitted` or `accepted`."""
    at: Instant
    """When it was handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Application(decider.Command):
    item_code: ItemCode
    item_version: Annotated[int, Field(ge=1)]
    organisation: OrganisationPath
    """Where the papers lie; whoever acts needs a right there."""
    channel: Channel
    applicant_ref: ApplicantRef
    materials: Materials
    agent_ref: ApplicantRef | None = None
    mandate: Mandate | None = None
    captured_at: Instant | None = None
    barred: Text | None = None
    """Why the negative list of the channel keeps the item away from it, on the day of `at`."""
    earlier: tuple[EarlierCase, ...] = ()
    """The cases that papers are reused from, as far as they exist."""
    restrictions: Annotated[tuple[Restriction, ...], Field(max_length=99)] = ()
    """Of applicant and agent, in force when it was asked for."""
    taken_in_at: OrganisationPath | None = None
    """通办. Another office, where it is handed in for `organisation`; whoever acts needs a right
    there."""
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

    calendar_version: CalendarVersion
    alike: tuple[Likeness, ...] = ()
    """Sorted by case id."""
    duplicate_reason: Text | None = None
    """Why it is handed in although there is one like it; None where nobody has said so."""
    family: Family | None = None
    """Of a member of a topic (一件事)."""
    prior: Annotated[tuple[Prior, ...], Field(max_length=180)] = ()
    """Of the items that the preconditions of this one name."""


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
    earlier: tuple[EarlierCase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachPaper(decider.Command):
    """Say that a file of a material lies in the store, under the fingerprint of its content."""

    action: ClassVar[str] = "intake.attach_paper"

    name: AttachmentName
    sha256: Sha256
    size: Annotated[int, Field(ge=1, le=2**40)]
    media_type: MediaType


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachPaper(decider.Command):
    """Take a file off a draft."""

    action: ClassVar[str] = "intake.detach_paper"

    name: AttachmentName


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPrecheck(decider.Command):
    """Ask, for the applicant, whether the papers of a draft will do."""

    action: ClassVar[str] = "intake.request_precheck"

    calendar_version: CalendarVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPrecheck(decider.Command):
    """Say all that is wrong with the papers of a draft; without defects: that they will do."""

    action: ClassVar[str] = "intake.answer_precheck"

    defects: Annotated[tuple[Defect, ...], Field(max_length=99)] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeemAccepted(decider.Command):
    """Take silence for acceptance; comes from a timer, `at` when the answer was due."""

    action: ClassVar[str] = "intake.deem_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDueDates(decider.Command):
    """Reckon the answer's term by an amended calendar; comes from a timer."""

    action: ClassVar[str] = "intake.correct_due_dates"

    calendar_version: CalendarVersion


DeskAct: TypeAlias = (
    Draft
    | Submit
    | NotifyDeficiency
    | Supplement
    | AttachPaper
    | DetachPaper
    | RequestPrecheck
    | AnswerPrecheck
    | Accept
    | Refuse
    | Withdraw
)
"""What officers do."""
TimedAct: TypeAlias = DeemAccepted | CorrectDueDates
"""What only the system does; where it has come too late, nothing follows from it."""
Command: TypeAlias = DeskAct | TimedAct

COMMANDS: tuple[type[Command], ...] = (
    Draft,
    Submit,
    NotifyDeficiency,
    Supplement,
    AttachPaper,
    DetachPaper,
    RequestPrecheck,
    AnswerPrecheck,
    Accept,
    Refuse,
    Withdraw,
    DeemAccepted,
    CorrectDueDates,
)

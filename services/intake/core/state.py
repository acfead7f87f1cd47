"""What the rules of intake must know of an application, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from schemas.events.intake import ApplicationDrafted
from schemas.values import Family, Term


@dataclass(frozen=True, slots=True)
class Paper:
    """How many of one material were handed in, in one form."""

    code: str
    form: Literal["original", "copy", "electronic", "reused"]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file of one material, in the store under the case by its fingerprint."""

    name: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class SoundPaper:
    """A paper that a pre-check found fine."""

    code: str
    mark: str
    """By which its unchanged content is known again (`prechecking.marks`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precheck:
    """The last pre-check (预审) that was asked for."""

    ordinal: int
    term: Term
    answer: str = ""
    """Fingerprint of the answer; empty as long as there is none."""
    looked_at: str = ""
    """Mark of the draft as it was when it was answered."""
    wanting: tuple[str, ...] = ()
    """Codes of the materials that the answer found deficient, sorted."""
    sound: tuple[SoundPaper, ...] = ()
    """Sorted by code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What stays the same from submission on."""

    case_number: str
    item_code: str
    item_version: int
    organisation: str
    applicant_ref: str
    submitted_at: str = ""
    """RFC 3339, UTC: from there on the log is read back for a document; empty in states written
    before there were any."""
    family: Family | None = None
    """Of a member of a topic (一件事)."""
    taken_in_at: str = ""
    """通办. Another office, which took it in; empty where `organisation` did."""


@dataclass(frozen=True, slots=True)
class NotSubmitted:
    """Nothing is here."""

    kind: Literal["not_submitted"] = "not_submitted"
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """Put down, not handed in."""

    kind: Literal["drafted"] = "drafted"
    version: int
    draft: ApplicationDrafted
    attached: tuple[Attached, ...] = ()
    """In the order in which their names first came; names unique."""
    precheck: Precheck | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """Handed in; the answer is due."""

    kind: Literal["submitted"] = "submitted"
    version: int
    application: Application
    papers: tuple[Paper, ...]
    answer: Term
    notices: int = 0
    """How many deficiency notices were given."""
    supplemented: tuple[str, ...] = ()
    """Codes of the materials of the last supplement, sorted."""
    attached: tuple[Attached, ...] = ()
    told: tuple[str, ...] = ()
    """Codes of the materials that any notice has named, sorted."""
    sound: tuple[str, ...] = ()
    """Codes of the materials that a pre-check found fine, unchanged since, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingSupplement:
    """The deficiency notice is out; the applicant has the word."""

    kind: Literal["awaiting_supplement"] = "awaiting_supplement"
    version: int
    application: Application
    papers: tuple[Paper, ...]
    notices: int
    notice_number: str
    wanting: tuple[str, ...]
    """Codes of the materials that the notice names, sorted."""
    notice: str
    """Fingerprint of the notice."""
    attached: tuple[Attached, ...] = ()
    told_before: tuple[str, ...] = ()
    """Codes of the materials that notices before this one had named, sorted."""
    sound: tuple[str, ...] = ()
    """As in `Submitted`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """受理. Final for intake."""

    kind: Literal["accepted"] = "accepted"
    version: int
    application: Application
    legal: Term
    promised: Term
    attached: tuple[Attached, ...] = ()
    """No rule reads it any more; the departments that examine the papers do."""
    papers: tuple[str, ...] = ()
    """Codes of what was handed in, sorted: what a later case may reuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAccepted:
    """不予受理. Final."""

    kind: Literal["not_accepted"] = "not_accepted"
    version: int
    application: Application
    refusal: str
    """Fingerprint of the event."""
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """撤回. Final."""

    kind: Literal["withdrawn"] = "withdrawn"
    version: int
    organisation: str
    case_number: str | None
    """None where only a draft was withdrawn."""
    withdrawal: str
    """Fingerprint of the event."""


Ended: TypeAlias = Accepted | NotAccepted | Withdrawn

State: TypeAlias = Annotated[
    NotSubmitted | Drafted | Submitted | AwaitingSupplement | Accepted | NotAccepted | Withdrawn,
    Field(discriminator="kind"),
]

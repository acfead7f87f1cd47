"""`case.intake.events.v1`: the application, until it is accepted, refused or withdrawn."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from schemas.events.base import INTAKE, Event
from schemas.values import (
    ApplicantRef,
    AttachmentName,
    CaseId,
    Channel,
    Defect,
    Family,
    Instant,
    ItemCode,
    ItemKind,
    Label,
    Mandate,
    Material,
    MediaType,
    MetPrecondition,
    OrganisationPath,
    Restriction,
    Sha256,
    Term,
    Text,
)

ItemVersion = Annotated[int, Field(ge=1)]


class _Application(Event):
    topics: ClassVar[tuple[str, ...]] = (INTAKE,)


class ApplicationDrafted(_Application):
    """Papers were put down, nothing is handed in yet; no clock runs."""

    type: ClassVar[str] = "cn.cunban.application.drafted.v1"

    item_code: ItemCode
    item_version: ItemVersion
    organisation: OrganisationPath
    channel: Channel
    applicant_ref: ApplicantRef
    materials: tuple[Material, ...]
    agent_ref: ApplicantRef | None = None
    mandate: Mandate | None = None
    captured_at: Instant | None = None
    """Time of the device that captured it without a line."""
    taken_in_at: OrganisationPath | None = None
    """通办. Another office, which put it down for `organisation`; absent where that one did."""


class ApplicationSubmitted(_Application):
    """收件. Handed in; the five working days of art. 32 (Administrative Licensing Law) begin."""

    type: ClassVar[str] = "cn.cunban.application.submitted.v1"

    case_number: Label
    item_code: ItemCode
    item_version: ItemVersion
    organisation: OrganisationPath
    """Whose case it is: by its route, its clocks, in statistics."""
    channel: Channel
    applicant_ref: ApplicantRef
    agent_ref: ApplicantRef | None = None
    """Who hands it in for the applicant (代办)."""
    materials: tuple[Material, ...]
    answer: Term
    """By when acceptance, refusal or the one-time notice must be given."""
    captured_at: Instant | None = None
    """Time of the device that captured it without a line; clocks never start from it."""
    mandate: Mandate | None = None
    """By what right the agent acts; absent without one."""
    confirmed_duplicates: tuple[CaseId, ...] = ()
    """Cases of the same applicant and item that were pointed out, and are not this one."""
    duplicate_reason: Text | None = None
    """Why it was handed in all the same; absent where nothing was pointed out."""
    restrictions: tuple[Restriction, ...] = ()
    """Credit restrictions in force that did not block it, for the clerk to see."""
    family: Family | None = None
    """Of a case that was handed in as part of a topic (一件事)."""
    preconditions: tuple[MetPrecondition, ...] = ()
    """By what each precondition of the item was met, in the item's order."""
    taken_in_at: OrganisationPath | None = None
    """通办. Another office, which took it in for `organisation`; absent where that one did."""


class DeficiencyNotifiedV1(_Application):
    """First form of the notice: names of the papers only. Read through its upcast."""

    type: ClassVar[str] = "cn.cunban.application.deficiency-notified.v1"

    missing: tuple[Label, ...]
    notice_number: Label


class DeficiencyNotified(_Application):
    """一次性补正告知. All that is wrong, said once (art. 32)."""

    type: ClassVar[str] = "cn.cunban.application.deficiency-notified.v2"

    notice_number: Label
    ordinal: Annotated[int, Field(ge=1, le=99)]
    """1 for the first; a later one is legal only for what a supplement newly shows."""
    defects: Annotated[tuple[Defect, ...], Field(min_length=1)]
    repeated: tuple[ItemCode, ...] = ()
    """Papers that an earlier notice of this case had named already, sorted; supervision looks at
    them (domain §5)."""


class MaterialsSupplemented(_Application):
    """补正. Papers came in after a notice; the five working days begin anew."""

    type: ClassVar[str] = "cn.cunban.application.supplemented.v1"

    materials: Annotated[tuple[Material, ...], Field(min_length=1)]
    answer: Term


class PaperAttached(_Application):
    """上传附件. A file of one material lies in the store; one of the same name is replaced.

    What is in it is personal data and stays in the store: the log knows its fingerprint only.
    """

    type: ClassVar[str] = "cn.cunban.paper.attached.v1"

    name: AttachmentName
    material: ItemCode
    """Which the item asks for; the first part of `name`."""
    sha256: Sha256
    """Of the content, and its name in the store under the case."""
    size: Annotated[int, Field(ge=1, le=2**40)]
    """In bytes."""
    media_type: MediaType
    """As sniffed, never as declared."""


class PaperDetached(_Application):
    """撤下附件. The file is no longer part of the draft; it may be erased."""

    type: ClassVar[str] = "cn.cunban.paper.detached.v1"

    name: AttachmentName
    sha256: Sha256


class PrecheckRequested(_Application):
    """申请预审. The applicant asks whether the papers of a draft will do; no legal clock starts."""

    type: ClassVar[str] = "cn.cunban.application.precheck-requested.v1"

    ordinal: Annotated[int, Field(ge=1, le=999)]
    """1 for the first of this draft."""
    organisation: OrganisationPath
    """Which would take it in, and answers."""
    term: Term
    """By when it answers: the item's own limit, or the county's."""


class PrecheckAnswered(_Application):
    """答复预审. All that is wrong with the papers of the draft, or that nothing is."""

    type: ClassVar[str] = "cn.cunban.application.precheck-answered.v1"

    ordinal: Annotated[int, Field(ge=1, le=999)]
    """Of the request that it answers."""
    defects: tuple[Defect, ...] = ()
    """Empty: the papers will do."""
    sound: tuple[ItemCode, ...] = ()
    """Papers that were there and found fine, sorted: while they are not changed they may not be
    called deficient without saying what has changed (ADR 0025)."""


class CaseAccepted(_Application):
    """受理. The legal and the promised clock start at the event's time; of a case deemed accepted,
    when its papers came in."""

    type: ClassVar[str] = "cn.cunban.case.accepted.v1"

    case_number: Label
    item_code: ItemCode
    item_version: ItemVersion
    """The version that the case keeps."""
    kind: ItemKind
    organisation: OrganisationPath
    """Which accepted."""
    department: OrganisationPath
    """Organisation of record of the item."""
    applicant_ref: ApplicantRef
    legal: Term
    promised: Term
    """Never later than `legal`."""
    deemed: bool = False
    """视为受理. Nobody answered in time: accepted by law from the day on which the papers, or their
    supplement, came in (ALL 32)."""
    family: Family | None = None
    """As in `ApplicationSubmitted`."""


class CaseNotAccepted(_Application):
    """不予受理, with the reason and the remedy."""

    type: ClassVar[str] = "cn.cunban.case.not-accepted.v1"

    reason: Text
    basis: Label
    """The law, rule or negative list that it rests on."""
    remedy: Text


class ApplicationWithdrawn(_Application):
    """撤回, by the applicant's word."""

    type: ClassVar[str] = "cn.cunban.application.withdrawn.v1"

    reason: Text

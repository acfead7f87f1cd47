"""Value types that events and facts are made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


def to_utc_milliseconds(value: datetime) -> datetime:
    """Give the same instant in UTC, cut to milliseconds: equal events must be equal bytes.

    Raises:
        ValueError: an hour of the years 1 or 9999 that has no UTC form.
    """
    cut = value - timedelta(microseconds=value.microsecond % 1000)
    try:
        return cut.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("instant out of range") from beyond


Instant: TypeAlias = Annotated[AwareDatetime, AfterValidator(to_utc_milliseconds)]
"""A moment, UTC, to the millisecond."""

_UUID: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

CaseId: TypeAlias = Annotated[str, Field(pattern=_UUID)]
"""Of one case, UUIDv7 in lower case; the Kafka key of everything about it."""
EventId: TypeAlias = Annotated[str, Field(pattern=_UUID)]
CommandId: TypeAlias = Annotated[str, Field(pattern=_UUID)]
SessionId: TypeAlias = Annotated[str, Field(pattern=_UUID)]
StepId: TypeAlias = Annotated[str, Field(pattern=_UUID[:-1] + r"\.[1-9][0-9]?$")]
"""`<case_id>.<number>`: whoever holds it knows the case without asking."""
OfficerId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,38}$")]
OrganisationPath: TypeAlias = Annotated[str, Field(pattern=r"^(/[a-z0-9][a-z0-9-]*){1,6}$")]
"""Codes from the county down, `/qingyun/t-heping/v-dongping`; a subtree is a prefix."""
ItemCode: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,58}$")]
ApplicantRef: TypeAlias = Annotated[str, Field(pattern=r"^p-[0-9a-f]{24}$")]
"""Pseudonym of a person or body; who it is stands on `people.facts.v1` only."""
WindowDay: TypeAlias = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*){0,5}@[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
]
"""One organisation on one local day, `qingyun.t-heping.v-dongping@2026-11-23`: the key within
which appointments are given out."""
AppointmentId: TypeAlias = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*){0,5}@[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"\.[1-9][0-9]{0,3}$"
    ),
]
"""`<window day>.<number>`: whoever holds it knows the window and the day without asking."""
Hour: TypeAlias = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""Local time of a day, `HH:MM`."""
RestrictionId: TypeAlias = Annotated[str, Field(pattern=r"^r[1-9][0-9]{0,3}$")]
"""Of one restriction among those of its subject."""
RestrictionKind: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,58}$")]
"""Which credit rule a restriction falls under."""
Sha256: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
AttachmentName: TypeAlias = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9-]{1,58}(\.[1-9][0-9]?)?$", max_length=62)
]
"""`<material>` or `<material>.<number>`: which sheet of which material. Never the client's file
name, which is personal data as often as not (张三身份证.jpg)."""
MediaType: TypeAlias = Annotated[
    str, Field(pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]*$", max_length=120)
]
CalendarVersion: TypeAlias = Annotated[str, Field(min_length=1, max_length=120)]
Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000)]
"""Written by an officer for people to read."""
Label: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]

Channel: TypeAlias = Literal["village", "township", "county", "online", "kiosk"]
DocumentKind: TypeAlias = Literal[
    "resident_id",
    "hk_macao_taiwan_residence",
    "permanent_residence",
    "hk_macao_permit",
    "taiwan_permit",
    "passport",
    "credit_code",
]
"""证件种类. By which paper a person or body is known."""
ItemKind: TypeAlias = Literal["instant", "commitment", "report_up"]
RouteShape: TypeAlias = Literal[
    "village_decides", "township_decides", "township_forwards", "straight_to_county", "joint"
]
Duty: TypeAlias = Literal["decide", "forward", "opinion"]
"""What a step is for: end the case, pass it on with consent, or be heard."""
StepOutcome: TypeAlias = Literal["approved", "rejected", "agreed", "disagreed", "forwarded"]
Recall: TypeAlias = Literal["returned", "uploaded"]
"""Why a step is taken off its desk undecided: to the step before, or straight to the county."""
Procedure: TypeAlias = Literal[
    "survey", "hearing", "inspection", "testing", "appraisal", "expert_review", "publication"
]
"""特别程序. For which a clock may stop (ALL 45)."""
Survey: TypeAlias = Literal["siting", "setting_out", "completion"]
"""三到场. Which of the three on site."""
Opinion: TypeAlias = Literal["agreed", "disagreed"]
"""What a department that was asked thinks."""
Delivery: TypeAlias = Literal["window", "village", "courier", "online"]
"""领取方式. How the applicant gets the result."""
NoticeWay: TypeAlias = Literal["message", "phone", "in_person", "online"]
"""告知方式. How the applicant is told that the result is ready."""
SealKind: TypeAlias = Literal["approval", "closing"]
"""行政审批专用章, 办结专用章: the two seals of an organisation at the hall."""
SealOccasion: TypeAlias = Literal["issue", "duplicate", "correction"]
"""颁发, 补发, 更正: what a seal was put on for."""
Carriage: TypeAlias = Literal["courier", "locker"]
"""How a result is sent: 快递 by a courier, or into a parcel locker 快递柜."""
DeliveryFailure: TypeAlias = Literal["lost", "returned"]
"""丢失, 退回: why a parcel did not come to the applicant."""
Revocation: TypeAlias = Literal["revoked", "withdrawn", "cancelled", "forfeited"]
"""撤销 (ALL 69), 撤回 (ALL 8), 注销 (ALL 70), 吊销 (as a penalty)."""
CaseOutcome: TypeAlias = Literal["approved", "rejected"]
LimitUnit: TypeAlias = Literal["working_days", "working_minutes"]
ClockName: TypeAlias = Literal[
    "precheck", "answer", "legal", "promised", "step", "opinion", "delivery"
]
"""Clocks of a case: of its pre-check, until it is accepted, then of the whole case twice, of each
step and each department asked, and until the result is delivered."""
Role: TypeAlias = Literal[
    "village_clerk",
    "township_clerk",
    "township_approver",
    "department_clerk",
    "department_reviewer",
    "chief_representative",
    "joint_convener",
    "inspector",
    "leader",
    "operator",
    "subscriber",
]


class Value(BaseModel):
    """Base of all values on the log: frozen; unknown fields of a later writer are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Term(Value):
    """A clock that was set: its limit and the deadline reckoned from it (ADR 0006)."""

    limit: Annotated[int, Field(ge=1, le=36500)]
    unit: LimitUnit
    started_at: Instant
    due_at: Instant
    """Close of office on the last day, or the minute on which an instant item runs out."""
    provisional: bool
    """Reaches into a year whose holidays are not yet published."""
    calendar_version: CalendarVersion


class CaseTerms(Value):
    """What a case keeps from its acceptance on: version of its item, place and both clocks."""

    item_code: ItemCode
    item_version: Annotated[int, Field(ge=1)]
    accepted_by: OrganisationPath
    """By whose office hours `legal` and `promised` are reckoned."""
    legal: Term
    promised: Term


class Restriction(Value):
    """A credit restriction as a submission met it: whom, by which decision, under which rule."""

    restriction_id: RestrictionId
    of: Literal["applicant", "agent"]
    """Which of the two of a submission is restricted."""
    kind: RestrictionKind
    rule_version: Annotated[int, Field(ge=1)]
    basis: Label
    imposed_by: OrganisationPath
    since: date
    until: date


class MetPrecondition(Value):
    """前置条件已满足. By what a precondition of the item was met when it was handed in."""

    item: ItemCode
    """Whose result it is; of several that would do, the one that met it, else the first."""
    by: Literal["result", "paper", "topic"]
    """A result in force that is known here; a paper that shows it; the item is asked for together
    with this one, as one topic."""
    document_number: Label | None = None
    """Of `result`."""
    case_id: CaseId | None = None
    """Of `result`: the case that gave it."""


class Family(Value):
    """一件事的办件组. The cases that one handing-in of a topic began, one for each chosen item."""

    family_id: CaseId
    """The same for all of them; no case has it."""
    topic: ItemCode
    topic_version: Annotated[int, Field(ge=1)]
    members: Annotated[int, Field(ge=1, le=20)]
    """How many there are."""


class Material(Value):
    """One paper handed in."""

    code: ItemCode
    form: Literal["original", "copy", "electronic", "reused"] = "copy"
    count: Annotated[int, Field(ge=1, le=99)] = 1
    attachment: Sha256 | None = None
    reused_from: CaseId | None = None
    """Of a reused one: the earlier case of the same applicant that it was handed in to."""


class Mandate(Value):
    """代办授权. By what right somebody hands in for the applicant (Civil Code 161–175, 34)."""

    kind: Literal["public_office", "power_of_attorney", "guardian"]
    number: Label | None = None
    """Of the written authority or the guardian's certificate; public office has none."""
    valid_from: date | None = None
    """Local day."""
    valid_until: date | None = None
    """Last day on which it holds, local; None: until it is revoked."""
    items: Annotated[tuple[ItemCode, ...], Field(max_length=99)] = ()
    """What it covers; empty: everything."""


class Defect(Value):
    """What is wrong with one material."""

    material: ItemCode
    problem: Text
    despite_precheck: Text | None = None
    """Of a paper that a pre-check found fine and that was not changed since: what has changed."""


class Overruled(Value):
    """A department that disagreed or kept silent, and why it was decided all the same
    (domain §3)."""

    organisation: OrganisationPath
    reason: Text
    because: Literal["silent"] | None = None
    """`silent`: its time to answer had passed without a word; None: it disagreed."""


class Finding(Value):
    """What was found on one line of the checklist (审查要点)."""

    rule: ItemCode
    found: Literal["met", "unmet", "not_applicable"]
    remark: Text | None = None
    """Never absent but where `met`."""


class BillLine(Value):
    """What is charged for one fee of the item."""

    fee: ItemCode
    quantity: Annotated[int, Field(ge=1, le=10**6)]
    amount_fen: Annotated[int, Field(ge=0, le=10**16)]
    """For all of `quantity`."""


class DepartmentOpinion(Value):
    """What one department said at a joint meeting."""

    organisation: OrganisationPath
    opinion: Opinion
    reasons: Text


class PlannedStep(Value):
    """One step of a route before it is opened."""

    number: Annotated[int, Field(ge=1, le=99)]
    stage: Annotated[int, Field(ge=1, le=99)]
    """Steps of one stage run in parallel; the next stage opens when all of them are closed."""
    title: Label
    organisation: OrganisationPath
    duty: Duty
    role: Role
    """Who may close the step."""
    limit: Annotated[int, Field(ge=1, le=36500)]
    unit: LimitUnit
    repeats: Annotated[int, Field(ge=1, le=99)] | None = None
    """Number of the step that is done once more after a return; None in its first round."""

"""What supervision answers with, for those who read its API document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from schemas.facts import Officer
from services.runtime.api_document import Told
from services.supervision.core.attendance_day import BoardLine
from services.supervision.core.families import Sibling
from services.supervision.core.parcels import Parcel
from services.supervision.core.timeliness import Timeliness
from services.supervision.shell.queries_attendance import ActivityDay, ActivityOfDay
from services.supervision.shell.queries_cases import Act, Case
from services.supervision.shell.queries_prechecks import PendingPrecheck
from services.supervision.shell.queries_results import WaitingResult
from services.supervision.shell.queries_seals import SealUse
from services.supervision.shell.queries_steps import Step
from services.supervision.shell.queries_superior import AtSuperior
from services.supervision.shell.store.verification import Difference, Held


class SessionTold(Told):
    """Whoever signed in."""

    token: str
    expires_at: datetime
    officer: Officer


class Fresh(Told):
    """What every answer from the tables has."""

    as_of: datetime
    lag_seconds: float


class OfferedPaper(Told):
    """A paper that may be reused, as it was handed in last."""

    code: str
    name: str
    form: str
    handed_in_at: datetime
    attachment: str | None = None


class OfferedResult(Told):
    """A result document; `valid_until` is None where it holds until it is revoked."""

    document_number: str
    name: str
    valid_from: str
    valid_until: str | None = None


class OfferedCase(Told):
    """An accepted case with what it brought."""

    case_id: str
    case_number: str
    item: str
    item_name: str
    organisation: str
    accepted_at: datetime
    papers: list[OfferedPaper]
    results: list[OfferedResult]


class CasesTold(Fresh):
    """A page of cases; `holders`, `at_superior` and names stand beside the columns of each."""

    items: list[Case]
    next: str | None
    total: int


class FamilyTold(Told):
    """What was handed in as one topic (一件事); names stand beside the codes."""

    family_id: str
    topic: str
    topic_name: str
    topic_version: int
    members: int
    due_at: datetime | None
    """When the last of its open cases is due; None while that cannot be said, or none is open."""
    overdue: bool
    all_ended: bool
    all_ready: bool
    """Whether one way is enough to collect all results."""
    cases: list[Sibling]


class FindingTold(Told):
    """What a pre-check found wrong with one paper."""

    material: str
    material_name: str
    problem: str


class PrecheckTold(Told):
    """The last pre-check (预审) of a draft, or of the draft that a case was."""

    status: str
    """`requested`, `fine`, `deficient`; `unanswered` where the case went on without it."""
    ordinal: int
    requested_at: datetime
    due_at: datetime
    provisional: bool
    answered_at: datetime | None
    findings: list[FindingTold]
    sound: list[str]
    """Codes of the papers that were found fine."""


class PrechecksTold(Fresh):
    """Drafts whose pre-check is not answered yet; names and `overdue` stand beside the columns."""

    items: list[PendingPrecheck]
    next: str | None


class CaseTold(Fresh):
    """One case, with its clocks explained day by day and its trace in order."""

    case: Case
    family: FamilyTold | None = None
    precheck: PrecheckTold | None = None
    steps: list[Step]
    clocks: Any
    shares: Any
    trace: list[Act]
    asked_as_of: datetime | None = None
    at_superior: AtSuperior | None = None
    """None where it is not with the city or province."""


class WorklistTold(Fresh):
    """Open steps, soonest due first."""

    items: list[Step]
    next: str | None


class ResultsTold(Fresh):
    """Results to be issued or collected; names and `overdue` stand beside the columns of each."""

    items: list[WaitingResult]
    next: str | None


class SealUsesTold(Fresh):
    """Uses of seals; names stand beside the columns of each."""

    items: list[SealUse]
    next: str | None


class PublicStepTold(Told):
    """A step as a villager sees it."""

    title: str
    organisation_name: str
    opened_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    outcome: str


class ToSupplementTold(Told):
    """The notice that the applicant has to answer, and the papers that it is about."""

    notice_number: str
    notified_at: datetime
    materials: list[str]
    """Names."""


class ToCollectTold(Told):
    """Where a result lies or was handed over, and since when."""

    place: str
    ready_at: datetime | None
    delivered_at: datetime | None


class PublicCaseTold(Fresh):
    """A case as a villager sees it: no name, no number of a person."""

    case_number: str
    item_name: str
    status: str
    outcome: str
    submitted_at: datetime | None
    accepted_at: datetime | None
    completed_at: datetime | None
    promised_due_at: datetime | None
    provisional: bool
    at_superior_since: datetime | None = None
    """Since when the city or province decides; its days are not the county's."""
    parcel: Parcel | None = None
    """The result on its way, with carrier and number."""
    supplement: ToSupplementTold | None = None
    collect: ToCollectTold | None = None
    precheck: PrecheckTold | None = None
    steps: list[PublicStepTold]


class TimelinessTold(Fresh):
    """A row for each value that was asked for, and all together."""

    by: str
    unit: str
    asked_as_of: datetime | None = None
    """The instant asked for; None where the figures are as of `as_of`."""
    items: list[Timeliness]
    total: Timeliness
    definition: Any


class AttendanceTold(Fresh):
    """The sheets of a day, of officers or of organisations."""

    date: str
    by: str
    items: list[dict[str, Any]]


class BoardTold(Fresh):
    """Where everybody is now, and how many."""

    items: list[BoardLine]
    totals: dict[str, int]


class ActivityTold(Fresh):
    """What one officer did, by day."""

    officer_id: str
    acts: int
    refused: int
    active_days: int
    items: list[ActivityDay]
    latest_day: ActivityOfDay


class ActivitiesTold(Fresh):
    """Acts and active days of every officer who did something."""

    items: list[dict[str, Any]]


class WaitingTold(Fresh):
    """How many booked, came and were served at each window or on each day, and how long they
    waited for the first call."""

    items: list[dict[str, Any]]


class VerifiedTold(Told):
    """What the tables hold, and where the read models differ from the events."""

    partitions: list[Held]
    differences: list[Difference]


class PapersTold(Fresh):
    """What an applicant may hand in again, and what was issued to them, by case."""

    items: list[OfferedCase]

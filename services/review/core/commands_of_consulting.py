"""What may be wanted of other departments, on site and at a meeting. Private to review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from schemas.check_values import CheckAnswer
from schemas.values import (
    DepartmentOpinion,
    Instant,
    OfficerId,
    Opinion,
    OrganisationPath,
    Sha256,
    Survey,
    Text,
)
from services.review.core.command_of_step import OfStep

AnswerDays: TypeAlias = Annotated[int, Field(ge=1, le=45)]
"""Working days within which a department has to answer."""


Participants: TypeAlias = Annotated[tuple[OfficerId, ...], Field(min_length=1, max_length=20)]


Pictures: TypeAlias = Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=50)]
"""Of a survey, by the SHA-256 of their attachments."""


Departments: TypeAlias = Annotated[tuple[OrganisationPath, ...], Field(min_length=1, max_length=30)]


Opinions: TypeAlias = Annotated[tuple[DepartmentOpinion, ...], Field(min_length=1, max_length=30)]


Absent: TypeAlias = Annotated[tuple[OrganisationPath, ...], Field(max_length=30)]


SurveyResult: TypeAlias = Literal["passed", "failed"]
CheckAnswers: TypeAlias = Annotated[tuple[CheckAnswer, ...], Field(max_length=30)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOpinion(OfStep):
    """Ask a department that the route does not ask."""

    action: ClassVar[str] = "review.request_opinion"

    asked: OrganisationPath
    question: Text
    days: AnswerDays
    """Working days within which it has to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOpinion(OfStep):
    """Answer for the department that was asked."""

    action: ClassVar[str] = "review.answer_opinion"

    organisation: OrganisationPath
    opinion: Opinion
    reasons: Text
    found: CheckAnswers = ()
    """On everything that it was to look up, in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSurvey(OfStep):
    """Say who will be on site, and when."""

    action: ClassVar[str] = "review.schedule_survey"

    survey: Survey
    planned_at: Instant
    participants: Participants
    until: Instant | None = None
    """When they will be back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSurvey(OfStep):
    """Say what was found on site."""

    action: ClassVar[str] = "review.record_survey"

    survey: Survey
    held_at: Instant
    participants: Participants
    result: SurveyResult
    findings: Text
    pictures: Pictures
    until: Instant | None = None
    """When they were back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Convene(OfStep):
    """Call the departments to a joint meeting."""

    action: ClassVar[str] = "review.convene"

    planned_at: Instant
    departments: Departments
    """In any order."""
    subject: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMeeting(OfStep):
    """Say what every convened department said."""

    action: ClassVar[str] = "review.record_meeting"

    held_at: Instant
    opinions: Opinions
    """In any order."""
    minutes: Text
    absent: Absent = ()
    """Convened, and did not come; in any order."""

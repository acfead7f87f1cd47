"""HTTP of review: departments asked, surveys on site, joint meetings."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from schemas.values import (
    Opinion,
    OrganisationPath,
    Survey,
    Text,
)
from services.review.core.commands_of_consulting import (
    Absent,
    AnswerDays,
    AnswerOpinion,
    CheckAnswers,
    Convene,
    Departments,
    Opinions,
    Participants,
    Pictures,
    RecordMeeting,
    RecordSurvey,
    RequestOpinion,
    ScheduleSurvey,
    SurveyResult,
)
from services.review.shell.pictures import require_pictures
from services.review.shell.steps import Body, StepKey, act
from services.runtime.command_calls import Called
from services.runtime.named_instants import NamedInstant

router = APIRouter(prefix="/v1", tags=["review"])


class RequestBody(Body):
    """Which department is asked what, and within how many working days."""

    asked: OrganisationPath
    question: Text
    days: AnswerDays


class AnswerBody(Body):
    """For which department, what it thinks, and what it found of what it was to look up."""

    organisation: OrganisationPath
    opinion: Opinion
    reasons: Text
    found: CheckAnswers = ()


class SurveyPlanBody(Body):
    """Who will be on site, and when."""

    survey: Survey
    planned_at: NamedInstant
    participants: Participants
    until: NamedInstant | None = None


class SurveyBody(Body):
    """What was found on site; pictures by the SHA-256 of their attachments."""

    survey: Survey
    held_at: NamedInstant
    participants: Participants
    result: SurveyResult
    findings: Text
    pictures: Pictures
    until: NamedInstant | None = None


class ConveneBody(Body):
    """Which departments will be heard together, when, on what."""

    planned_at: NamedInstant
    departments: Departments
    subject: Text


class MeetingBody(Body):
    """What every convened department said, and the minutes."""

    held_at: NamedInstant
    opinions: Opinions
    minutes: Text
    absent: Absent = ()


@router.post("/steps/{step_id}/request-opinion")
async def request_opinion(step_id: StepKey, body: RequestBody, call: Called) -> Response:
    """征求意见. Ask a department that the route does not ask."""
    return await act(RequestOpinion, step_id, body, call)


@router.post("/steps/{step_id}/answer-opinion")
async def answer_opinion(step_id: StepKey, body: AnswerBody, call: Called) -> Response:
    """答复意见. Answer for the department that was asked; the step stays the asking one's."""
    return await act(AnswerOpinion, step_id, body, call)


@router.post("/steps/{step_id}/schedule-survey")
async def schedule_survey(step_id: StepKey, body: SurveyPlanBody, call: Called) -> Response:
    """约定勘查. Say who will be on site, and when."""
    return await act(ScheduleSurvey, step_id, body, call)


@router.post("/steps/{step_id}/record-survey")
async def record_survey(
    request: Request, step_id: StepKey, body: SurveyBody, call: Called
) -> Response:
    """记录勘查. Say what was found on site; the pictures were uploaded before."""
    await require_pictures(request, step_id, body.pictures)
    return await act(RecordSurvey, step_id, body, call)


@router.post("/steps/{step_id}/convene")
async def convene(step_id: StepKey, body: ConveneBody, call: Called) -> Response:
    """召集联席会议. Call departments to a joint meeting."""
    return await act(Convene, step_id, body, call)


@router.post("/steps/{step_id}/record-meeting")
async def record_meeting(step_id: StepKey, body: MeetingBody, call: Called) -> Response:
    """记录会议纪要. Say what every convened department said; nobody is skipped."""
    return await act(RecordMeeting, step_id, body, call)

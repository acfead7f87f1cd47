"""Departments asked, surveys and meetings, as commands and as events."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from schemas.events.review import (
    MeetingConvened,
    MeetingHeld,
    OpinionAnswered,
    OpinionRequested,
    SurveyRecorded,
    SurveyScheduled,
)
from schemas.values import (
    DepartmentOpinion,
    Opinion,
    Survey,
)
from services.kernel.actor import Actor
from services.review.core.commands_of_consulting import (
    AnswerOpinion,
    Convene,
    RecordMeeting,
    RecordSurvey,
    RequestOpinion,
    ScheduleSurvey,
)
from tests.review.core.situations import CONVENER, REASONS, TOWN_APPROVER, _act, step_id
from tests.support.builders import HOUSING, LAND, TOWNSHIP, WATER, later, term

PICTURES: Final = ("ab" * 32,)


TWO: Final = ("o-zhao", "o-sun")


def request(
    asked: str = TOWNSHIP, number: int = 4, actor: Actor = CONVENER, days: int = 3
) -> RequestOpinion:
    return RequestOpinion(**_act(number, actor), asked=asked, question="是否在规划内", days=days)


def requested(asked: str = TOWNSHIP) -> OpinionRequested:
    return OpinionRequested(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        asked=asked,
        question="是否在规划内",
        term=term(3, "2025-03-06 17:30", later()),
    )


def answer(
    opinion: Opinion = "agreed", organisation: str = TOWNSHIP, actor: Actor = TOWN_APPROVER
) -> AnswerOpinion:
    act = _act(4, actor)
    return AnswerOpinion(**act, organisation=organisation, opinion=opinion, reasons=REASONS)


def answered(opinion: Opinion = "agreed", organisation: str = TOWNSHIP) -> OpinionAnswered:
    return OpinionAnswered(
        step_id=step_id(4),
        organisation=organisation,
        officer_id=TOWN_APPROVER.officer_id,
        opinion=opinion,
        reasons=REASONS,
    )


def plan(
    survey: Survey = "siting",
    planned_at: datetime | None = None,
    participants: tuple[str, ...] = TWO,
    actor: Actor = CONVENER,
    number: int = 4,
) -> ScheduleSurvey:
    when = planned_at or later(60)
    act = _act(number, actor)
    return ScheduleSurvey(**act, survey=survey, planned_at=when, participants=participants)


def planned(survey: Survey = "siting", planned_at: datetime | None = None) -> SurveyScheduled:
    return SurveyScheduled(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        survey=survey,
        planned_at=planned_at or later(60),
        participants=TWO,
    )


def survey(
    kind: Survey = "siting",
    result: Literal["passed", "failed"] = "passed",
    held_at: datetime | None = None,
    participants: tuple[str, ...] = TWO,
    actor: Actor = CONVENER,
    number: int = 4,
) -> RecordSurvey:
    return RecordSurvey(
        **_act(number, actor),
        survey=kind,
        held_at=held_at or later(1),
        participants=participants,
        result=result,
        findings="四至与图纸相符",
        pictures=PICTURES,
    )


def surveyed(
    kind: Survey = "siting", result: Literal["passed", "failed"] = "passed"
) -> SurveyRecorded:
    return SurveyRecorded(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        survey=kind,
        held_at=later(1),
        participants=TWO,
        result=result,
        findings="四至与图纸相符",
        pictures=PICTURES,
    )


SURVEYED: Final = (planned(), surveyed(), planned("completion"), surveyed("completion"))
"""All that the full item asks for."""


def convene(
    *departments: str,
    planned_at: datetime | None = None,
    actor: Actor = CONVENER,
    number: int = 4,
) -> Convene:
    return Convene(
        **_act(number, actor),
        planned_at=planned_at or later(60),
        departments=departments or (LAND, WATER),
        subject="占用林地如何处理",
    )


def convened(*departments: str) -> MeetingConvened:
    return MeetingConvened(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        planned_at=later(60),
        departments=departments or (LAND, WATER),
        subject="占用林地如何处理",
    )


def says(organisation: str, opinion: Opinion = "agreed") -> DepartmentOpinion:
    return DepartmentOpinion(organisation=organisation, opinion=opinion, reasons=REASONS)


def minutes(
    *opinions: DepartmentOpinion,
    held_at: datetime | None = None,
    actor: Actor = CONVENER,
    number: int = 4,
    absent: tuple[str, ...] = (),
) -> RecordMeeting:
    return RecordMeeting(
        **_act(number, actor),
        held_at=held_at or later(1),
        opinions=opinions or (says(LAND), says(WATER)),
        minutes="各部门意见一致",
        absent=absent,
    )


def met(*opinions: DepartmentOpinion, absent: tuple[str, ...] = ()) -> MeetingHeld:
    return MeetingHeld(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        held_at=later(1),
        opinions=opinions or (says(LAND), says(WATER)),
        minutes="各部门意见一致",
        absent=absent or None,
    )

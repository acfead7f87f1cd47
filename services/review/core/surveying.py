"""现场勘查: two or more officers on site; nothing is approved without those the item asks for."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from schemas.events.review import SurveyRecorded, SurveyScheduled
from schemas.facts import Item
from services.kernel.calendar import local
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import fingerprint
from services.review.core.clocks import instant
from services.review.core.commands import Decide
from services.review.core.commands_of_consulting import RecordSurvey, ScheduleSurvey
from services.review.core.item import item_of
from services.review.core.state import Claimed, State, survey_of


def survey(
    state: State, step: Claimed, command: ScheduleSurvey | RecordSurvey, reference: Reference
) -> Sequence[Event]:
    """Give the plan or the record of a survey; nothing where the same stands already. A plan may
    be changed until it is carried out; a survey that failed is planned anew.

    Raises:
        Refused: `review.item_not_recorded`, `review.survey_not_listed`, `review.survey_by_one`,
            `review.survey_passed`, `review.survey_not_scheduled`, `review.planned_in_past`,
            `review.held_in_future`, `review.survey_until_unfit`.
    """
    case, item = item_of(state, reference)
    _require_survey(item, command, reference)
    event = (
        _scheduled(step, command)
        if isinstance(command, ScheduleSurvey)
        else _recorded(step, command)
    )
    known = survey_of(case, command.survey)
    if known is not None and known.words == fingerprint(event):
        return ()
    if known is not None and known.result == "passed":
        raise Refused("review.survey_passed", f"{command.survey} 到场已通过，不必再勘查。")
    if isinstance(command, ScheduleSurvey):
        if command.planned_at <= command.at:
            raise Refused("review.planned_in_past", "约定的时间已过。")
    elif known is None or known.result != "planned":
        raise Refused("review.survey_not_scheduled", f"{command.survey} 到场尚未约定。")
    elif command.held_at < instant(case.legal.started_at).replace(second=0, microsecond=0):
        # It counts as time on site, also of a day that is long reckoned. Forms know minutes.
        raise Refused("review.survey_not_scheduled", "勘查时间早于受理，届时尚未约定，请核对。")
    elif command.held_at > command.at:
        raise Refused("review.held_in_future", "勘查时间尚未到，不能记录。")
    _require_same_day(command)
    return [event]


def require_surveyed(state: State, command: Decide, reference: Reference) -> None:
    """Pass where every survey that the item asks for was passed, or nothing is approved.

    Raises:
        Refused: `review.surveys_outstanding`.
    """
    if command.outcome != "approved" or state.case is None:
        return
    case, item = item_of(state, reference)
    passed = {known.survey for known in case.surveys if known.result == "passed"}
    if missing := [wanted for wanted in item.surveys if wanted not in passed]:
        raise Refused(
            "review.surveys_outstanding", f"{'、'.join(missing)} 到场尚未通过，不能批准。"
        )


def _require_survey(
    item: Item, command: ScheduleSurvey | RecordSurvey, reference: Reference
) -> None:
    if command.survey not in item.surveys:
        raise Refused("review.survey_not_listed", f"事项“{item.name}”没有 {command.survey} 到场。")
    if len(set(command.participants)) < max(2, len(command.participants)):
        raise Refused(
            "review.survey_by_one",
            "现场勘查须有两名以上不同的工作人员（许可法第三十四条）。",
        )
    if unknown := [who for who in command.participants if reference.officer(who) is None]:
        raise Refused(
            "review.survey_by_one", f"{'、'.join(unknown[:8])} 不在人员名册，不能列为勘查人员。"
        )


def _require_same_day(command: ScheduleSurvey | RecordSurvey) -> None:
    """A field trip counts for attendance: it ends after it began, on the same day."""
    began = command.planned_at if isinstance(command, ScheduleSurvey) else command.held_at
    if command.until is None:
        return
    if command.until <= began or local(command.until).date() != local(began).date():
        raise Refused("review.survey_until_unfit", "返回时间须晚于到场时间，且在同一天。")


def _scheduled(step: Claimed, command: ScheduleSurvey) -> SurveyScheduled:
    return SurveyScheduled(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        survey=command.survey,
        planned_at=command.planned_at,
        participants=command.participants,
        until=command.until,
    )


def _recorded(step: Claimed, command: RecordSurvey) -> SurveyRecorded:
    return SurveyRecorded(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        survey=command.survey,
        held_at=command.held_at,
        participants=command.participants,
        result=command.result,
        findings=command.findings,
        pictures=command.pictures,
        until=command.until,
    )

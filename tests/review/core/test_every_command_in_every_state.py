"""The whole table: for each state of a step, what becomes of each command."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final, get_args

import pytest

from schemas.events.base import Event
from services.kernel.actor import Actor
from services.review.core.commands import COMMANDS, Command
from services.review.core.commands_of_consulting import AnswerOpinion
from services.review.core.commands_of_custody import Dispatch, RecordUndelivered
from services.review.core.commands_of_result import MarkReady, NotifyReady, RecordDelivery
from services.review.core.state import Claimed, Closed, Step, UnderReview, Waiting
from tests.review.core.situations import (
    ALL_MET,
    FULL_ITEM,
    REMEDY,
    TOWN_APPROVER,
    check,
    checked,
    claim,
    claimed,
    decide,
    decided,
    found,
    heard,
    opine,
    receive,
    received,
    release,
    review,
    reviewer,
    step_id,
    taken,
)
from tests.review.core.situations_of_clocks import extend, resume, stop
from tests.review.core.situations_of_consulting import (
    answer,
    convene,
    minutes,
    plan,
    planned,
    request,
    requested,
    survey,
)
from tests.review.core.situations_of_custody import dispatch, reissue, undelivered
from tests.review.core.situations_of_moves import (
    give_up,
    move,
    name_stand_in,
    restart,
    suspend,
)
from tests.review.core.situations_of_results import (
    HOUSING_REVIEWER,
    assess,
    assessed,
    correct,
    deliver,
    issue,
    make_ready,
    notify,
    pay,
    revoke,
    waive,
)
from tests.review.core.situations_of_time import correct as correct_due_dates
from tests.review.core.situations_of_time import run_again
from tests.support.builders import COUNTY, LAND, OTHER_VILLAGE, WATER, officer, system
from tests.support.given import Refusal, given, refused

Row = tuple[str | Refusal, ...]
STATES: Final = (None, Waiting, Claimed, Closed)
LAND_REVIEWER: Final = reviewer(LAND)
AREA_UNMET: Final = found(eligible="met", area="unmet")
NOTHING: Final = ""
CORRECTED: Final = "DueDateCorrected" * 3
"""Of law, promise and step."""
CORRECTED_TOO: Final = CORRECTED + "DueDateCorrected"
"""And of the department that was asked."""
UNKNOWN: Final = refused("review.step_unknown")
NOT_CLAIMED: Final = refused("review.not_claimed")
WRONG_DUTY: Final = refused("review.wrong_duty")
NOT_STOPPED: Final = refused("review.clock_not_stopped")
NOT_ASKED: Final = refused("review.not_asked")
NOT_SCHEDULED: Final = refused("review.survey_not_scheduled")
NOT_CONVENED: Final = refused("review.meeting_not_convened")
CLOSED: Final = refused("review.already_closed")
BILLED: Final = refused("review.already_billed")
NOT_BILLED: Final = refused("review.not_billed")
UNSETTLED: Final = refused("review.fee_unsettled")
NOT_APPROVED: Final = refused("review.not_approved")
NOT_ISSUED: Final = refused("review.not_issued")

BILL: Final = assessed().model_copy(update={"officer_id": "o-sun"})
RECEIVED: Final = received(of=FULL_ITEM)
ASKED: Final = received(1, LAND, "opinion", FULL_ITEM)
DECIDING_HISTORIES: Final[dict[object, tuple[Event, ...]]] = {
    None: (),
    Waiting: (RECEIVED, requested()),
    Claimed: (RECEIVED, checked(AREA_UNMET), claimed(), requested(), planned()),
    Closed: (RECEIVED, checked(), claimed(), BILL, decided()),
}
CONSULTED_HISTORIES: Final[dict[object, tuple[Event, ...]]] = {
    None: (),
    Waiting: (ASKED,),
    Claimed: (ASKED, taken(1)),
    Closed: (ASKED, taken(1), heard(1)),
}
DECIDING: Final[dict[str, Command]] = {
    "ReceiveStep": receive(of=FULL_ITEM),
    "MoveStep": move(),
    "NameStandIn": name_stand_in(),
    "YieldStep": give_up(),
    "SuspendClock": suspend(),
    "RestartClock": restart(),
    "Claim": claim(),
    "Check": check(),
    "Extend": extend(),
    "AnswerOpinion": answer(),
    "Release": release(),
    "StopClock": stop(),
    "ResumeClock": resume(),
    "RequestOpinion": request(WATER),
    "ScheduleSurvey": plan("completion"),
    "RecordSurvey": survey(),
    "Convene": convene(),
    "RecordMeeting": minutes(),
    "GiveOpinion": opine(4, actor=claim().actor),
    "Decide": decide("rejected", remedy=REMEDY),
    "AssessFee": assess(),
    "RecordPayment": pay(),
    "WaiveFee": waive(),
    "Issue": issue(),
    "MarkReady": make_ready(),
    "NotifyReady": notify(),
    "Dispatch": dispatch(),
    "RecordUndelivered": undelivered(),
    "Reissue": reissue(),
    "RecordDelivery": deliver(),
    "Revoke": revoke(),
    "Correct": correct(actor=HOUSING_REVIEWER),
    "RunAgain": run_again(),
    "CorrectDueDates": correct_due_dates(),
}
CONSULTED: Final[dict[str, Command]] = {
    "ReceiveStep": receive(1, LAND, "opinion"),
    "MoveStep": move(1),
    "NameStandIn": name_stand_in(1),
    "YieldStep": give_up(1),
    "SuspendClock": suspend(1),
    "RestartClock": restart(1),
    "Claim": claim(1, LAND_REVIEWER),
    "Check": check(ALL_MET, 1, LAND_REVIEWER),
    "Extend": extend(number=1),
    "AnswerOpinion": replace(answer(), step_id=step_id(1)),
    "Release": release(1, LAND_REVIEWER),
    "StopClock": stop(number=1, actor=LAND_REVIEWER),
    "ResumeClock": resume(number=1, actor=LAND_REVIEWER),
    "RequestOpinion": request(WATER, 1, LAND_REVIEWER),
    "ScheduleSurvey": plan(actor=LAND_REVIEWER, number=1),
    "RecordSurvey": survey(actor=LAND_REVIEWER, number=1),
    "Convene": convene(WATER, actor=LAND_REVIEWER, number=1),
    "RecordMeeting": minutes(actor=LAND_REVIEWER, number=1),
    "GiveOpinion": opine(1, "disagreed"),
    "Decide": decide("rejected", number=1, actor=LAND_REVIEWER, remedy=REMEDY),
    "AssessFee": assess(actor=LAND_REVIEWER, number=1),
    "RecordPayment": pay(actor=LAND_REVIEWER, number=1),
    "WaiveFee": waive(actor=LAND_REVIEWER, number=1),
    "Issue": issue(actor=LAND_REVIEWER, number=1),
    "MarkReady": make_ready(number=1),
    "NotifyReady": notify(number=1),
    "Dispatch": dispatch(number=1),
    "RecordUndelivered": undelivered(number=1),
    "Reissue": reissue(actor=LAND_REVIEWER, number=1),
    "RecordDelivery": deliver(number=1),
    "Revoke": revoke(LAND_REVIEWER, number=1),
    "Correct": correct(number=1, actor=LAND_REVIEWER),
    "RunAgain": run_again(number=1),
    "CorrectDueDates": correct_due_dates(actor=system(LAND)),
}
DECIDING_TABLE: Final[dict[str, Row]] = {
    "ReceiveStep": ("StepReceived", NOTHING, NOTHING, NOTHING),
    "MoveStep": (UNKNOWN, "StepMoved", "StepMoved", NOTHING),
    "NameStandIn": (UNKNOWN, "StandInNamed", "StandInNamed", NOTHING),
    "YieldStep": (UNKNOWN, "StepYielded", "StepYielded", NOTHING),
    "SuspendClock": (UNKNOWN, NOTHING, NOTHING, "ClockSuspended"),
    "RestartClock": (UNKNOWN, NOTHING, NOTHING, NOTHING),
    "Claim": (UNKNOWN, "StepClaimed", NOTHING, CLOSED),
    "Check": (UNKNOWN, "StepChecked", "StepChecked", CLOSED),
    "Extend": (UNKNOWN, "ClockExtended", "ClockExtended", CLOSED),
    "AnswerOpinion": (UNKNOWN, "OpinionAnswered", "OpinionAnswered", CLOSED),
    "Release": (UNKNOWN, NOT_CLAIMED, "StepReleased", CLOSED),
    "StopClock": (UNKNOWN, NOT_CLAIMED, "ClockStopped", CLOSED),
    "ResumeClock": (UNKNOWN, NOT_CLAIMED, NOT_STOPPED, CLOSED),
    "RequestOpinion": (UNKNOWN, NOT_CLAIMED, "OpinionRequested", CLOSED),
    "ScheduleSurvey": (UNKNOWN, NOT_CLAIMED, "SurveyScheduled", CLOSED),
    "RecordSurvey": (UNKNOWN, NOT_CLAIMED, "SurveyRecorded", CLOSED),
    "Convene": (UNKNOWN, NOT_CLAIMED, "MeetingConvened", CLOSED),
    "RecordMeeting": (UNKNOWN, NOT_CLAIMED, NOT_CONVENED, CLOSED),
    "GiveOpinion": (UNKNOWN, NOT_CLAIMED, WRONG_DUTY, CLOSED),
    "Decide": (UNKNOWN, NOT_CLAIMED, "StepDecided", CLOSED),
    "AssessFee": (UNKNOWN, "FeeAssessed", "FeeAssessed", BILLED),
    "RecordPayment": (UNKNOWN, NOT_BILLED, NOT_BILLED, "FeePaid"),
    "WaiveFee": (UNKNOWN, NOT_BILLED, NOT_BILLED, "FeeWaived"),
    "Issue": (UNKNOWN, NOT_APPROVED, NOT_APPROVED, UNSETTLED),
    "MarkReady": (UNKNOWN, NOT_ISSUED, NOT_ISSUED, NOT_ISSUED),
    "NotifyReady": (UNKNOWN, NOT_ISSUED, NOT_ISSUED, NOT_ISSUED),
    **dict.fromkeys(
        ("Dispatch", "RecordUndelivered", "Reissue", "RecordDelivery"),
        (UNKNOWN, NOT_ISSUED, NOT_ISSUED, NOT_ISSUED),
    ),
    "Revoke": (UNKNOWN, NOT_ISSUED, NOT_ISSUED, NOT_ISSUED),
    "Correct": (UNKNOWN, NOT_ISSUED, NOT_ISSUED, NOT_ISSUED),
    "RunAgain": (NOTHING,) * 4,
    "CorrectDueDates": (NOTHING, *(CORRECTED_TOO,) * 2, NOTHING),
}
"""Command → what becomes of it in each of `STATES`."""
CONSULTED_TABLE: Final[dict[str, Row]] = {
    "ReceiveStep": ("StepReceived", NOTHING, NOTHING, NOTHING),
    "MoveStep": (UNKNOWN, "StepMoved", "StepMoved", NOTHING),
    "NameStandIn": (UNKNOWN, "StandInNamed", "StandInNamed", NOTHING),
    "YieldStep": (UNKNOWN, "StepYielded", "StepYielded", NOTHING),
    "SuspendClock": (UNKNOWN, NOTHING, NOTHING, "ClockSuspended"),
    "RestartClock": (UNKNOWN, NOTHING, NOTHING, NOTHING),
    "Claim": (UNKNOWN, "StepClaimed", NOTHING, CLOSED),
    "Check": (UNKNOWN, WRONG_DUTY, WRONG_DUTY, CLOSED),
    "Extend": (UNKNOWN, "ClockExtended", "ClockExtended", CLOSED),
    "AnswerOpinion": (UNKNOWN, NOT_ASKED, NOT_ASKED, CLOSED),
    "Release": (UNKNOWN, NOT_CLAIMED, "StepReleased", CLOSED),
    "StopClock": (UNKNOWN, NOT_CLAIMED, "ClockStopped", CLOSED),
    "ResumeClock": (UNKNOWN, NOT_CLAIMED, NOT_STOPPED, CLOSED),
    "RequestOpinion": (UNKNOWN, NOT_CLAIMED, WRONG_DUTY, CLOSED),
    "ScheduleSurvey": (UNKNOWN, NOT_CLAIMED, "SurveyScheduled", CLOSED),
    "RecordSurvey": (UNKNOWN, NOT_CLAIMED, NOT_SCHEDULED, CLOSED),
    "Convene": (UNKNOWN, NOT_CLAIMED, WRONG_DUTY, CLOSED),
    "RecordMeeting": (UNKNOWN, NOT_CLAIMED, NOT_CONVENED, CLOSED),
    "GiveOpinion": (UNKNOWN, NOT_CLAIMED, "OpinionGiven", CLOSED),
    "Decide": (UNKNOWN, NOT_CLAIMED, WRONG_DUTY, CLOSED),
    "AssessFee": (UNKNOWN, WRONG_DUTY, WRONG_DUTY, WRONG_DUTY),
    "RecordPayment": (UNKNOWN, WRONG_DUTY, WRONG_DUTY, WRONG_DUTY),
    "WaiveFee": (UNKNOWN, WRONG_DUTY, WRONG_DUTY, WRONG_DUTY),
    "Issue": (UNKNOWN, WRONG_DUTY, WRONG_DUTY, WRONG_DUTY),
    "MarkReady": (UNKNOWN, WRONG_DUTY, WRONG_DUTY, WRONG_DUTY),
    "NotifyReady": (UNKNOWN, WRONG_DUTY, WRONG_DUTY, WRONG_DUTY),
    **dict.fromkeys(
        ("Dispatch", "RecordUndelivered", "Reissue", "RecordDelivery"),
        (UNKNOWN, WRONG_DUTY, WRONG_DUTY, WRONG_DUTY),
    ),
    "Revoke": (UNKNOWN, WRONG_DUTY, WRONG_DUTY, WRONG_DUTY),
    "Correct": (UNKNOWN, WRONG_DUTY, WRONG_DUTY, WRONG_DUTY),
    "RunAgain": (NOTHING,) * 4,
    "CorrectDueDates": (NOTHING, *(CORRECTED,) * 2, NOTHING),
}


def test_the_table_leaves_no_state_and_no_command_out() -> None:
    states = {None, *get_args(get_args(Step)[0])}
    assert states == set(STATES) == set(DECIDING_HISTORIES) == set(CONSULTED_HISTORIES)
    names = [command.__name__ for command in COMMANDS]
    assert names == list(DECIDING) == list(CONSULTED)
    assert names == list(DECIDING_TABLE) == list(CONSULTED_TABLE)
    rows = (*DECIDING_TABLE.values(), *CONSULTED_TABLE.values())
    assert {len(row) for row in rows} == {len(STATES)}
    for number, histories in ((4, DECIDING_HISTORIES), (1, CONSULTED_HISTORIES)):
        for state, history in histories.items():
            after = given(review, *history).state
            assert isinstance(after, UnderReview)
            step = after.step(step_id(number))
            assert step is None if state is None else type(step) is state


def _expect(history: tuple[Event, ...], command: Command, expected: str | Refusal) -> None:
    outcome = given(review, *history).when(command)
    if isinstance(expected, Refusal):
        outcome.then_refused(expected.code)
    else:
        assert outcome.refusal is None
        assert "".join(type(event).__name__ for event in outcome.events) == expected


@pytest.mark.parametrize(("state", "command"), list(product(STATES, DECIDING)))
def test_every_command_in_every_state_of_a_deciding_step(state: type | None, command: str) -> None:
    expected = DECIDING_TABLE[command][STATES.index(state)]
    _expect(DECIDING_HISTORIES[state], DECIDING[command], expected)


@pytest.mark.parametrize(("state", "command"), list(product(STATES, CONSULTED)))
def test_every_command_in_every_state_of_a_consulted_department(
    state: type | None, command: str
) -> None:
    expected = CONSULTED_TABLE[command][STATES.index(state)]
    _expect(CONSULTED_HISTORIES[state], CONSULTED[command], expected)


@pytest.mark.parametrize(
    ("state", "command"), list(product([Waiting, Claimed, Closed], list(DECIDING)[6:]))
)
@pytest.mark.parametrize("outsider", [reviewer(WATER), TOWN_APPROVER, officer("inspector", COUNTY)])
def test_nobody_acts_on_the_step_of_another_organisation(
    state: object, command: str, outsider: Actor
) -> None:
    by_outsider = replace(DECIDING[command], actor=outsider)
    if isinstance(by_outsider, AnswerOpinion):
        by_outsider = replace(by_outsider, organisation=LAND)  # none of them is of that one
    counter = MarkReady | NotifyReady | Dispatch | RecordUndelivered | RecordDelivery
    if isinstance(by_outsider, counter) and outsider is TOWN_APPROVER:
        far = officer("village_clerk", OTHER_VILLAGE)  # the township's own village may
        by_outsider = replace(by_outsider, actor=far)
    given(review, *DECIDING_HISTORIES[state]).when(by_outsider).then_refused("rights.denied")


@pytest.mark.parametrize("state", list(DECIDING_HISTORIES))
def test_nobody_puts_a_step_on_a_desk_by_hand(state: object) -> None:
    by_hand = replace(receive(), actor=officer("leader", COUNTY))
    given(review, *DECIDING_HISTORIES[state]).when(by_hand).then_refused("rights.denied")

"""Laws of results and of silence, over any order of acts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, TypeAlias, get_args

from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemas.events.base import Event
from schemas.events.custody import DeliveryFailed, ResultDispatched, ResultReissued
from schemas.events.results import (
    ReadyNotified,
    RecordCorrected,
    ResultCorrected,
    ResultDelivered,
    ResultIssued,
    ResultReady,
    ResultRevoked,
)
from schemas.events.review import MeetingHeld, OpinionAnswered, StepDecided
from schemas.values import DeliveryFailure
from services.kernel.decider import Refused
from services.review.core.commands import Command
from services.review.core.state import State
from services.review.core.view import view
from tests.review.core.situations import (
    CONVENER,
    FULL_ITEM,
    checked,
    claimed,
    decide,
    decided,
    over,
    received,
    review,
    step_id,
)
from tests.review.core.situations_of_consulting import (
    SURVEYED,
    answer,
    convene,
    convened,
    met,
    minutes,
    request,
    says,
)
from tests.review.core.situations_of_custody import dispatch, reissue, undelivered
from tests.review.core.situations_of_results import (
    HOUSING_REVIEWER,
    correct,
    deliver,
    issue,
    make_ready,
    notify,
    revoke,
    to_deliver,
)
from tests.support.builders import CASE, LAND, TOWNSHIP, WATER, at, later
from tests.support.given import off_the_log

Trail: TypeAlias = list[Event]
SNAPSHOT: Final[TypeAdapter[State]] = TypeAdapter(State)
SENDING: Final = ResultDispatched | DeliveryFailed | ResultReissued
NAMES: Final = ("建设用地批准书", "农村宅基地批准书", "批准书")
RECORDED: Final = (received(of=FULL_ITEM), claimed(), checked(), *SURVEYED, convened(), met())
APPROVED: Final = (*RECORDED, decided(), to_deliver())
names = st.sampled_from(NAMES)
acts: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from([issue(), make_ready(), make_ready(HOUSING_REVIEWER), revoke()]),
    st.sampled_from([deliver(), deliver("courier", actor=CONVENER)]),
    st.builds(
        lambda number, minute: dispatch(number, later(minute)),
        st.sampled_from(["EMS1", "EMS2"]),
        st.integers(1, 8),
    ),
    st.builds(
        lambda how, number, minute: undelivered(how, later(minute), number),
        st.sampled_from(get_args(DeliveryFailure)),
        st.sampled_from(["EMS1", "EMS2"]),
        st.integers(1, 8),
    ),
    st.integers(5, 8).map(lambda minute: reissue(later(minute))),
    st.integers(3, 8).map(lambda minute: notify(later(minute))),
    st.builds(lambda old, new: correct("name", old, new), names, names),
    st.builds(
        lambda new: correct("meeting_minutes", "各部门意见一致", new), st.sampled_from("甲乙")
    ),
)
days: st.SearchStrategy[list[Command]] = st.lists(acts, max_size=20).map(
    lambda later_on: [issue(), *later_on]
)


def _work(history: tuple[Event, ...], day: list[Command]) -> tuple[State, Trail]:
    state, trail = review.start, list[Event]()
    for event in history:
        state = review.evolve(state, event)
    for command in day:
        try:
            events = review.decide(state, off_the_log(command))
        except Refused:
            continue
        for event in events:
            state = review.evolve(state, event)
        trail += events
    return state, trail


@for_all(days)
def test_a_result_is_issued_revoked_and_collected_once_and_after_that_lies_nowhere(
    day: list[Command],
) -> None:
    _, trail = _work(APPROVED, day)
    for once in (ResultIssued, ResultRevoked, ResultDelivered):
        assert sum(isinstance(event, once) for event in trail) <= 1
    for number, event in enumerate(trail):
        if isinstance(event, ResultRevoked):
            after = ResultReady | ReadyNotified | ResultDelivered | ResultCorrected | SENDING
            assert not any(isinstance(later_on, after) for later_on in trail[number:])
        if isinstance(event, ResultDelivered):
            waits = ResultReady | ReadyNotified | SENDING
            assert not any(isinstance(later_on, waits) for later_on in trail[number:])
        if isinstance(event, ReadyNotified):
            lies = ResultReady | DeliveryFailed
            assert any(isinstance(before, lies) for before in trail[:number])


@for_all(days)
def test_the_result_is_in_one_hand_at_a_time_and_each_number_is_replaced_once(
    day: list[Command],
) -> None:
    _, trail = _work(APPROVED, day)
    out: str | None = None
    holds: list[str] = []
    handed = later(0)
    for event in trail:
        match event:
            case ResultIssued():
                holds.append(event.document_number)
            case ResultDispatched():
                assert out is None
                assert event.handed_at >= handed
                assert event.document_number == holds[-1]
                out, handed = event.tracking_number, event.handed_at
            case DeliveryFailed():
                assert event.tracking_number == out
                assert event.found_at >= handed
                if event.how == "returned":
                    out, handed = None, event.found_at
            case ResultReissued():
                assert event.replaces == holds[-1]
                assert event.document_number not in holds
                assert out is not None
                holds.append(event.document_number)
                out, handed = None, event.reissued_at
            case ResultDelivered():
                assert (event.delivery == "courier") == (out is not None)
                assert event.tracking_number == out
            case _:
                pass


@for_all(days, acts)
def test_an_act_on_a_result_come_twice_is_one(day: list[Command], last: Command) -> None:
    _, once = _work(APPROVED, [*day, last])
    _, twice = _work(APPROVED, [*day, last, last])
    assert once == twice


@for_all(days)
def test_corrections_follow_one_another_and_the_step_shows_the_last_word(
    day: list[Command],
) -> None:
    state, trail = _work(APPROVED, day)
    corrected = [event for event in trail if isinstance(event, ResultCorrected)]
    stands = NAMES[0]
    for event in corrected:
        assert event.old == stands
        stands = event.new
    told = view(CASE, state, step_id(4))
    assert isinstance(told["document"], dict)
    assert told["document"]["name"] == stands
    every = [event for event in trail if isinstance(event, ResultCorrected | RecordCorrected)]
    shown = told.get("corrections", [])
    assert isinstance(shown, list)
    assert [(one["old"], one["new"]) for one in shown] == [(e.old, e.new) for e in every]


@for_all(days)
def test_a_snapshot_of_a_result_says_all(day: list[Command]) -> None:
    state, _ = _work(APPROVED, day)
    assert SNAPSHOT.validate_json(SNAPSHOT.dump_json(state)) == state


ON_TIME, LATE = at("2025-03-05 09:00"), at("2025-03-07 09:00")
named: st.SearchStrategy[tuple[str, ...]] = st.lists(
    st.sampled_from([TOWNSHIP, LAND, WATER]), unique=True
).map(tuple)
asking: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from([request(), answer("agreed"), answer("disagreed"), convene()]),
    st.sampled_from(
        [
            minutes(),
            minutes(says(LAND), absent=(WATER,)),
            minutes(says(WATER, "disagreed"), absent=(LAND,)),
        ]
    ),
    st.builds(
        lambda places, when: decide("approved", *map(over, places), at=when),
        named,
        st.sampled_from([ON_TIME, LATE]),
    ),
)


def _requires_a_word_or_a_name(trail: Trail) -> int:
    """Count those overruled for silence, each of whom had said nothing."""
    silent = 0
    for number, event in enumerate(trail):
        if not isinstance(event, StepDecided):
            continue
        for overruled in (o for o in event.overruled if o.because == "silent"):
            silent += 1
            last = ""
            for said in trail[:number]:
                if (
                    isinstance(said, OpinionAnswered)
                    and said.organisation == overruled.organisation
                ):
                    last = said.opinion
                if isinstance(said, MeetingHeld):
                    told = {one.organisation: one.opinion for one in said.opinions}
                    last = told.get(overruled.organisation, last)
                    last = "" if overruled.organisation in (said.absent or ()) else last
            assert last == ""
    return silent


@for_all(st.lists(asking, max_size=12))
def test_only_who_said_nothing_is_overruled_for_silence(day: list[Command]) -> None:
    _requires_a_word_or_a_name(_work((received(), claimed()), day)[1])


def test_the_law_of_silence_is_not_empty() -> None:
    day: list[Command] = [
        request(),
        convene(),
        minutes(says(LAND), absent=(WATER,)),
        decide("approved", over(TOWNSHIP), over(WATER), at=LATE + timedelta(hours=1)),
    ]
    assert _requires_a_word_or_a_name(_work((received(), claimed()), day)[1]) == 2

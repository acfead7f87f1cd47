"""机构撤并: an organisation is abolished, its steps go to the successor, and none stays behind."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from hypothesis import given as for_all
from hypothesis import strategies as st

from schemas.events.base import Event
from schemas.events.moves import StepRerouted
from schemas.events.routing import RouteLaid, StepOpened
from schemas.facts import Organisation
from services.kernel.decider import Refused
from services.kernel.reaction import Occasion, Timer
from services.routing.core.commands import Command, RerouteStep
from services.routing.core.decide import decider
from services.routing.core.state import Open, State, UnderWay
from services.routing.core.timers import sign_of_closed, timers
from services.routing.shell.wiring import SERVICE
from tests.routing.core.situations import APPROVED, close, closed, lay, opened, routing
from tests.routing.core.situations_of_acts import (
    AT_DEPARTMENT,
    AT_TOWNSHIP,
    CLOSED_ON,
    CLOSING,
    HEIR,
    RETURNED,
    SHAPE,
    TOWN,
    delegate,
    delegated,
    recalled,
    reported_up,
    reroute,
    rerouted,
    take_back,
    transfer,
    transferred,
    upload,
)
from tests.support.builders import (
    CASE,
    FORESTRY,
    HOUSING,
    LAND,
    MONDAY,
    STEPS,
    TOWNSHIP,
    WATER,
    at,
    county,
    later,
    officer,
    organisation,
)
from tests.support.given import given, off_the_log
from tests.support.published_calendars import CALENDAR

GONE: Final = organisation(TOWNSHIP, closed_on=CLOSED_ON, successor=HEIR)
AFTER: Final = decider(county(GONE))
NEW_TOWN: Final = officer("township_approver", HEIR, "o-anle")


def waiting(
    *history: Event, now: datetime = MONDAY, gone: tuple[Organisation, ...] = (GONE,)
) -> list[Timer]:
    seen = Occasion(now, CALENDAR, {each.path: each for each in gone})
    return list(timers(CASE, given(routing, *history).state, seen))


def asked(*history: Event, **changes: Any) -> RerouteStep:
    (timer,) = waiting(*history, **changes)
    assert isinstance(timer.reaction.command, RerouteStep)
    assert timer.due_at == timer.reaction.command.at
    return timer.reaction.command


def test_a_step_goes_to_the_successor_when_the_day_begins_and_not_before() -> None:
    (timer,) = waiting(*AT_TOWNSHIP)
    assert timer.due_at == CLOSING
    command = asked(*AT_TOWNSHIP)
    (event,) = given(routing, *AT_TOWNSHIP).when(command).events
    assert isinstance(event, StepRerouted)
    assert (event.organisation, event.to_organisation, event.move) == (TOWNSHIP, HEIR, 1)
    assert (event.moved_at, event.closed_on) == (CLOSING, CLOSED_ON)
    assert event.reference_version.startswith(f"organisation{TOWNSHIP}#")
    early = reroute(at=CLOSING - timedelta(milliseconds=1))
    given(routing, *AT_TOWNSHIP).when(early).then()


def test_what_was_published_after_the_day_is_done_at_once() -> None:
    late = at("2025-03-10 10:00")
    assert asked(*AT_TOWNSHIP, now=late).at == late


def test_the_facts_that_were_followed_are_known_again_by_their_content() -> None:
    later_day = organisation(TOWNSHIP, closed_on=date(2025, 3, 6), successor=HEIR)
    versions = {
        asked(*AT_TOWNSHIP, gone=(gone,)).reference_version for gone in (GONE, GONE, later_day)
    }
    assert len(versions) == 2


def test_a_step_that_has_moved_on_or_is_closed_stays_as_it_is() -> None:
    given(routing, *AT_TOWNSHIP, rerouted()).when(reroute()).then()
    given(routing, *AT_DEPARTMENT).when(reroute()).then()
    given(routing, *AT_DEPARTMENT, closed(SHAPE, 2, "approved"), APPROVED).when(reroute()).then()
    given(routing, *AT_TOWNSHIP).when(reroute(7)).then()
    other = reroute(key="01942a3b-0000-7000-8000-000000000002")
    given(routing, *AT_TOWNSHIP).when(other).then()
    assert waiting(*AT_TOWNSHIP, rerouted()) == waiting(*AT_DEPARTMENT) == waiting() == []
    assert waiting(*AT_DEPARTMENT, closed(SHAPE, 2, "approved"), APPROVED) == []


def test_nobody_holds_what_was_rerouted_and_officers_of_the_successor_act_on_it() -> None:
    history = (*AT_TOWNSHIP, transferred(), delegated(), rerouted(move=2))
    state = given(routing, *history).state
    assert isinstance(state, UnderWay)
    step = state.steps[0]
    assert isinstance(step, Open)
    assert step.moved is not None
    assert (step.organisation, step.moved.holder, step.delegated) == (HEIR, None, None)
    given(routing, *history).when(delegate()).then_refused("rights.denied")
    given(routing, *history).when(transfer(actor=TOWN)).then_refused("rights.denied")
    (asked_back,) = given(routing, *history).when(upload(actor=NEW_TOWN)).events
    assert getattr(asked_back, "organisation", None) == HEIR


def test_a_decision_that_was_made_before_is_taken_over_wherever_the_step_lies() -> None:
    given(routing, *AT_TOWNSHIP, rerouted()).when(close(1, "forwarded")).then(
        closed(SHAPE, 1, "forwarded").model_copy(update={"organisation": HEIR}),
        opened(SHAPE, 2, later()),
    )


def test_a_step_that_is_being_taken_back_goes_over_and_is_taken_back_from_there() -> None:
    history = (*AT_DEPARTMENT, recalled())
    gone = organisation(FORESTRY, closed_on=CLOSED_ON, successor=HOUSING)
    assert asked(*history, gone=(gone,)).to_organisation == HOUSING
    moved = rerouted(2, FORESTRY, to_organisation=HOUSING)
    closed_by, _ = given(routing, *history, moved).when(take_back(at=later(9))).events
    assert getattr(closed_by, "organisation", None) == HOUSING


def test_parallel_steps_go_each_to_its_own_successor() -> None:
    history = given(routing).when(lay("joint")).events
    gone = (
        organisation(LAND, closed_on=CLOSED_ON, successor=HOUSING),
        organisation(WATER, closed_on=CLOSED_ON, successor=HOUSING),
    )
    found = waiting(*history, gone=gone)
    assert {t.reaction.command.organisation for t in found} == {LAND, WATER}  # type: ignore[attr-defined]
    assert len({t.reaction.name for t in found}) == 2


def test_successors_are_followed_to_the_one_of_that_day() -> None:
    chain = (
        GONE,
        organisation(HEIR, closed_on=date(2025, 3, 20), successor="/qingyun/t-new"),
    )
    assert asked(*AT_TOWNSHIP, gone=chain).to_organisation == HEIR
    late = at("2025-03-20 00:00")
    assert asked(*AT_TOWNSHIP, gone=chain, now=late).to_organisation == "/qingyun/t-new"
    again = asked(*AT_TOWNSHIP, rerouted(), gone=chain)
    assert (again.organisation, again.at) == (HEIR, late)


def test_without_a_successor_a_step_stays_and_is_not_lost() -> None:
    assert waiting(*AT_TOWNSHIP, gone=(organisation(TOWNSHIP, closed_on=CLOSED_ON),)) == []
    circle = (GONE, organisation(HEIR, closed_on=CLOSED_ON, successor=TOWNSHIP))
    assert waiting(*AT_TOWNSHIP, gone=circle) == []


def test_a_planned_step_opens_at_the_successor_and_a_new_route_is_laid_to_it() -> None:
    gone = organisation(FORESTRY, closed_on=CLOSED_ON, successor=HOUSING)
    after = decider(county(gone))
    (_, before) = given(after, *AT_TOWNSHIP).when(close(1, "forwarded")).events
    assert getattr(before, "organisation", None) == FORESTRY
    (_, since) = given(after, *AT_TOWNSHIP).when(close(1, "forwarded", at=CLOSING)).events
    assert isinstance(since, StepOpened)
    assert since.organisation == HOUSING
    laid, first = given(AFTER).when(lay(at=CLOSING)).events
    assert isinstance(laid, RouteLaid)
    assert [step.organisation for step in laid.steps] == [HEIR, FORESTRY]
    assert getattr(first, "organisation", None) == HEIR


def test_what_is_returned_to_an_abolished_organisation_comes_to_its_successor() -> None:
    (*_, town_again) = given(AFTER, *RETURNED[:-2]).when(take_back(at=CLOSING)).events
    assert getattr(town_again, "organisation", None) == HEIR


def test_a_case_at_the_superior_waits_for_nothing_here() -> None:
    assert waiting(*AT_DEPARTMENT, closed(SHAPE, 2, "approved"), reported_up()) == []


def test_the_sign_stands_in_every_state_that_waits() -> None:
    for history in (AT_TOWNSHIP, AT_DEPARTMENT, RETURNED):
        state = given(routing, *history).state
        waits = bool(waiting(*history))
        assert not waits or sign_of_closed(TOWNSHIP) in SERVICE.state.dump_json(state)


places = st.sampled_from([TOWNSHIP, FORESTRY, LAND, WATER, HOUSING])
moments = st.integers(1, 6000).map(later)
closings = st.builds(
    close,
    st.integers(1, 5),
    st.sampled_from(["approved", "agreed", "forwarded"]),
    at=moments,
)


@for_all(
    st.sampled_from(list(STEPS)),
    st.lists(st.one_of(closings, st.none()), max_size=12),
    st.dictionaries(places, st.integers(0, 3), max_size=5),
)
def test_when_all_that_is_due_was_done_no_step_lies_with_who_is_abolished(
    shape: str, course: list[Command | None], gone: dict[str, int]
) -> None:
    facts = {
        path: organisation(path, closed_on=date(2025, 3, 3 + day), successor="/qingyun/t-anle")
        for path, day in gone.items()
    }
    rules = decider(county(*facts.values()))
    state = _after(rules.start, lay(shape), rules)
    for command in (*course, None):
        if command is not None:
            state = _after(state, command, rules)
            continue
        done: set[str] = set()
        while due := timers(CASE, state, Occasion(later(9000), CALENDAR, facts)):
            (first, *_) = due
            assert first.reaction.name not in done
            done.add(first.reaction.name)
            state = _after(state, first.reaction.command, rules)  # type: ignore[arg-type]
    if isinstance(state, UnderWay):
        assert all(s.organisation not in facts for s in state.steps if isinstance(s, Open))


def _after(state: State, command: Command, rules: Any) -> State:
    try:
        events = rules.decide(state, off_the_log(command))
    except Refused:
        return state
    for event in events:
        state = rules.evolve(state, event)
    return state

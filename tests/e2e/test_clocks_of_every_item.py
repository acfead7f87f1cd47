"""Every item of the demo county walked through the three cores: its clocks, told and judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, Final

import pytest

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.events.intake import CaseAccepted
from schemas.events.review import OpinionGiven, StepDecided, StepReceived
from schemas.events.routing import CaseCompleted, StepClosed, StepOpened
from schemas.events.upward import CaseReportedUp
from schemas.facts import Item
from schemas.values import Channel, Duty, Material, StepOutcome
from services.intake.core.commands import Accept, DeemAccepted, Submit
from services.intake.core.competent import require_competent
from services.intake.core.decide import decider as intake_rules
from services.intake.core.timers import timers
from services.kernel.actor import Actor, Held
from services.kernel.calendar import local
from services.kernel.clock import Limit, clock_at
from services.kernel.clock_shares import HeldStep, laid_days, shares
from services.kernel.competence import RIGHTS
from services.kernel.decider import Decider, Refused
from services.kernel.reaction import Occasion
from services.kernel.reference_book import ReferenceBook
from services.kernel.terms import office_hours
from services.one_machine.county import DEPLOYED
from services.review.core import react as review
from services.review.core.decide import decider as review_rules
from services.routing.core import react as routing
from services.routing.core.commands import CloseStep, RecordExternalResult
from services.routing.core.decide import decider as routing_rules
from services.runtime.reference_files import read_county
from services.supervision.core.told_clocks import Told, told_clocks
from tests.support.builders import APPLICANT, CASE, at, envelope, system

MONDAY: Final = at("2026-03-02 10:00")
OUTCOMES: Final[dict[Duty, StepOutcome]] = {
    "decide": "approved",
    "forward": "forwarded",
    "opinion": "agreed",
}


@cache
def book() -> ReferenceBook:
    return ReferenceBook(read_county(DEPLOYED).facts)


def items() -> list[Item]:
    codes = sorted({item.code for item in book().items()})
    found = (book().current_item(code, local(MONDAY).date()) for code in codes)
    return [item for item in found if item is not None]


class Walk:
    """One case on its way through the cores; what happened stands in `trace`."""

    def __init__(self, item: Item) -> None:
        self.item, self.trace = item, list[Told]()
        self.place, self.channel = _counter(item)
        self._rules: dict[str, Decider[Any, Any]] = {
            "intake": intake_rules(book()),
            "routing": routing_rules(book()),
            "review": review_rules(book()),
        }
        self.state = {name: rules.start for name, rules in self._rules.items()}
        self.version = book().current_calendar_version()

    def carry_out(self, service: str, command: Any) -> list[Envelope[Event]]:
        rules, found = self._rules[service], list[Envelope[Event]]()
        for event in rules.decide(self.state[service], command):
            self.state[service] = rules.evolve(self.state[service], event)
            self.trace.append(Told(command.at, event))
            found.append(envelope(event, command.at))
        return found

    def submit(self) -> None:
        self.carry_out("intake", self.handing_in())

    def handing_in(self) -> Submit:
        """Give the command with all the papers that the item asks for."""
        clerk = Actor("o-li", self.place, (Held(self.place, _clerk(self.channel)),))
        wanted = (paper for paper in self.item.materials if paper.required)
        papers = tuple(Material(code=p.code, form=p.form, count=p.count) for p in wanted)
        return Submit(
            key=CASE,
            actor=clerk,
            at=MONDAY,
            item_code=self.item.code,
            item_version=self.item.version,
            organisation=self.place,
            channel=self.channel,
            applicant_ref=APPLICANT,
            materials=papers,
            calendar_version=self.version,
        )

    def accept(self, when: datetime = MONDAY) -> None:
        clerk = Actor("o-li", self.place, (Held(self.place, _clerk(self.channel)),))
        command = Accept(key=CASE, actor=clerk, at=when, calendar_version=self.version)
        self.react(self.carry_out("intake", command))

    def react(self, envelopes: Sequence[Envelope[Event]]) -> None:
        """Have routing answer, and review answer routing."""
        for each in envelopes:
            for reaction in routing.react(each, book()):
                for opened in self.carry_out("routing", reaction.command):
                    for received in review.react(opened, book()):
                        self.carry_out("review", received.command)

    def close(self, step: StepOpened, when: datetime) -> None:
        self.state["review"] = self._rules["review"].evolve(self.state["review"], _ended(step))
        command = CloseStep(
            key=CASE,
            actor=system(step.organisation),
            at=when,
            step_id=step.step_id,
            outcome=OUTCOMES[step.duty],
            officer_id="o-li",
        )
        for opened in self.carry_out("routing", command):
            for received in review.react(opened, book()):
                self.carry_out("review", received.command)

    def hear(self, when: datetime) -> None:
        """Record what the higher authority decided on a case that was reported up."""
        away = self.only(CaseReportedUp).organisation
        role = sorted(RIGHTS["routing.record_external_result"])[0]
        command = RecordExternalResult(
            key=CASE,
            actor=Actor("o-li", away, (Held(away, role),)),
            at=when,
            authority="省厅",
            document_number="省字7号",
            decided_on=local(when).date(),
            outcome="approved",
        )
        for told in self.carry_out("routing", command):
            for followed in review.react(told, book()):
                self.carry_out("review", followed.command)

    def open_steps(self) -> list[StepOpened]:
        closed = {t.event.step_id for t in self.trace if isinstance(t.event, StepClosed)}
        opened = (t.event for t in self.trace if isinstance(t.event, StepOpened))
        return [step for step in opened if step.step_id not in closed]

    def only(self, kind: type[Any]) -> Any:
        (found,) = (told.event for told in self.trace if isinstance(told.event, kind))
        return found


def _ended(step: StepOpened) -> OpinionGiven | StepDecided:
    """Give what review says at the end of a step; how it comes to that is for its own tests."""
    told = {"step_id": step.step_id, "organisation": step.organisation, "officer_id": "o-li"}
    outcome = OUTCOMES[step.duty]
    if step.duty == "opinion":
        return OpinionGiven.model_validate({**told, "opinion": outcome, "reasons": "同意"})
    return StepDecided.model_validate({**told, "outcome": outcome, "reasons": "同意"})


def _counter(item: Item) -> tuple[str, Channel]:
    """Give a desk that takes the item in."""
    for organisation in book().organisations():
        for channel in item.channels:
            try:
                require_competent(item, organisation.path, channel, MONDAY, book())
            except Refused:
                continue
            return organisation.path, channel
    raise AssertionError(f"nobody takes {item.code} in")


def _clerk(channel: Channel) -> Any:
    return "village_clerk" if channel == "village" else "township_clerk"


def walked(item: Item) -> Walk:
    """Walk a case to its end; of parallel steps each is closed a day after the other, none before
    the day on which the last but one is due."""
    walk = Walk(item)
    walk.submit()
    walk.accept()
    now = MONDAY
    while opened := walk.open_steps():
        for step in opened:
            now = max(now + timedelta(days=1), step.term.started_at)
            walk.close(step, now)
    if item.external is not None:
        walk.hear(now + timedelta(days=30))
    assert isinstance(walk.only(CaseCompleted), CaseCompleted)
    return walk


def _opened(walk: Walk) -> Iterator[StepOpened]:
    return (told.event for told in walk.trace if isinstance(told.event, StepOpened))


@pytest.mark.parametrize("item", items(), ids=lambda item: item.code)
def test_the_clocks_of_a_case_run_side_by_side_and_end_in_order(item: Item) -> None:
    walk = walked(item)
    accepted: CaseAccepted = walk.only(CaseAccepted)
    assert accepted.promised.due_at <= accepted.legal.due_at
    assert accepted.legal.started_at == accepted.promised.started_at == MONDAY
    for step in _opened(walk):
        assert (step.legal, step.promised) == (accepted.legal, accepted.promised)
        assert step.term.started_at < step.term.due_at
        assert step.stage > 1 or step.term.due_at <= accepted.promised.due_at
        assert not step.term.provisional
    received = [told.event for told in walk.trace if isinstance(told.event, StepReceived)]
    assert [step.term for step in received] == [step.term for step in _opened(walk)]
    units = {accepted.legal.unit, accepted.promised.unit}
    assert units == {"working_minutes" if item.kind == "instant" else "working_days"}


@pytest.mark.parametrize("item", items(), ids=lambda item: item.code)
def test_whoever_takes_all_of_a_step_s_time_still_keeps_the_promise(item: Item) -> None:
    walk = Walk(item)
    walk.submit()
    walk.accept()
    while opened := walk.open_steps():
        for step in opened:
            assert step.term.due_at <= step.promised.due_at, step.title
            walk.close(step, step.term.due_at)


@pytest.mark.parametrize("item", items(), ids=lambda item: item.code)
def test_each_counted_day_is_laid_to_those_who_held_the_case_and_none_is_lost(item: Item) -> None:
    walk = walked(item)
    clocks = told_clocks(walk.trace)
    legal = next(clock for clock in clocks if clock.clock == "legal")
    assert legal.ended_at is not None
    # Delivered is nothing in this walk: the result waits to be collected.
    assert all(clock.ended_at for clock in clocks if clock.clock != "delivery")
    if legal.first.unit == "working_minutes":
        return
    calendar, hours = book().calendar(walk.version), office_hours(walk.place, book())
    limit = Limit(legal.first.limit)
    state = clock_at(MONDAY, limit, legal.events, calendar, hours, as_of=legal.ended_at)
    steps = [
        HeldStep(clock.organisation, clock.first.started_at, clock.ended_at)
        for clock in clocks
        if clock.clock == "step"
    ]
    laid = laid_days(state, legal.ended_at, steps, calendar, hours)
    assert len(laid) == state.counted
    assert sum(shares(laid).values(), Fraction()) == state.counted
    assert all(day.organisations for day in laid)


@pytest.mark.parametrize("item", items(), ids=lambda item: item.code)
def test_of_an_item_that_nobody_answers_the_clocks_run_since_the_papers_came_in(
    item: Item,
) -> None:
    walk = Walk(item)
    walk.submit()
    (timer,) = timers(CASE, walk.state["intake"], Occasion(MONDAY, walk.version))
    assert isinstance(timer.reaction.command, DeemAccepted)
    assert local(timer.due_at).date().isoformat() == "2026-03-09"
    walk.react(walk.carry_out("intake", timer.reaction.command))
    accepted: CaseAccepted = walk.only(CaseAccepted)
    assert accepted.deemed
    assert accepted.legal.started_at == accepted.promised.started_at == MONDAY
    for step in walk.open_steps():
        assert step.term.started_at == timer.due_at
        assert step.legal == accepted.legal

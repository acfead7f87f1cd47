"""Valid streams drawn by chance, and how they may be delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, get_args

from hypothesis import strategies as st

from schemas.events import external, intake, presence, routing
from schemas.events.base import INTAKE, REVIEW, Event
from schemas.events.clocks import DueDateCorrected, DueDateCorrectedV1
from schemas.events.results import DeliveryClockStarted
from schemas.values import ClockName, Recall
from tests.supervision.log_of import Kept, Log
from tests.supervision.streams import (
    OFFICERS,
    SESSION,
    Life,
    case_id,
    opened,
    refused,
    signed_in,
)
from tests.supervision.streams_of_routes import Way, ahead
from tests.support.builders import APPLICANT, HOUSING, PAPERS, TOWNSHIP, VILLAGE, at, term

_NEW: Final = frozenset({"precheck", "opinion", "delivery"})
"""Clocks that the first form of a correction did not know."""
UNIT: Final = f"{HOUSING}/u-plots"


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Give the valid streams of a few cases, officers and imported cases."""
    log = Log()
    for number in range(1, draw(st.integers(1, 3)) + 1):
        _case(draw, Life(log, number))
    for officer_id in OFFICERS[: draw(st.integers(0, 2))]:
        _officer(draw, log, officer_id)
    for number in range(draw(st.integers(0, 2))):
        _imported(draw, log, number)
    return log


def _case(draw: st.DrawFn, life: Life) -> None:
    if draw(st.booleans()):
        life.say(
            intake.ApplicationDrafted(
                item_code="rural-house",
                item_version=1,
                organisation=VILLAGE,
                channel="village",
                applicant_ref=APPLICANT,
                materials=PAPERS,
            )
        )
    life.submit(draw(st.integers(0, 2)))
    end = draw(st.sampled_from(("accept", "accept", "accept", "refuse", "withdraw", "wait")))
    if end == "refuse":
        life.say(
            intake.CaseNotAccepted(
                reason="不属于本县", basis="《行政许可法》第三十二条", remedy="可申请复议"
            )
        )
    elif end == "withdraw":
        life.say(intake.ApplicationWithdrawn(reason="不办了"), by="applicant")
    if end != "accept":
        return
    life.accept()
    _amended(draw, life)
    if draw(st.booleans()):
        life.say(refused(), by="o-zhao", topic=draw(st.sampled_from((INTAKE, REVIEW))))
    for number in range(1, draw(st.integers(0, 3)) + 1):
        moves = draw(st.booleans())
        life.work(number, draw(st.sampled_from(("release", "opinion", "decide"))), moves=moves)
    if draw(st.booleans()):
        _routed(draw, life)
    if draw(st.booleans()):
        life.report_up()
        if draw(st.booleans()):
            life.hear_from_above()
    if draw(st.booleans()):
        life.say(
            routing.CaseCompleted(outcome=draw(st.sampled_from(("approved", "rejected")))),
            by="system",
        )


def _amended(draw: st.DrawFn, life: Life) -> None:
    """Corrections of the case's clocks, among them those that an act has set."""
    step_id = f"{life.case}.1"
    if draw(st.booleans()):
        ten = term(10, "2025-03-17 17:30")
        life.say(DeliveryClockStarted(step_id=step_id, organisation=HOUSING, term=ten))
    for clock in draw(st.lists(st.sampled_from(get_args(ClockName)), max_size=4)):
        day = draw(st.integers(18, 28))
        of_act = clock in ("opinion", "delivery")
        told = {
            "clock": clock,
            "step_id": step_id if of_act or clock == "step" else None,
            "organisation": HOUSING if of_act else None,
            "old_due_at": at("2025-03-17 17:30"),
            "old_calendar_version": "2025.1",
            "term": term(10, f"2025-03-{day} 17:30", provisional=draw(st.booleans())),
            "why": "停办",
        }
        topic = INTAKE if clock in ("precheck", "answer") else REVIEW
        old = clock not in _NEW and draw(st.booleans())
        form: type[Event] = DueDateCorrectedV1 if old else DueDateCorrected
        life.say(form.model_validate(told), by="system", topic=topic)


def _routed(draw: st.DrawFn, life: Life) -> None:
    life.say(opened(life.case, 8), by="system")
    way = Way(life, 8, HOUSING)
    for act in draw(st.lists(st.sampled_from(("claim", "transfer", "take", "delegate")))):
        followed = draw(st.booleans())
        match act:
            case "claim":
                way.claim(draw(st.sampled_from(OFFICERS)))
            case "transfer":
                officer = draw(st.sampled_from((None, *OFFICERS)))
                way.transfer(draw(st.sampled_from((HOUSING, UNIT))), officer, followed=followed)
            case "take":
                way.take_over(followed=followed)
            case _:
                way.delegate(draw(st.sampled_from(OFFICERS)))
    if draw(st.booleans()):
        why: Recall = draw(st.sampled_from(("returned", "uploaded")))
        way.recall(why)
        if draw(st.booleans()):
            way.give_up(ahead(9, TOWNSHIP), why)


def _officer(draw: st.DrawFn, log: Log, officer_id: str) -> None:
    now = at("2025-03-03 08:20")
    log.presence(officer_id, signed_in(now), now)
    for _ in range(draw(st.integers(0, 2))):
        idle, back = now + timedelta(minutes=40), now + timedelta(minutes=55)
        log.presence(officer_id, presence.WentIdle(session_id=SESSION, since=idle), idle)
        log.presence(
            officer_id, presence.CameBack(session_id=SESSION, since=back, after="idle"), back
        )
        now = back
    if draw(st.booleans()):
        log.presence(officer_id, presence.SignedOut(session_id=SESSION), now + timedelta(hours=1))


def _imported(draw: st.DrawFn, log: Log, number: int) -> None:
    case, now = case_id(1000 + number), at("2011-10-11 13:42")
    name = {"log": "permits", "log_case": f"case-{number}"}
    deadline = draw(st.sampled_from((None, at("2011-11-11 17:00"))))
    log.add(
        case,
        external.ExternalCaseOpened(
            **name, item="General", organisation="Group 2", responsible="Resource21",
            deadline=deadline,
        ),
        now,
        by="system",
    )  # fmt: skip
    for act in range(draw(st.integers(0, 3))):
        now += timedelta(days=1)
        log.add(
            case,
            external.ExternalActRecorded(
                **name, log_act=f"task-{act}", activity="Check", officer=f"Resource{act}",
                organisation="Group 1",
            ),
            now,
            by="system",
        )  # fmt: skip
    if draw(st.booleans()):
        log.add(case, external.ExternalCaseClosed(**name), now, by="system")


@st.composite
def deliveries(draw: st.DrawFn, messages: Sequence[Kept]) -> list[list[Kept]]:
    """Give the messages in any order, some of them again, cut into inserts in any way."""
    again = draw(st.lists(st.sampled_from(messages), max_size=len(messages)))
    given = draw(st.permutations([*messages, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(given)), max_size=4)))
    return [given[a:b] for a, b in zip([0, *cuts], [*cuts, len(given)], strict=True) if b > a]

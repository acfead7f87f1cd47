"""Streams as the services write them, in every shape that a case can take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from hypothesis import strategies as st

from schemas.events import external, intake, presence, review, routing
from schemas.events.base import INTAKE, REVIEW, ActionRefused, Event
from schemas.values import Defect, PlannedStep, StepOutcome
from tests.supervision.log_of import Kept, Log
from tests.support.builders import (
    APPLICANT,
    FORESTRY,
    HOUSING,
    MONDAY,
    PAPERS,
    TOWNSHIP,
    VILLAGE,
    at,
    term,
)

OFFICERS: Final = ("o-li", "o-wang", "o-zhao")
SESSION: Final = "01942a3b-0000-7000-8000-00000000005e"
_ORGANISATIONS: Final = (TOWNSHIP, FORESTRY, HOUSING)


def case_id(number: int) -> str:
    """Give the id of a case."""
    return f"01942a3b-0000-7000-8000-{number:012x}"


def submitted(number: int = 1, **changes: Any) -> intake.ApplicationSubmitted:
    """Give the event."""
    return intake.ApplicationSubmitted(
        **{
            "case_number": f"4228{number:08d}",
            "item_code": "rural-house",
            "item_version": 1,
            "organisation": VILLAGE,
            "channel": "village",
            "applicant_ref": APPLICANT,
            "materials": PAPERS,
            "answer": term(5, "2025-03-10 17:30"),
            **changes,
        }
    )


def accepted(number: int = 1, **changes: Any) -> intake.CaseAccepted:
    """Give the event."""
    return intake.CaseAccepted(
        **{
            "case_number": f"4228{number:08d}",
            "item_code": "rural-house",
            "item_version": 1,
            "kind": "commitment",
            "organisation": VILLAGE,
            "department": HOUSING,
            "applicant_ref": APPLICANT,
            "legal": term(20, "2025-03-31 17:30"),
            "promised": term(10, "2025-03-17 17:30"),
            **changes,
        }
    )


def opened(case: str, number: int, where: str = HOUSING, **changes: Any) -> routing.StepOpened:
    """Give the event."""
    return routing.StepOpened(
        **{
            "step_id": f"{case}.{number}",
            "number": number,
            "stage": number,
            "title": f"环节{number}",
            "organisation": where,
            "duty": "decide",
            "role": "department_reviewer",
            "item_code": "rural-house",
            "term": term(3, "2025-03-06 17:30"),
            "legal": term(20, "2025-03-31 17:30"),
            "promised": term(10, "2025-03-17 17:30"),
            **changes,
        }
    )


def closed(
    case: str,
    number: int,
    where: str = HOUSING,
    outcome: StepOutcome = "approved",
    officer: str = "o-wang",
) -> routing.StepClosed:
    """Give the event."""
    return routing.StepClosed(
        step_id=f"{case}.{number}",
        number=number,
        organisation=where,
        outcome=outcome,
        officer_id=officer,
    )


def decided(case: str, number: int, where: str = HOUSING) -> review.StepDecided:
    """Give the event."""
    return review.StepDecided(
        step_id=f"{case}.{number}",
        organisation=where,
        officer_id="o-wang",
        outcome="approved",
        reasons="符合条件",
    )


def signed_in(since: datetime, session: str = SESSION, where: str = VILLAGE) -> presence.SignedIn:
    """Give the event."""
    return presence.SignedIn(session_id=session, since=since, organisation=where, device="窗口1")


def refused(action: str = "Accept") -> ActionRefused:
    """Give the event."""
    return ActionRefused(action=action, code="intake.already_accepted", detail="已受理。")


class Life:
    """Writes the streams of one case; time goes on by itself, a working hour an event."""

    def __init__(self, log: Log, number: int, began: datetime = MONDAY) -> None:
        self.log, self.number, self.case = log, number, case_id(number)
        self.now = began

    def say(self, event: Event, by: str = "o-li", topic: str | None = None) -> Kept:
        """Append an event of the case."""
        kept = self.log.add(self.case, event, self.now, by=by, topic=topic)
        self.now += timedelta(minutes=61, milliseconds=7)
        return kept

    def submit(self, notices: int = 0) -> None:
        """Hand in, with notices and supplements."""
        self.say(submitted(self.number), by="applicant")
        for ordinal in range(1, notices + 1):
            defects = (Defect(material="sketch", problem="缺少示意图"),)
            self.say(
                intake.DeficiencyNotified(
                    notice_number=f"N-{ordinal}", ordinal=ordinal, defects=defects
                )
            )
            self.say(
                intake.MaterialsSupplemented(materials=PAPERS, answer=term(5, "2025-03-12 17:30")),
                by="applicant",
            )

    def accept(self) -> None:
        """Accept, and lay the route."""
        self.say(accepted(self.number))
        step = PlannedStep(
            number=1, stage=1, title="审批", organisation=HOUSING, duty="decide",
            role="department_reviewer", limit=3, unit="working_days",
        )  # fmt: skip
        self.say(
            routing.RouteLaid(
                item_code="rural-house", item_version=1, shape="joint", steps=(step,)
            ),
            by="system",
        )

    def move(self, number: int, where: str, by: str = "o-li") -> None:
        """Stop the clocks of a step and its case for two announced days, resume and extend them."""
        moving = {
            "step_id": f"{self.case}.{number}",
            "organisation": where,
            "officer_id": by,
            "term": term(3, "2025-03-10 17:30"),
            "legal": term(20, "2025-04-02 17:30"),
            "promised": term(10, "2025-03-19 17:30"),
        }
        stopped = review.ClockStopped(
            **moving,
            procedure="survey",
            announced_days=2,
            notice_number="KC-1",
            stopped_at=self.now,
            runs_again_at=at("2025-03-05 17:30"),
        )
        self.say(stopped, by=by)
        resumed = {**moving, "legal": term(20, "2025-04-01 17:30"), "promised": None}
        self.say(
            review.ClockResumed(
                **resumed, procedure="survey", resumed_at=self.now, result="位置属实"
            ),
            by=by,
        )
        extended = {**moving, "term": None, "legal": term(30, "2025-04-16 17:30")}
        self.say(
            review.ClockExtended(**extended, days=10, granted_at=self.now, reasons="情况复杂"),
            by="o-leader",
        )

    def work(
        self,
        number: int,
        doing: Literal["release", "opinion", "decide"],
        *,
        moves: bool = False,
    ) -> None:
        """Open a step, work on it, close it; `moves` its clocks in between."""
        where = _ORGANISATIONS[number % len(_ORGANISATIONS)]
        step_id, by = f"{self.case}.{number}", OFFICERS[number % len(OFFICERS)]
        opening = opened(self.case, number, where)
        self.say(opening, by="system")
        self.say(
            review.StepReceived(
                step_id=step_id, organisation=where, duty="decide", term=opening.term
            ),
            by="system",
        )
        self.say(review.StepClaimed(step_id=step_id, officer_id=by), by=by)
        if moves:
            self.move(number, where, by)
        if doing == "release":
            self.say(review.StepReleased(step_id=step_id, officer_id=by, reason="请假"), by=by)
            return
        if doing == "opinion":
            heard = review.OpinionGiven(
                step_id=step_id,
                organisation=where,
                officer_id=by,
                opinion="agreed",
                reasons="同意",
            )
            self.say(heard, by=by)
        else:
            self.say(decided(self.case, number, where), by=by)
        outcome: StepOutcome = "agreed" if doing == "opinion" else "approved"
        self.say(closed(self.case, number, where, outcome, by), by="system")


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
    if draw(st.booleans()):
        life.say(refused(), by="o-zhao", topic=draw(st.sampled_from((INTAKE, REVIEW))))
    for number in range(1, draw(st.integers(0, 3)) + 1):
        moves = draw(st.booleans())
        life.work(number, draw(st.sampled_from(("release", "opinion", "decide"))), moves=moves)
    if draw(st.booleans()):
        life.say(
            routing.CaseCompleted(outcome=draw(st.sampled_from(("approved", "rejected")))),
            by="system",
        )


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

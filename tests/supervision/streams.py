"""Streams as the services write them, in every shape that a case can take."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal

from schemas.events import intake, presence, review, routing, upward
from schemas.events.base import ActionRefused, Event
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

    def report_up(self, number: int = 1) -> None:
        """Send the case to the higher authority; its clocks stand still from now on."""
        place = {"step_id": f"{self.case}.{number}", "organisation": HOUSING}
        away = term(15, "2025-03-24 17:30", self.now)
        reported = upward.CaseReportedUp(**place, officer_id="o-wang", external=away)
        self.say(reported, by="system")
        suspended = upward.ClockSuspended(
            **place,
            legal=term(20, "2026-09-16 17:30"),
            promised=term(10, "2026-09-02 17:30"),
            days=365,
            suspended_at=self.now,
            runs_again_at=at("2026-08-24 00:00"),
        )
        self.say(suspended, by="system")

    def hear_from_above(self, number: int = 1) -> None:
        """Record what the authority decided; the clocks run again."""
        place = {"step_id": f"{self.case}.{number}", "organisation": HOUSING}
        recorded = upward.ExternalResultRecorded(
            **place,
            officer_id="o-wang",
            authority="州住建局",
            document_number="州建〔2025〕7号",
            decided_on=self.now.date(),
            received_at=self.now,
            outcome="approved",
        )
        self.say(recorded, by="o-wang")
        restarted = upward.ClockRestarted(
            **place,
            legal=term(20, "2025-04-14 17:30"),
            promised=term(10, "2025-03-31 17:30"),
            outcome="approved",
            restarted_at=self.now,
        )
        self.say(restarted, by="system")

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

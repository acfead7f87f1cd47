"""Commands and events of review, every field filled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal

from schemas.events.results import FeeAssessed, FeePaid, FeeWaived, ResultDelivered, ResultIssued
from schemas.events.review import (
    ClockExtended,
    ClockResumed,
    ClockStopped,
    MeetingConvened,
    MeetingHeld,
    OpinionAnswered,
    OpinionGiven,
    OpinionRequested,
    StepChecked,
    StepClaimed,
    StepDecided,
    StepReceived,
    StepReleased,
    SurveyRecorded,
    SurveyScheduled,
)
from schemas.facts import Item
from schemas.values import (
    BillLine,
    CaseTerms,
    Delivery,
    DepartmentOpinion,
    Duty,
    Finding,
    Opinion,
    Overruled,
    Procedure,
    Role,
    Survey,
)
from services.kernel.actor import Actor
from services.kernel.identifiers import document_number
from services.review.core.commands import (
    AnswerOpinion,
    Check,
    Claim,
    Convene,
    Decide,
    Extend,
    GiveOpinion,
    ReceiveStep,
    RecordMeeting,
    RecordSurvey,
    Release,
    RequestOpinion,
    ResumeClock,
    ScheduleSurvey,
    StopClock,
)
from services.review.core.commands_of_result import (
    AssessFee,
    Charge,
    Issue,
    RecordDelivery,
    RecordPayment,
    WaiveFee,
)
from services.review.core.decide import decider
from tests.support.builders import (
    CASE,
    COUNTY,
    FORESTRY,
    HOUSING,
    LAND,
    MONDAY,
    TOWNSHIP,
    VILLAGE,
    WATER,
    county,
    item,
    later,
    officer,
    system,
    term,
)
from tests.support.builders import at as local_time

FULL: Final[dict[str, Any]] = {
    "review_rules": [
        {"code": "eligible", "text": "申请人符合分户条件"},
        {"code": "area", "text": "面积不超过规定"},
    ],
    "procedures": [
        {"procedure": "survey", "cap": 5, "basis": "许可法第四十五条"},
        {"procedure": "testing", "cap": 10, "basis": "许可法第四十五条"},
    ],
    "surveys": ["siting", "completion"],
    "fees": [
        {"code": "book", "name": "工本费", "amount_fen": 1000, "unit": "本", "basis": "发改价格"},
        {"code": "map", "name": "测绘费", "amount_fen": 5050, "unit": "幅", "basis": "发改价格"},
    ],
    "document": {"name": "建设用地批准书", "valid_months": 24},
    "deliveries": ["village", "courier"],
}
"""What an item of the full catalogue has; the plain one has none of it."""
PLAIN_ITEM: Final = item("joint")
FULL_ITEM: Final = item("joint", code="full", **FULL)
INSTANT_ITEM: Final = item("joint", code="at-once", kind="instant", **FULL)
SINGLE_ITEM: Final = item("straight_to_county", code="single", **FULL)
COUNTY_FACTS: Final = county(FULL_ITEM, INSTANT_ITEM, SINGLE_ITEM)
review: Final = decider(COUNTY_FACTS)
TERM: Final = term(3, "2025-03-06 17:30")


def terms_of(of: Item = PLAIN_ITEM) -> CaseTerms:
    return CaseTerms(
        item_code=of.code,
        item_version=of.version,
        accepted_by=VILLAGE,
        legal=term(20, "2025-03-31 17:30"),
        promised=term(10, "2025-03-17 17:30"),
    )


OPINION_OF: Final = {1: LAND, 2: WATER, 3: FORESTRY}
"""Steps of a joint case, by number; its convener decides on step 4."""
CONVENER: Final = officer("joint_convener", HOUSING, "o-zhao")
COLLEAGUE: Final = officer("joint_convener", HOUSING, "o-qian")
TOWN_APPROVER: Final = officer("township_approver", TOWNSHIP, "o-wang")
REASONS: Final = "符合条件"
REMEDY: Final = "六十日内申请行政复议，六个月内提起行政诉讼"
Decision = Literal["approved", "rejected", "forwarded"]


def reviewer(path: str) -> Actor:
    return officer("department_reviewer", path, f"o-{path.rpartition('-')[2]}")


def step_id(number: int) -> str:
    return f"{CASE}.{number}"


ROLES: Final[dict[Duty, Role]] = {
    "decide": "joint_convener",
    "forward": "township_approver",
    "opinion": "department_reviewer",
}


def receive(
    number: int = 4, organisation: str = HOUSING, duty: Duty = "decide", of: Item = PLAIN_ITEM
) -> ReceiveStep:
    return ReceiveStep(
        key=CASE,
        actor=system(organisation),
        at=MONDAY,
        step_id=step_id(number),
        organisation=organisation,
        duty=duty,
        role=ROLES[duty],
        term=TERM,
        case=terms_of(of),
    )


def _act(number: int, actor: Actor) -> dict[str, Any]:
    return {"key": CASE, "actor": actor, "at": later(), "step_id": step_id(number)}


def claim(number: int = 4, actor: Actor = CONVENER) -> Claim:
    return Claim(**_act(number, actor))


def release(number: int = 4, actor: Actor = CONVENER, reason: str = "需转同事办理") -> Release:
    return Release(**_act(number, actor), reason=reason)


def found(**rules: str) -> tuple[Finding, ...]:
    """Give one finding a rule; all but `met` with a remark."""
    return tuple(
        Finding.model_validate(
            {"rule": rule, "found": what, "remark": None if what == "met" else "见现场记录"}
        )
        for rule, what in rules.items()
    )


ALL_MET: Final = found(eligible="met", area="met")
CHECKER: Final = officer("department_clerk", HOUSING, "o-sun")


def check(
    findings: tuple[Finding, ...] = ALL_MET, number: int = 4, actor: Actor = CHECKER
) -> Check:
    return Check(**_act(number, actor), findings=findings)


def checked(
    findings: tuple[Finding, ...] = ALL_MET,
    number: int = 4,
    organisation: str = HOUSING,
    actor: Actor = CHECKER,
) -> StepChecked:
    return StepChecked(
        step_id=step_id(number),
        organisation=organisation,
        officer_id=actor.officer_id,
        findings=findings,
    )


def stop(
    days: int = 5,
    procedure: Procedure = "survey",
    number: int = 4,
    actor: Actor = CONVENER,
    at: datetime | None = None,
) -> StopClock:
    act = _act(number, actor) | ({"at": at} if at else {})
    return StopClock(
        **act, procedure=procedure, announced_days=days, notice_number="青自然资告〔2025〕7号"
    )


def resume(at: datetime | None = None, number: int = 4, actor: Actor = CONVENER) -> ResumeClock:
    act = _act(number, actor) | ({"at": at} if at else {})
    return ResumeClock(**act, result="勘查完毕，四至清楚")


LEADER: Final = officer("leader", COUNTY, "o-chen")


def extend(
    days: int = 10, number: int = 4, actor: Actor = LEADER, at: datetime | None = None
) -> Extend:
    act = _act(number, actor) | ({"at": at} if at else {})
    return Extend(**act, days=days, reasons="涉及历史权属，须补充核实")


def stopped(
    stopped_at: datetime | None = None,
    runs_again_at: str = "2025-03-10 00:00",
    *,
    due: tuple[str, str | None, str | None] = (
        "2025-03-12 17:30",
        "2025-04-07 17:30",
        "2025-03-21 17:30",
    ),
    **changes: Any,
) -> ClockStopped:
    """Give the stop of `stop()`; `due` are those of step, law and promise."""
    step, legal, promised = due
    told: dict[str, Any] = {
        "step_id": step_id(4),
        "organisation": HOUSING,
        "officer_id": CONVENER.officer_id,
        "term": term(3, step),
        "legal": legal and term(20, legal),
        "promised": promised and term(10, promised),
        "procedure": "survey",
        "announced_days": 5,
        "notice_number": "青自然资告〔2025〕7号",
        "stopped_at": stopped_at or later(),
        "runs_again_at": local_time(runs_again_at),
    }
    return ClockStopped.model_validate(told | changes)


def resumed(
    resumed_at: str = "2025-03-05 10:00",
    step: str = "2025-03-07 17:30",
    legal: str = "2025-04-01 17:30",
    promised: str = "2025-03-18 17:30",
) -> ClockResumed:
    return ClockResumed(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        term=term(3, step),
        legal=term(20, legal),
        promised=term(10, promised),
        procedure="survey",
        resumed_at=local_time(resumed_at),
        result="勘查完毕，四至清楚",
    )


def extended(days: int = 10, by: str = LEADER.officer_id, **changes: Any) -> ClockExtended:
    told: dict[str, Any] = {
        "step_id": step_id(4),
        "organisation": HOUSING,
        "officer_id": by,
        "term": term(13, "2025-03-20 17:30"),
        "legal": term(30, "2025-04-15 17:30"),
        "promised": term(20, "2025-03-31 17:30"),
        "days": days,
        "granted_at": later(),
        "reasons": "涉及历史权属，须补充核实",
    }
    return ClockExtended.model_validate(told | changes)


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
) -> RecordMeeting:
    return RecordMeeting(
        **_act(number, actor),
        held_at=held_at or later(1),
        opinions=opinions or (says(LAND), says(WATER)),
        minutes="各部门意见一致",
    )


def met(*opinions: DepartmentOpinion) -> MeetingHeld:
    return MeetingHeld(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        held_at=later(1),
        opinions=opinions or (says(LAND), says(WATER)),
        minutes="各部门意见一致",
    )


BOOK_AND_MAPS: Final = (Charge(fee="book"), Charge(fee="map", quantity=2))


def assess(
    charges: tuple[Charge, ...] = BOOK_AND_MAPS, actor: Actor = CONVENER, number: int = 4
) -> AssessFee:
    return AssessFee(**_act(number, actor), charges=charges)


def assessed() -> FeeAssessed:
    return FeeAssessed(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        lines=(
            BillLine(fee="book", quantity=1, amount_fen=1000),
            BillLine(fee="map", quantity=2, amount_fen=10100),
        ),
        total_fen=11100,
    )


def pay(
    amount_fen: int = 11100,
    paid_at: datetime | None = None,
    receipt_number: str = "豫财0000001",
    number: int = 4,
    actor: Actor = CONVENER,
) -> RecordPayment:
    return RecordPayment(
        **_act(number, actor),
        amount_fen=amount_fen,
        receipt_number=receipt_number,
        paid_at=paid_at or later(),
    )


def paid() -> FeePaid:
    return FeePaid(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        amount_fen=11100,
        receipt_number="豫财0000001",
        paid_at=later(),
    )


def waive(actor: Actor = CONVENER, basis: str = "低保户免收", number: int = 4) -> WaiveFee:
    return WaiveFee(**_act(number, actor), basis=basis, reasons="申请人为低保户")


def waived() -> FeeWaived:
    return FeeWaived(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        basis="低保户免收",
        reasons="申请人为低保户",
    )


def issue(at: datetime | None = None, actor: Actor = CONVENER, number: int = 4) -> Issue:
    return Issue(**(_act(number, actor) | ({"at": at} if at else {})))


def issued(**changes: Any) -> ResultIssued:
    told: dict[str, Any] = {
        "step_id": step_id(4),
        "organisation": HOUSING,
        "officer_id": CONVENER.officer_id,
        "document_number": document_number(CASE, "410322105207", 2025),
        "name": "建设用地批准书",
        "issued_at": later(),
        "valid_from": date(2025, 3, 3),
        "valid_until": date(2027, 3, 2),
    }
    return ResultIssued.model_validate(told | changes)


VILLAGE_CLERK: Final = officer("village_clerk", VILLAGE, "o-li")


def deliver(
    delivery: Delivery = "village",
    delivered_at: datetime | None = None,
    actor: Actor = VILLAGE_CLERK,
    at: datetime | None = None,
    number: int = 4,
) -> RecordDelivery:
    return RecordDelivery(
        **(_act(number, actor) | {"at": at or later(9)}),
        delivery=delivery,
        delivered_at=delivered_at or later(5),
        received_by="applicant",
    )


def delivered(by: Actor = VILLAGE_CLERK, delivery: Delivery = "village") -> ResultDelivered:
    return ResultDelivered(
        step_id=step_id(4),
        organisation=by.organisation,
        officer_id=by.officer_id,
        delivery=delivery,
        delivered_at=later(5),
        received_by="applicant",
    )


def opine(
    number: int, opinion: Opinion = "agreed", actor: Actor | None = None, reasons: str = REASONS
) -> GiveOpinion:
    who = actor or reviewer(OPINION_OF[number])
    return GiveOpinion(**_act(number, who), opinion=opinion, reasons=reasons)


def decide(
    outcome: Decision = "approved",
    *overruled: Overruled,
    number: int = 4,
    actor: Actor = CONVENER,
    remedy: str | None = None,
    reasons: str = REASONS,
) -> Decide:
    return Decide(
        **_act(number, actor),
        outcome=outcome,
        reasons=reasons,
        remedy=remedy,
        overruled=overruled,
    )


def received(
    number: int = 4, organisation: str = HOUSING, duty: Duty = "decide", of: Item = PLAIN_ITEM
) -> StepReceived:
    return StepReceived(
        step_id=step_id(number),
        organisation=organisation,
        duty=duty,
        role=ROLES[duty],
        term=TERM,
        case=terms_of(of),
    )


def claimed(number: int = 4, actor: Actor = CONVENER) -> StepClaimed:
    return StepClaimed(step_id=step_id(number), officer_id=actor.officer_id)


def released(number: int = 4, actor: Actor = CONVENER) -> StepReleased:
    return StepReleased(step_id=step_id(number), officer_id=actor.officer_id, reason="需转同事办理")


def heard(number: int, opinion: Opinion = "agreed") -> OpinionGiven:
    who = reviewer(OPINION_OF[number])
    return OpinionGiven(
        step_id=step_id(number),
        organisation=OPINION_OF[number],
        officer_id=who.officer_id,
        opinion=opinion,
        reasons=REASONS,
    )


def decided(
    outcome: Decision = "approved",
    *overruled: Overruled,
    number: int = 4,
    organisation: str = HOUSING,
    actor: Actor = CONVENER,
    remedy: str | None = None,
) -> StepDecided:
    return StepDecided(
        step_id=step_id(number),
        organisation=organisation,
        officer_id=actor.officer_id,
        outcome=outcome,
        reasons=REASONS,
        remedy=remedy,
        overruled=overruled,
    )


def asked(number: int) -> StepReceived:
    return received(number, OPINION_OF[number], "opinion")


def taken(number: int) -> StepClaimed:
    return claimed(number, reviewer(OPINION_OF[number]))


def over(organisation: str, reason: str = "已由专家论证") -> Overruled:
    return Overruled(organisation=organisation, reason=reason)

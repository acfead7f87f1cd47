"""Commands and events of review, every field filled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from schemas.events.review import (
    OpinionGiven,
    StepChecked,
    StepClaimed,
    StepDecided,
    StepReceived,
    StepReleased,
)
from schemas.facts import Item
from schemas.values import (
    CaseTerms,
    Duty,
    Finding,
    Opinion,
    Overruled,
    Role,
)
from services.kernel.actor import Actor
from services.review.core.commands import Check, Claim, Decide, GiveOpinion, ReceiveStep, Release
from services.review.core.decide import decider
from tests.support.builders import (
    CASE,
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
LOOKED_UP_ITEM: Final = item(
    "joint",
    code="looked-up",
    internal_checks=[
        {"code": "no-house", "name": "无房证明", "department": "/qingyun/c-hall"},
        {"code": "income", "name": "低收入家庭收入核对", "department": "/qingyun/c-hall"},
    ],
    **FULL,
)
"""Of which another office knows something."""
COUNTY_FACTS: Final = county(FULL_ITEM, INSTANT_ITEM, SINGLE_ITEM, LOOKED_UP_ITEM)
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
    at: datetime | None = None,
) -> Decide:
    return Decide(
        **(_act(number, actor) | ({"at": at} if at else {})),
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


def over(
    organisation: str, reason: str = "已由专家论证", because: Literal["silent"] | None = None
) -> Overruled:
    return Overruled(organisation=organisation, reason=reason, because=because)

"""What routing lays upon a desk, and its events, every field filled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from schemas.events.review import StandInNamed, StepMoved, StepYielded
from schemas.values import CaseOutcome, Recall
from services.review.core.commands_of_route import (
    MoveStep,
    NameStandIn,
    RestartClock,
    SuspendClock,
    YieldStep,
)
from tests.review.core.situations import step_id
from tests.support.builders import CASE, HOUSING, at, later, officer, system

UNIT: Final = f"{HOUSING}/u-plots"
STAND_IN: Final = officer("department_clerk", HOUSING, "o-zhou")
UNTIL: Final = at("2025-03-07 17:30")


def _followed(number: int, when: datetime) -> dict[str, Any]:
    return {"key": CASE, "actor": system(HOUSING), "at": when, "step_id": step_id(number)}


def move(number: int = 4, officer_id: str | None = "o-qian", **changes: Any) -> MoveStep:
    known = {**_followed(number, later()), "organisation": HOUSING, "move": 1}
    return MoveStep(**{**known, "officer_id": officer_id, **changes})


def moved(number: int = 4, officer_id: str | None = "o-qian", **changes: Any) -> StepMoved:
    known = {"step_id": step_id(number), "organisation": HOUSING, "role": "joint_convener"}
    return StepMoved.model_validate({**known, "officer_id": officer_id, "move": 1, **changes})


def name_stand_in(number: int = 4, **changes: Any) -> NameStandIn:
    who = {"stand_in": STAND_IN.officer_id, "acting_for": "o-zhao", "role": "joint_convener"}
    period = {"since": later(), "until": UNTIL}
    return NameStandIn(**{**_followed(number, later()), **who, **period, **changes})


def stand_in_named(number: int = 4) -> StandInNamed:
    return StandInNamed(
        step_id=step_id(number),
        stand_in=STAND_IN.officer_id,
        acting_for="o-zhao",
        role="joint_convener",
        since=later(),
        until=UNTIL,
    )


def give_up(number: int = 4, why: Recall = "returned", **changes: Any) -> YieldStep:
    known = {**_followed(number, later(3)), "why": why, "officer_id": "o-zhao"}
    return YieldStep(**{**known, "reason": "需补充现场核实", **changes})


def yielded(number: int = 4, why: Recall = "returned", organisation: str = HOUSING) -> StepYielded:
    return StepYielded(
        step_id=step_id(number), organisation=organisation, why=why, officer_id="o-zhao"
    )


def suspend(number: int = 4, when: datetime | None = None) -> SuspendClock:
    return SuspendClock(**_followed(number, when or later(4)))


def restart(
    number: int = 4, when: datetime | None = None, outcome: CaseOutcome = "approved"
) -> RestartClock:
    return RestartClock(**_followed(number, when or at("2025-03-20 15:00")), outcome=outcome)

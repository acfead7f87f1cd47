"""Commands and events of routing, every field filled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from schemas.events.routing import CaseCompleted, RouteLaid, StepClosed, StepOpened
from schemas.values import PlannedStep, StepOutcome
from services.routing.core.commands import CloseStep, LayRoute
from services.routing.core.decide import decider
from services.routing.core.route import planned_steps
from tests.support.builders import CASE, MONDAY, VILLAGE, county, item, later, system, term

COUNTY_FACTS: Final = county()
routing: Final = decider(COUNTY_FACTS)
LEGAL: Final = term(20, "2025-03-31 17:30")
PROMISED: Final = term(10, "2025-03-17 17:30")
OFFICER: Final = "o-wang"


def lay(shape: str = "township_forwards", **changes: Any) -> LayRoute:
    return LayRoute(
        **{
            "key": CASE,
            "actor": system(),
            "at": MONDAY,
            "item_code": shape.replace("_", "-"),
            "item_version": 1,
            "organisation": VILLAGE,
            "legal": LEGAL,
            "promised": PROMISED,
            **changes,
        }
    )


def close(number: int, outcome: StepOutcome, **changes: Any) -> CloseStep:
    known = {"key": CASE, "actor": system(), "at": later(), "officer_id": OFFICER}
    return CloseStep(**{**known, "step_id": f"{CASE}.{number}", "outcome": outcome, **changes})


def planned(shape: str) -> tuple[PlannedStep, ...]:
    return planned_steps(item(shape), VILLAGE, COUNTY_FACTS)


def laid(shape: str = "township_forwards") -> RouteLaid:
    return RouteLaid.model_validate(
        {
            "item_code": shape.replace("_", "-"),
            "item_version": 1,
            "shape": shape,
            "steps": planned(shape),
            "accepted_by": VILLAGE,
        }
    )


def opened(
    shape: str, number: int, started: datetime = MONDAY, due: str = "2025-03-06 17:30"
) -> StepOpened:
    step = planned(shape)[number - 1]
    return StepOpened(
        step_id=f"{CASE}.{number}",
        number=number,
        stage=step.stage,
        title=step.title,
        organisation=step.organisation,
        duty=step.duty,
        role=step.role,
        item_code=shape.replace("_", "-"),
        term=term(3, due, started),
        legal=LEGAL,
        promised=PROMISED,
        item_version=1,
        accepted_by=VILLAGE,
    )


def closed(shape: str, number: int, outcome: StepOutcome) -> StepClosed:
    return StepClosed(
        step_id=f"{CASE}.{number}",
        number=number,
        organisation=planned(shape)[number - 1].organisation,
        outcome=outcome,
        officer_id=OFFICER,
    )


APPROVED: Final = CaseCompleted(outcome="approved")
REJECTED: Final = CaseCompleted(outcome="rejected")

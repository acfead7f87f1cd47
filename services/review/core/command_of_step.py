"""What every command of review has."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.values import StepId
from services.kernel import decider


@dataclass(frozen=True, slots=True, kw_only=True)
class OfStep(decider.Command):
    """Something wanted of one step."""

    step_id: StepId

"""An open step taken back undecided: to the stage before, or straight to the county.

In two steps, since review owns what happens on a desk: routing asks for it (`StepRecalled`), review
yields it (`StepYielded`), only then the route goes on. A decision made before wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.events.base import Event
from schemas.events.moves import StepRecalled, StepReturned, StepUploaded
from schemas.values import PlannedStep, Recall
from services.kernel.decider import Reference, Refused
from services.routing.core.commands import ReturnStep, TakeBackStep, UploadStep
from services.routing.core.opening import next_stage
from services.routing.core.route import item_of, plan_of
from services.routing.core.state import (
    Closed,
    Open,
    Planned,
    Recalled,
    Step,
    UnderWay,
    returns_of,
)

MOST: Final = 99
"""Steps of one route, as their numbers go."""


def recall(
    state: UnderWay, step: Open, command: ReturnStep | UploadStep, reference: Reference
) -> Sequence[Event]:
    """Ask for the step; nothing where it was asked for in the same words.

    Raises:
        Refused: `routing.step_recalled`, `routing.wrong_duty`, `routing.parallel_under_way`,
            `routing.nothing_before`, `routing.too_many_rounds`, `routing.not_at_township`,
            `routing.upload_not_allowed`, `routing.item_not_recorded`.
    """
    why: Recall = "returned" if isinstance(command, ReturnStep) else "uploaded"
    officer_id = command.actor.officer_id
    if step.recalled is not None:
        if step.recalled == Recalled(why=why, officer_id=officer_id, reason=command.reason):
            return ()
        raise Refused(
            "routing.step_recalled", f"该环节正由 {step.recalled.officer_id} 收回，请稍候刷新。"
        )
    _ahead(state, step, why, reference)
    return [
        StepRecalled(
            step_id=command.step_id,
            number=step.number,
            organisation=step.organisation,
            why=why,
            officer_id=officer_id,
            reason=command.reason,
        )
    ]


def take_back(
    state: UnderWay, step: Open, command: TakeBackStep, reference: Reference
) -> Sequence[Event]:
    """Close the step that was yielded, and open what comes instead.

    Raises:
        Refused: `routing.not_recalled`.
    """
    if (asked := step.recalled) is None:
        raise Refused("routing.not_recalled", f"环节 {step.number} 未被收回，不能退回或上传。")
    ahead = tuple(_ahead(state, step, asked.why, reference))
    of = {
        "step_id": command.step_id,
        "number": step.number,
        "organisation": step.organisation,
        "officer_id": asked.officer_id,
        "reason": asked.reason,
        "ahead": ahead,
    }
    if asked.why == "returned":
        closed: Event = StepReturned.model_validate({**of, "returns": returns_of(state) + 1})
    else:
        closed = StepUploaded.model_validate(of)
    return [closed, *next_stage(ahead, state, command, reference)]


def _ahead(state: UnderWay, step: Open, why: Recall, reference: Reference) -> list[PlannedStep]:
    if why == "returned":
        return _once_more(state, step, reference)
    return _at_the_county(state, step, reference)


def _once_more(state: UnderWay, step: Open, reference: Reference) -> list[PlannedStep]:
    if step.duty == "opinion":
        raise Refused("routing.wrong_duty", "会签环节请直接出具意见，不能退回。")
    if any(isinstance(other, Open) and other is not step for other in state.steps):
        raise Refused("routing.parallel_under_way", "还有并联环节在办，办结后才能退回。")
    rounds: list[Open | Closed] = [*_stage_before(state, step), step]
    if len(rounds) == 1:
        raise Refused("routing.nothing_before", "这是第一个环节，没有上一环节可退回。")
    planned = _planned(state)
    number = max(s.number for s in state.steps) + 1
    again = [
        plan_of(state, earlier, reference).model_copy(
            update={
                "number": number + place,
                "stage": step.stage + (2 if earlier is step else 1),
                "repeats": first_round(earlier),
            }
        )
        for place, earlier in enumerate(rounds)
    ]
    later = [p.model_copy(update={"stage": p.stage + 2}) for p in planned]
    if max(s.number for s in again) > MOST or max(s.stage for s in (*again, *later)) > MOST:
        raise Refused("routing.too_many_rounds", "该办件退回次数过多，请直接作出决定。")
    return [*again, *later]


def _stage_before(state: UnderWay, step: Open) -> Iterator[Closed]:
    """Give the latest round of each step of the stage before, by number; what the township sent
    up because it cannot do it is not before anything."""
    stages = {s.number: s.stage for s in state.steps}
    own = stages[first_round(step)]
    latest: dict[int, Closed] = {}
    for other in state.steps:
        if isinstance(other, Closed) and other.outcome != "uploaded":
            latest[first_round(other)] = other
    earlier = [first for first in latest if stages[first] < own]
    stage = max((stages[first] for first in earlier), default=0)
    yield from (latest[first] for first in sorted(earlier) if stages[first] == stage)


def _at_the_county(state: UnderWay, step: Open, reference: Reference) -> list[PlannedStep]:
    if reference.organisation(step.organisation).kind != "township":
        raise Refused("routing.not_at_township", "只有乡镇环节可以直接上传县级部门。")
    ahead = [
        planned
        for planned in _planned(state)
        if reference.organisation(planned.organisation).kind not in ("village", "township")
    ]
    if "county" not in item_of(state, reference).channels or not ahead:
        raise Refused(
            "routing.upload_not_allowed", "该事项不能在县级受理，须由乡镇办理，不能直接上传。"
        )
    return ahead


def _planned(state: UnderWay) -> list[PlannedStep]:
    return [step.step for step in state.steps if isinstance(step, Planned)]


def first_round(step: Step) -> int:
    """Give the number of the step whose round this is; its own where it is the first."""
    repeats = step.step.repeats if isinstance(step, Planned) else step.repeats
    return repeats or step.number

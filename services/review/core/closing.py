"""Closing a step: the opinion of a consulted department, or the decision."""

from __future__ import annotations

from typing import Final, Literal

from schemas.events.review import OpinionGiven, StepDecided
from schemas.values import Duty, Overruled
from services.kernel.decider import Refused
from services.review.core.commands import Decide, GiveOpinion
from services.review.core.state import Claimed, Closed, State

_OUTCOMES: Final[dict[Duty, tuple[Literal["approved", "rejected", "forwarded"], ...]]] = {
    "decide": ("approved", "rejected"),
    "forward": ("forwarded", "rejected"),
}


def opinion(step: Claimed | Closed, command: GiveOpinion) -> OpinionGiven:
    """Give the opinion of the step's organisation, as it would stand on the log."""
    return OpinionGiven(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        opinion=command.opinion,
        reasons=command.reasons,
    )


def decision(step: Claimed | Closed, command: Decide) -> StepDecided:
    """Give the decision, as it would stand on the log."""
    return StepDecided(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        outcome=command.outcome,
        reasons=command.reasons,
        remedy=command.remedy,
        overruled=tuple(sorted(command.overruled, key=_organisation)),
    )


def require_to_be_heard(step: Claimed) -> None:
    """Pass where an opinion is what the step is for.

    Raises:
        Refused: `review.wrong_duty`.
    """
    if step.duty != "opinion":
        raise Refused("review.wrong_duty", "该环节应作出决定，不是出具意见。")


def require_to_decide(state: State, step: Claimed, command: Decide) -> None:
    """Pass where the decision may stand. Approved means that every consulted department agreed,
    or is overruled by name with a reason (domain §3); a rejection tells the remedy (ALL 38).

    Raises:
        Refused: `review.wrong_duty`, `review.outcome_unfit`, `review.remedy_missing`,
            `review.opinions_outstanding`, `review.not_overruled`, `review.nothing_to_overrule`.
    """
    if step.duty == "opinion":
        raise Refused("review.wrong_duty", "该环节应出具意见，不能作出决定。")
    allowed = _OUTCOMES[step.duty]
    if command.outcome not in allowed:
        raise Refused("review.outcome_unfit", f"该环节只能以 {'、'.join(allowed)} 结束。")
    if command.outcome == "rejected" and command.remedy is None:
        raise Refused("review.remedy_missing", "不予批准须告知申请人复议、诉讼等救济途径。")
    _require_heard(state, command)


def _require_heard(state: State, command: Decide) -> None:
    named = [overruled.organisation for overruled in command.overruled]
    against: set[str] = set()
    if command.outcome == "approved":
        against = _disagreeing(state)
        if skipped := sorted(against.difference(named)):
            raise Refused(
                "review.not_overruled",
                f"{'、'.join(skipped[:8])} 不同意；如仍批准，须逐一列明部门并说明理由。",
            )
    if sorted(named) != sorted(against):
        raise Refused(
            "review.nothing_to_overrule",
            "列明的部门中有重复的，或并未表示不同意的，请核对后再提交。",
        )


def _disagreeing(state: State) -> set[str]:
    by_route = [step for step in state.steps if step.duty == "opinion"]
    again = state.case.consulted if state.case else ()
    outstanding = {s.organisation for s in by_route if not isinstance(s, Closed)}
    outstanding |= {known.organisation for known in again if known.opinion is None}
    if outstanding:
        raise Refused(
            "review.opinions_outstanding",
            f"{'、'.join(sorted(outstanding)[:8])} 尚未出具意见，不能批准。",
        )
    # Asked once more after a return, a department's later word holds.
    latest = {step.organisation: step.outcome for step in by_route if isinstance(step, Closed)}
    against = {organisation for organisation, said in latest.items() if said == "disagreed"}
    # The route asks first; what was said when asked again, or at a meeting, is the later word.
    against -= {known.organisation for known in again if known.opinion == "agreed"}
    return against | {known.organisation for known in again if known.opinion == "disagreed"}


def _organisation(overruled: Overruled) -> str:
    return overruled.organisation

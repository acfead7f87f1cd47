"""Closing a step: the opinion of a consulted department, or the decision."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from schemas.events.review import OpinionGiven, StepDecided
from schemas.values import Duty, Overruled
from services.kernel.decider import Refused
from services.review.core.clocks import instant
from services.review.core.commands import Decide, GiveOpinion
from services.review.core.state import Claimed, Closed, State

_OUTCOMES: Final[dict[Duty, tuple[Literal["approved", "rejected", "forwarded"], ...]]] = {
    "decide": ("approved", "rejected"),
    "forward": ("forwarded", "rejected"),
}
_NEVER: Final = "9999-12-31T00:00:00Z"


def opinion(step: Claimed | Closed, command: GiveOpinion) -> OpinionGiven:
    """Give the opinion of the step's organisation, as it would stand on the log."""
    return OpinionGiven(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        opinion=command.opinion,
        reasons=command.reasons,
    )


def decision(state: State, step: Claimed | Closed, command: Decide) -> StepDecided:
    """Give the decision, as it would stand on the log; who is overruled for its silence is told
    apart from who disagreed."""
    silent = _silent(state, command.at)
    named = (
        over.model_copy(update={"because": "silent" if over.organisation in silent else None})
        for over in command.overruled
    )
    return StepDecided(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        outcome=command.outcome,
        reasons=command.reasons,
        remedy=command.remedy,
        overruled=tuple(sorted(named, key=_organisation)),
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
    or is overruled by name with a reason, also where its time to answer passed in silence
    (domain §3): silence is never consent. A rejection tells the remedy (ALL 38).

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
        against = _disagreeing(state) | _require_in_time(state, command, named)
        if skipped := sorted(against.difference(named)):
            raise Refused(
                "review.not_overruled",
                f"{'、'.join(skipped[:8])} 不同意；如仍批准，须逐一列明部门并说明理由。",
            )
    if sorted(named) != sorted(against):
        raise Refused(
            "review.nothing_to_overrule",
            "列明的部门中有重复的，或并未不同意、并未逾期沉默的，请核对后再提交。",
        )


def _require_in_time(state: State, command: Decide, named: list[str]) -> set[str]:
    """Give who kept silent beyond its time and is overruled for it."""
    silent, outstanding = _silent(state, command.at), _outstanding(state)
    if missing := sorted(outstanding.keys() - silent.intersection(named)):
        late = "、".join(place for place in missing[:8] if place in silent)
        cure = f"{late} 已逾期未表态，可列明并说明理由后批准。" if late else "请等其答复或到期。"
        raise Refused(
            "review.opinions_outstanding",
            f"{'、'.join(missing[:8])} 尚未出具意见，不能批准。{cure}",
        )
    return set(outstanding)


def _silent(state: State, at: datetime) -> set[str]:
    """Give who was not heard although its time has passed, or it was convened and did not come."""
    return {place for place, due_at in _outstanding(state).items() if instant(due_at) < at}


def _outstanding(state: State) -> dict[str, str]:
    """Give who was not heard, and by when it should have been."""
    by_route = (step for step in state.steps if step.duty == "opinion")
    waited = {s.organisation: s.due_at for s in by_route if not isinstance(s, Closed)}
    again = state.case.consulted if state.case else ()
    waited |= {known.organisation: known.due_at for known in again if known.opinion is None}
    for known in again:
        if known.by == "meeting" and known.opinion is None and not known.absent:
            # Its time is up when the minutes say that it did not come, not when the hour has.
            waited[known.organisation] = _NEVER
    return waited


def _disagreeing(state: State) -> set[str]:
    by_route = [step for step in state.steps if step.duty == "opinion"]
    again = state.case.consulted if state.case else ()
    # Asked once more after a return, a department's later word holds.
    latest = {step.organisation: step.outcome for step in by_route if isinstance(step, Closed)}
    against = {organisation for organisation, said in latest.items() if said == "disagreed"}
    # The route asks first; what was said when asked again, or at a meeting, is the later word.
    against -= {known.organisation for known in again if known.opinion == "agreed"}
    return against | {known.organisation for known in again if known.opinion == "disagreed"}


def _organisation(overruled: Overruled) -> str:
    return overruled.organisation

"""内部核查: what another department knows is asked of it, and not of the applicant (002).

An item's checks with a department are asked together with whatever else it is asked, once.
"""

from __future__ import annotations

from schemas.check_values import CheckAnswer, CheckAsked
from schemas.facts import Item
from services.kernel.decider import Reference, Refused
from services.review.core.commands import Decide
from services.review.core.commands_of_consulting import AnswerOpinion
from services.review.core.item import item_of
from services.review.core.state import Consulted, State, consulted_of


def checks_with(item: Item, department: str) -> tuple[CheckAsked, ...] | None:
    """Give what `department` is to look up for a case of `item`; None where nothing."""
    there = tuple(
        CheckAsked(code=check.code, name=check.name)
        for check in item.internal_checks
        if check.department == department
    )
    return there or None


def answers_to(asked: Consulted, command: AnswerOpinion) -> tuple[CheckAnswer, ...] | None:
    """Give what was found, by code; None where nothing was to be looked up.

    Raises:
        Refused: `review.checks_unanswered`, `review.check_answer_unfit`.
    """
    found = tuple(sorted(command.found, key=_code))
    if [answer.code for answer in found] != sorted(asked.checks):
        wanted = "、".join(asked.checks) or "无"
        raise Refused("review.checks_unanswered", f"须逐项答复内部核查，不多不少：{wanted}。")
    if command.opinion == "agreed" and any(answer.found != "found" for answer in found):
        raise Refused("review.check_answer_unfit", "有查无或者不符的，意见应为不同意，并写明情况。")
    return found or None


def require_checked_internally(state: State, command: Decide, reference: Reference) -> None:
    """Pass where every department that knows something was asked; what it found against the
    applicant, or kept silent about, is overruled by name like any opinion.

    Raises:
        Refused: `review.checks_outstanding`.
    """
    if command.outcome != "approved" or state.case is None:
        return
    case, item = item_of(state, reference)
    waiting = [
        check.name for check in item.internal_checks if consulted_of(case, check.department) is None
    ]
    if waiting:
        names = "、".join(waiting[:8])
        raise Refused("review.checks_outstanding", f"{names} 尚未向主管部门内部核查，不能批准。")


def _code(answer: CheckAnswer) -> str:
    return answer.code

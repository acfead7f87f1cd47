"""征求意见: a department that the route does not ask is asked, and answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemas.events.base import Event
from schemas.events.review import OpinionAnswered, OpinionRequested
from schemas.facts import Limit
from services.kernel.decider import Reference, Refused, UnknownReference
from services.kernel.identifiers import fingerprint
from services.kernel.terms import term
from services.review.core.commands_of_consulting import AnswerOpinion, RequestOpinion
from services.review.core.internal_checks import answers_to, checks_with
from services.review.core.item import item_of
from services.review.core.state import Claimed, State, consulted_of


def request_opinion(
    state: State, step: Claimed, command: RequestOpinion, reference: Reference
) -> Sequence[Event]:
    """Give the request with its deadline, by the office hours of the department that is asked.

    Each department is asked once; a meeting hears it again. With it goes what the item has it look
    up (内部核查).

    Raises:
        Refused: `review.wrong_duty`, `review.item_not_recorded`, `review.asks_itself`,
            `review.already_asked`, `review.organisation_unknown`.
    """
    if step.duty == "opinion":
        raise Refused("review.wrong_duty", "征求意见环节不能再征求他人意见，请直接出具意见。")
    case, item = item_of(state, reference)
    require_others(step, [command.asked], reference)
    by_route = any(s.duty == "opinion" and s.organisation == command.asked for s in state.steps)
    if by_route or consulted_of(case, command.asked) is not None:
        raise Refused(
            "review.already_asked",
            f"已向 {command.asked} 征求过意见；如需再议，请召集联席会议。",
        )
    limit = Limit(limit=command.days, unit="working_days")
    return [
        OpinionRequested(
            step_id=step.step_id,
            organisation=step.organisation,
            officer_id=command.actor.officer_id,
            asked=command.asked,
            question=command.question,
            term=term(limit, command.at, command.asked, case.calendar_version, reference),
            checks=checks_with(item, command.asked),
        )
    ]


def answer_opinion(state: State, command: AnswerOpinion) -> Sequence[Event]:
    """Give the answer; nothing where the same was answered before. It may come late: the
    department is heard all the same.

    Raises:
        Refused: `review.not_asked`, `review.already_answered`, `review.checks_unanswered`,
            `review.check_answer_unfit`.
    """
    asked = consulted_of(state.case, command.organisation) if state.case else None
    if asked is None or asked.by != "request":
        raise Refused("review.not_asked", f"该环节没有向 {command.organisation} 征求意见。")
    answered = OpinionAnswered(
        step_id=command.step_id,
        organisation=command.organisation,
        officer_id=command.actor.officer_id,
        opinion=command.opinion,
        reasons=command.reasons,
        found=answers_to(asked, command),
    )
    if asked.opinion is None:
        return [answered]
    if asked.words != fingerprint(answered):
        raise Refused(
            "review.already_answered",
            f"{command.organisation} 已答复“{asked.opinion}”，不能更改；再议请开联席会议。",
        )
    return ()


def require_others(step: Claimed, asked: Iterable[str], reference: Reference) -> None:
    """Pass where each of `asked` (paths) is a known organisation other than the step's.

    Raises:
        Refused: `review.asks_itself`, `review.organisation_unknown`.
    """
    for path in asked:
        if path == step.organisation:
            raise Refused("review.asks_itself", "不必向本机构征求意见。")
        try:
            reference.organisation(path)
        except UnknownReference as unknown:
            raise Refused("review.organisation_unknown", f"没有机构 {path}。") from unknown

"""撤销、撤回、注销、吊销: the document is taken back, once and in writing (ALL 8, 69, 70)."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from schemas.events.results import ResultRevoked
from services.kernel.decider import Refused
from services.kernel.identifiers import fingerprint
from services.review.core.clocks import instant
from services.review.core.commands_of_result import Revoke
from services.review.core.state import State, Step
from services.review.core.state_of_result import Issued


def revoke(state: State, step: Step, command: Revoke) -> Sequence[Event]:
    """Give the revocation; nothing where this very one was made. Also of what was delivered, or
    has run out.

    Raises:
        Refused: `review.not_issued`, `review.already_revoked`.
    """
    issued = issued_of(state)
    known = issued.revoked
    revoked = ResultRevoked(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        document_number=issued.document_number,
        how=command.how,
        grounds=command.grounds,
        basis=command.basis,
        notice_number=command.notice_number,
        revoked_at=command.at if known is None else instant(known.at),
    )
    if known is None:
        return [revoked]
    if known.words != fingerprint(revoked):
        raise Refused(
            "review.already_revoked",
            f"{issued.document_number} 已于 {known.at} 失效。",
        )
    return ()


def issued_of(state: State) -> Issued:
    """Give the document that was issued.

    Raises:
        Refused: `review.not_issued`.
    """
    if state.case is None or state.case.issued is None:
        raise Refused("review.not_issued", "结果尚未颁发，请先颁证。")
    return state.case.issued


def require_in_force(issued: Issued) -> None:
    """Pass where the document was not revoked.

    Raises:
        Refused: `review.result_revoked`.
    """
    if issued.revoked is not None:
        raise Refused("review.result_revoked", f"{issued.document_number} 已被撤销，不再有效。")

"""通办: any office of a level takes an item in; the case is the applicant's own place's."""

from __future__ import annotations

from schemas.facts import Item
from schemas.values import Channel
from services.intake.core.competent import require_competent
from services.intake.core.state import Accepted, AwaitingSupplement, Drafted, NotAccepted, Submitted
from services.kernel.actor import Actor
from services.kernel.competence import may, require
from services.kernel.decider import Command, Reference, Refused

_ALSO_THERE = frozenset({"intake.supplement", "intake.attach_paper"})
"""What the office that took it in may still do once it is handed in."""


def require_taken_in(
    item: Item, places: tuple[str, str | None], channel: Channel, command: Command, facts: Reference
) -> None:
    """Pass where the second of `places` may take `item` in for the first, or there is none.

    Raises:
        Refused: `intake.not_taken_in_elsewhere`, and as `require_competent` of the second.
        UnknownReference: an organisation is not (yet) known.
    """
    own, elsewhere = places
    if elsewhere is None:
        return
    kinds = facts.organisation(own).kind, facts.organisation(elsewhere).kind
    if own == elsewhere or kinds[0] != kinds[1] or kinds[1] not in item.accept_anywhere:
        raise Refused(
            "intake.not_taken_in_elsewhere",
            f"事项“{item.name}”不能由{facts.organisation(elsewhere).name}"
            f"为{facts.organisation(own).name}代收，请到申请人所在地办理。",
        )
    require_competent(item, elsewhere, channel, command.at, facts)


def require_here(
    command: Command,
    state: Drafted | Submitted | AwaitingSupplement | Accepted | NotAccepted,
) -> None:
    """Pass where the actor may do this at the place whose case it is; of a draft, of supplements
    and files also where it was taken in.

    Raises:
        Refused: `rights.denied`.
    """
    if isinstance(state, Drafted):
        own, elsewhere = state.draft.organisation, state.draft.taken_in_at or ""
    else:
        own, elsewhere = state.application.organisation, state.application.taken_in_at
        if command.action not in _ALSO_THERE:
            elsewhere = ""
    _require_at_either(command.actor, command.action, own, elsewhere)


def _require_at_either(actor: Actor, action: str, own: str, elsewhere: str) -> None:
    if not (elsewhere and may(actor, action, elsewhere)):
        require(actor, action, own)

"""用印 (两章制): each use of a seal is an event of its own, on one document of one decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from schemas.events.base import Event
from schemas.events.seals import SealUsed
from schemas.facts import Organisation
from schemas.seal_facts import Seal
from schemas.values import OfficerId, SealOccasion
from services.kernel.actor import is_within
from services.kernel.calendar import local
from services.kernel.decider import Reference, Refused
from services.review.core.commands_of_result import Sealed
from services.review.core.state import Step


def sealed(
    step: Step,
    command: Sealed,
    document_number: str,
    occasion: SealOccasion,
    reference: Reference,
) -> Sequence[Event]:
    """Give the uses of seals on a document that is made out, or corrected, now; nothing where the
    organisation has no seal in force.

    Raises:
        Refused: `review.seal_missing`, `review.seal_unknown`, `review.seal_not_in_force`,
            `review.seal_used`, `review.seal_hand_unfit`.
    """
    organisation = reference.organisation(step.organisation)
    today = local(command.at).date()
    if not command.seals:
        if in_force(organisation, today):
            raise Refused("review.seal_missing", "本机构的文书须加盖印章，请选择所用印章。")
        return ()
    if len(set(command.seals)) < len(command.seals):
        raise Refused("review.seal_used", "同一份文书上，一枚印章只用一次。")
    seals = [_seal(organisation, code, today) for code in sorted(command.seals)]
    return [
        SealUsed(
            step_id=step.step_id,
            organisation=step.organisation,
            officer_id=command.actor.officer_id,
            seal=seal.code,
            kind=seal.kind,
            name=seal.name,
            document_number=document_number,
            occasion=occasion,
            put_on_by=_hand(seal, command.put_on_by, step.organisation, reference),
            used_at=command.at,
        )
        for seal in seals
    ]


def in_force(organisation: Organisation, day: date) -> tuple[Seal, ...]:
    """Give the seals of an organisation that are in force on `day` (local), by code."""
    there = (seal for seal in organisation.seals if _holds(seal, day))
    return tuple(sorted(there, key=lambda seal: seal.code))


def _seal(organisation: Organisation, code: str, day: date) -> Seal:
    known = [seal for seal in organisation.seals if seal.code == code]
    if not known:
        raise Refused("review.seal_unknown", f"{organisation.name} 没有印章“{code}”。")
    for seal in known:
        if _holds(seal, day):
            return seal
    raise Refused("review.seal_not_in_force", f"“{known[-1].name}”在 {day} 未启用或者已停用。")


def _holds(seal: Seal, day: date) -> bool:
    return seal.valid_from <= day and (seal.valid_until is None or day <= seal.valid_until)


def _hand(seal: Seal, named: OfficerId | None, place: str, reference: Reference) -> OfficerId:
    hand = named or seal.keeper
    officer = reference.officer(hand)
    if officer is None or not any(is_within(place, p.organisation) for p in officer.posts):
        raise Refused(
            "review.seal_hand_unfit", f"{hand} 在本机构没有岗位，不能在此用印，请写明实际用印人。"
        )
    return hand

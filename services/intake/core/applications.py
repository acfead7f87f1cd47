"""Putting an application down and handing it in."""

from __future__ import annotations

from schemas.events.intake import ApplicationDrafted, ApplicationSubmitted
from schemas.facts import Item
from services.intake.core.commands import Draft, Submit
from services.intake.core.competent import require_competent
from services.intake.core.papers import require_listed
from services.intake.core.restricting import require_unrestricted
from services.kernel.calendar import local
from services.kernel.competence import require
from services.kernel.decider import Reference
from services.kernel.identifiers import case_number
from services.kernel.terms import ANSWER, term


def drafted(command: Draft, reference: Reference) -> ApplicationDrafted:
    """Give the draft. Raises `Refused` as `_item_of` and `require_unrestricted` do."""
    _item_of(command, reference)
    require_unrestricted(command, reference)
    return ApplicationDrafted(
        item_code=command.item_code,
        item_version=command.item_version,
        organisation=command.organisation,
        channel=command.channel,
        applicant_ref=command.applicant_ref,
        materials=command.materials,
    )


def submitted(command: Submit, reference: Reference) -> ApplicationSubmitted:
    """Give the submission with its number and the date by which it must be answered.

    Papers may be missing: that is what the notice is for. Raises `Refused` as `_item_of` and
    `require_unrestricted` do.
    """
    _item_of(command, reference)
    shown = require_unrestricted(command, reference)
    division = reference.organisation(command.organisation).division
    return ApplicationSubmitted(
        case_number=case_number(command.key, division, local(command.at).date()),
        item_code=command.item_code,
        item_version=command.item_version,
        organisation=command.organisation,
        channel=command.channel,
        applicant_ref=command.applicant_ref,
        agent_ref=command.agent_ref,
        materials=command.materials,
        answer=term(ANSWER, command.at, command.organisation, command.calendar_version, reference),
        captured_at=command.captured_at,
        restrictions=shown,
    )


def _item_of(command: Draft | Submit, reference: Reference) -> Item:
    """Give the item, which may be handed in here and asks for every paper named.

    Raises:
        Refused: `rights.denied`, `intake.item_not_in_force`, `intake.channel_closed`,
            `intake.organisation_not_competent`, `intake.material_not_listed`.
        UnknownReference: the item or an organisation is not (yet) known.
    """
    require(command.actor, command.action, command.organisation)
    item = reference.item(command.item_code, command.item_version)
    require_competent(item, command.organisation, command.channel, command.at, reference)
    require_listed(item, (material.code for material in command.materials))
    return item

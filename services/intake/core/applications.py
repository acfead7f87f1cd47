"""Putting an application down and handing it in."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.events.intake import ApplicationDrafted, ApplicationSubmitted
from schemas.facts import Item
from services.intake.core.anywhere import require_taken_in
from services.intake.core.captures import require_plausible
from services.intake.core.commands import Draft, Submit
from services.intake.core.competent import require_competent, require_not_barred
from services.intake.core.likeness import require_new
from services.intake.core.mandates import require_mandate
from services.intake.core.papers import require_listed
from services.intake.core.preconditions import require_preconditions
from services.intake.core.restricting import require_unrestricted
from services.intake.core.reuse import require_reusable
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
        agent_ref=command.agent_ref,
        mandate=command.mandate,
        captured_at=command.captured_at,
        taken_in_at=command.taken_in_at,
    )


def submitted(
    command: Submit, reference: Reference, files: Iterable[str] = ()
) -> ApplicationSubmitted:
    """Give the submission with its number and the date by which it must be answered. `files`:
    names of those that lie with its draft.

    Papers may be missing: that is what the notice is for. Raises `Refused` as `_item_of` does,
    and as `require_unrestricted`, `require_preconditions` and `require_new`.
    """
    item = _item_of(command, reference)
    shown = require_unrestricted(command, reference)
    met = require_preconditions(item, command, files)
    require_new(command)
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
        mandate=command.mandate,
        confirmed_duplicates=tuple(case.case_id for case in command.alike),
        duplicate_reason=command.duplicate_reason if command.alike else None,
        restrictions=shown,
        family=command.family,
        preconditions=met,
        taken_in_at=command.taken_in_at,
    )


def _item_of(command: Draft | Submit, reference: Reference) -> Item:
    """Give the item, which may be handed in here and asks for every paper named.

    Raises:
        Refused: `rights.denied`, `intake.item_not_in_force`, `intake.on_negative_list`,
            `intake.channel_closed`, `intake.organisation_not_competent`,
            `intake.material_not_listed`, and as `require_taken_in`, `require_mandate`,
            `require_plausible` and `require_reusable`.
        UnknownReference: the item or an organisation is not (yet) known.
    """
    require(command.actor, command.action, command.taken_in_at or command.organisation)
    item = reference.item(command.item_code, command.item_version)
    require_not_barred(item, command.barred)
    require_competent(item, command.organisation, command.channel, command.at, reference)
    places = command.organisation, command.taken_in_at
    require_taken_in(item, places, command.channel, command, reference)
    require_listed(item, (material.code for material in command.materials))
    require_reusable(item, command.materials, command.applicant_ref, command.earlier)
    require_mandate(command, item)
    require_plausible(command.captured_at, command.at)
    return item

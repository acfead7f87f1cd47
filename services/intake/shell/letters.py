"""What intake's documents say: from one event each, and the application that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.events.intake import (
    ApplicationSubmitted,
    CaseAccepted,
    CaseNotAccepted,
    DeficiencyNotified,
)
from schemas.facts import Item
from schemas.values import Material
from services.kernel.decider import Reference
from services.kernel.due_in_words import due_in_words
from services.kernel.identifiers import PaperKind, paper_number
from services.runtime.wording_of_letters import (
    CHANNELS,
    FORMS,
    NAMELESS,
    PROVISIONAL,
    day,
    limit,
    minute,
    organisation,
)

NameOf: TypeAlias = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Letter:
    """A document, ready to be printed."""

    kind: PaperKind
    number: str
    at: datetime
    """When it was issued."""
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What the letters of one application need beside their event."""

    case_number: str
    place: str
    """Path of the organisation where it lies."""
    item: Item
    applicant_ref: str
    query_code: str
    reference: Reference
    name_of: NameOf

    def receipt(self, event: ApplicationSubmitted, at: datetime) -> Letter:
        """收件凭证（受理单）. What was handed in, and by when it will be answered."""
        agent = event.agent_ref and (self.name_of(event.agent_ref) or NAMELESS)
        return self._letter(
            "receipt",
            at,
            agent=agent,
            submitted_at=minute(at),
            channel=CHANNELS[event.channel],
            due_at=minute(event.answer.due_at),
            query_code=self.query_code,
            materials=[self._material(material) for material in event.materials],
            days=due_in_words(event.answer, (), self.place, self.reference),
        )

    def acceptance(self, event: CaseAccepted, at: datetime) -> Letter:
        """受理通知书. By when the case will be done, by promise and by law."""
        uncertain = event.legal.provisional or event.promised.provisional
        return self._letter(
            "acceptance",
            at,
            legal_basis=self.item.legal_basis,
            department=organisation(event.department, self.reference),
            deemed=event.deemed,
            accepted_at=minute(event.legal.started_at),
            promised=limit(event.promised),
            promised_due_at=minute(event.promised.due_at),
            legal=limit(event.legal),
            legal_due_at=minute(event.legal.due_at),
            provisional=PROVISIONAL if uncertain else "",
            days=due_in_words(event.promised, (), self.place, self.reference),
        )

    def deficiency(self, event: DeficiencyNotified, at: datetime) -> Letter:
        """一次性补正告知书. All that is wrong with the papers."""
        names = {material.code: material.name for material in self.item.materials}
        defects = [f"{names.get(d.material, d.material)}：{d.problem}" for d in event.defects]
        return self._letter("deficiency", at, ordinal=event.ordinal, defects=defects)

    def refusal(self, event: CaseNotAccepted, at: datetime) -> Letter:
        """不予受理通知书. Why, by which law, and what can be done about it (ALL 32, 38)."""
        return self._letter(
            "refusal",
            at,
            reason=event.reason,
            basis=event.basis,
            remedy=event.remedy,
        )

    def of(self, envelope: Envelope[Event]) -> Letter:
        """Give the letter that an event calls for.

        Raises:
            LookupError: it calls for none.
        """
        at = envelope.occurred_at
        match envelope.event:
            case ApplicationSubmitted() as event:
                return self.receipt(event, at)
            case CaseAccepted() as event:
                return self.acceptance(event, at)
            case DeficiencyNotified() as event:
                return self.deficiency(event, at)
            case CaseNotAccepted() as event:
                return self.refusal(event, at)
            case other:
                raise LookupError(other.type)

    def _letter(self, kind: PaperKind, at: datetime, ordinal: int = 1, **facts: Any) -> Letter:
        place = organisation(self.place, self.reference)
        known = {
            "case_number": self.case_number,
            "item": self.item.name,
            "applicant": self.name_of(self.applicant_ref) or NAMELESS,
            "place": place,
            "issuer": place,
            "issued_on": day(at),
        }
        return Letter(kind, paper_number(self.case_number, kind, ordinal), at, {**known, **facts})

    def _material(self, material: Material) -> str:
        known = next((m.name for m in self.item.materials if m.code == material.code), None)
        return f"{known or material.code}，{FORMS[material.form]} {material.count} 份"

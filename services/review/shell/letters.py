"""What review's documents say: from one event each, and the case that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.events.custody import ResultReissued
from schemas.events.intake import CaseAccepted
from schemas.events.results import ResultIssued
from schemas.events.review import ClockExtended, ClockStopped, StepDecided
from schemas.facts import Item
from schemas.values import Procedure, Term
from services.kernel.decider import Reference
from services.kernel.identifiers import paper_number
from services.runtime.wording_of_letters import NAMELESS, day, minute, organisation

Made: TypeAlias = ResultIssued | ResultReissued
"""A result document, the first or a duplicate copy."""
NameOf: TypeAlias = Callable[[str], str | None]
PROCEDURES: Final[dict[Procedure, str]] = {
    "survey": "现场勘查",
    "hearing": "听证",
    "inspection": "检验",
    "testing": "检测",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
    "publication": "公示",
}
_TITLES: Final = {"approved": "准予决定书", "rejected": "不予批准决定书"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A document, ready to be printed."""

    template: str
    number: str
    at: datetime
    """When it was issued."""
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What the letters of one case need beside their event."""

    accepted: CaseAccepted
    item: Item
    reference: Reference
    name_of: NameOf
    seals: tuple[str, ...] = ()
    """Names of those on the result."""

    def of(self, envelope: Envelope[Event], ordinal: int) -> Letter:
        """Give the letter that an event calls for; `ordinal` as in its number.

        Raises:
            LookupError: it calls for none.
        """
        at = envelope.occurred_at
        match envelope.event:
            case StepDecided() as event:
                return self.decision(event, at, ordinal)
            case ClockStopped() as event:
                return self.stop(event, at, ordinal)
            case ClockExtended() as event:
                return self.extension(event, at, ordinal)
            case ResultIssued() | ResultReissued() as event:
                return self.result(event)
            case other:
                raise LookupError(other.type)

    def decision(self, event: StepDecided, at: datetime, ordinal: int) -> Letter:
        """决定书. Reasons and law; of a rejection the remedy, too (ALL 38)."""
        document = self.item.document
        return self._letter(
            "decision",
            paper_number(self.accepted.case_number, "decision", ordinal),
            at,
            event.organisation,
            title=_TITLES[event.outcome],
            approved=event.outcome == "approved",
            reasons=event.reasons,
            remedy=event.remedy or "",
            legal_basis=self.item.legal_basis,
            document=document.name if document else "",
            overruled=[
                f"{organisation(each.organisation, self.reference)}：{each.reason}"
                for each in event.overruled
            ],
        )

    def stop(self, event: ClockStopped, at: datetime, ordinal: int) -> Letter:
        """特别程序告知书. For how long the clock stands still, told in writing (ALL 45)."""
        allowed = next((p for p in self.item.procedures if p.procedure == event.procedure), None)
        return self._letter(
            "stop",
            paper_number(self.accepted.case_number, "stop", ordinal),
            at,
            event.organisation,
            procedure=PROCEDURES[event.procedure],
            basis=allowed.basis if allowed else "",
            announced_days=event.announced_days,
            notice_number=event.notice_number,
            stopped_at=minute(event.stopped_at),
            runs_again_at=minute(event.runs_again_at),
            clocks=_clocks(event.term, event.promised, event.legal),
        )

    def extension(self, event: ClockExtended, at: datetime, ordinal: int) -> Letter:
        """延长办理期限告知书. By how many days and why, before it was due (ALL 42)."""
        return self._letter(
            "extension",
            paper_number(self.accepted.case_number, "extension", ordinal),
            at,
            event.organisation,
            days=event.days,
            reasons=event.reasons,
            clocks=_clocks(event.term, event.promised, event.legal),
        )

    def result(self, event: Made) -> Letter:
        """结果文书. The certificate with its number and how long it holds; a duplicate says which
        number it takes the place of."""
        match event:
            case ResultIssued():
                at, duplicate = event.issued_at, ""
            case ResultReissued():
                at = event.reissued_at
                duplicate = f"第 {event.duplicate} 次补发，原编号 {event.replaces} 作废"
        return self._letter(
            "result",
            event.document_number,
            at,
            event.organisation,
            name=event.name,
            valid_from=_day(event.valid_from),
            valid_until=_day(event.valid_until) if event.valid_until else "长期有效",
            legal_basis=self.item.legal_basis,
            duplicate=duplicate,
            seals="、".join(self.seals),
        )

    def _letter(
        self, template: str, number: str, at: datetime, issuer: str, **facts: Any
    ) -> Letter:
        known = {
            "case_number": self.accepted.case_number,
            "item": self.item.name,
            "applicant": self.name_of(self.accepted.applicant_ref) or NAMELESS,
            "issuer": organisation(issuer, self.reference),
            "issued_on": day(at),
        }
        return Letter(template, number, at, {**known, **facts})


def as_it_reads(issued: Made, told: Mapping[str, Any]) -> Made:
    """Give a result as it reads after corrections, by what its step tells (`document`)."""
    now = told.get("document") or {}
    known = {name: now[name] for name in ("name", "valid_from") if now.get(name)}
    if now.get("name"):  # else of a time when the step did not tell
        known["valid_until"] = now.get("valid_until")
    return type(issued).model_validate({**issued.model_dump(), **known})


def _clocks(step: Term | None, promised: Term | None, legal: Term | None) -> list[list[str]]:
    named = (("本环节办理期限", step), ("承诺办结日期", promised), ("法定办结日期", legal))
    return [[name, f"{minute(term.due_at)} 前"] for name, term in named if term is not None]


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"

"""Personal data: on `people.facts.v1` and nowhere else; everything else knows a pseudonym."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast

import structlog
from pydantic import ValidationError

from schemas.facts import Person, PersonSource
from schemas.values import DocumentKind
from services.intake.shell.bodies import Applicant
from services.intake.shell.identity import checked_number
from services.intake.shell.people_index import PeopleIndex
from services.kernel.identifiers import applicant_ref, query_code
from services.runtime.fact_writer import FactWriter
from services.runtime.metrics import count
from services.runtime.problems import Problem

TOPIC: Final = "people.facts.v1"
_TOLD: Final = (
    "name",
    "kind",
    "document_kind",
    "id_number",
    "phone",
    "address",
    "household_division",
)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Telling:
    """By which window, and on which day, somebody is told of."""

    source: str
    """Path of the organisation."""
    on: date
    """Local day."""
    confirmed: bool = False
    """Whether what differs from what is known was looked at and is right."""
    allowed: bool = True
    """Whether whoever tells it may take people in there. Else nothing is kept, and nothing told of
    what is known: the rules refuse what it was told for."""


class People:
    """Keeps applicants under their pseudonyms; follows what all instances write."""

    def __init__(self, bootstrap: str, secret: bytes) -> None:
        self._facts, self._secret = FactWriter(bootstrap, TOPIC), secret
        self._index = PeopleIndex()

    def take(self, record: Any) -> None:
        """Take a record of the topic; without value it erases."""
        key = (record.key or b"").decode(errors="replace")
        try:
            if record.value is None:
                self._index.erase(key)
            else:
                self._index.put(Person.model_validate_json(record.value))
        except (ValidationError, ValueError):
            # Never with the text of the error: it may quote the person.
            count("dead_letters", topic=TOPIC)
            log.warning("fact dropped", topic=TOPIC, offset=record.offset, reason="fact.malformed")

    def sought(self, number: Applicant, on: date) -> tuple[str, DocumentKind]:
        """Give the pseudonym of the holder of a number, and of which document it is.

        Raises:
            Problem: 422 `intake.identity_invalid`.
        """
        ref, given = self._identified(number, on, "")
        return ref, cast(DocumentKind, given["document_kind"])

    def find(self, ref: str) -> Person | None:
        """Give who it is; None where nobody of that pseudonym is known."""
        return self._index.find(ref)

    async def remember(
        self, applicant: Applicant, telling: Telling, place: Literal["applicant", "agent"]
    ) -> str:
        """Write who it is, beside what is known already; give the pseudonym.

        Raises:
            Problem: 422 `intake.identity_invalid`; 409 `intake.person_differs`, the same number
                was known by another name; 503 `log.unavailable`.
        """
        ref, given = self._identified(applicant, telling.on, place)
        if not telling.allowed:
            return ref
        known = self._index.find(ref)
        if known is not None and not telling.confirmed:
            _require_same(known, given, place, telling)
        person = _merged(ref, known, given, telling)
        if person != known:
            await self._facts.put(ref, person.model_dump_json().encode())
            self._index.put(person)
        return ref

    async def erase(self, ref: str) -> None:
        """Write the tombstone: every reader forgets the person, the log does when it compacts.

        Raises:
            Problem: 503 `log.unavailable`.
        """
        await self._facts.put(ref, None)
        self._index.erase(ref)

    def seal(self, purpose: str, text: str) -> str:
        """Give what only this installation can write under `text`, for a confirmation."""
        return hmac.digest(self._secret, f"{purpose}\0{text}".encode(), "sha256").hex()

    def name_of(self, ref: str) -> str | None:
        """Give the name; None where nobody of that pseudonym is known, or any longer."""
        person = self._index.find(ref)
        return None if person is None else person.name

    def query_code(self, case_id: str) -> str:
        """Give the code with which the villager may ask after the case; kept nowhere."""
        return query_code(self._secret, case_id)

    async def close(self) -> None:
        """Leave Kafka."""
        await self._facts.close()

    def _identified(
        self, applicant: Applicant, on: date, place: str
    ) -> tuple[str, Mapping[str, str]]:
        """Give the pseudonym and what was told, without what was left out."""
        given: dict[str, str] = applicant.model_dump(exclude_none=True)
        identity = f"{applicant.name}/{applicant.phone}"
        if applicant.id_number is not None:
            identity, document = checked_number(
                applicant.id_number, applicant.kind, applicant.document_kind, on, place
            )
            given |= {"id_number": identity, "document_kind": document}
            if document not in ("resident_id", "credit_code"):
                # Numbers of other documents are not unique among the kinds.
                identity = f"{document}/{identity}"
        return applicant_ref(self._secret, identity), given


def _require_same(known: Person, given: Mapping[str, str], place: str, telling: Telling) -> None:
    """Raises:
    Problem: 409 `intake.person_differs`, with both sources; the known name is masked."""
    if known.name == given["name"]:
        return
    source = source_of(known, "name")
    recorded = {"value": masked_name(known.name), **(_dated(source) if source else {})}
    difference = {
        "field": f"{place}.name",
        "recorded": recorded,
        "given": {"source": telling.source, "on": telling.on.isoformat()},
    }
    since = f"，{source.on} 由 {source.source} 登记" if source else ""
    raise Problem(
        "intake.person_differs",
        409,
        detail=f"该证件号码已登记为“{recorded['value']}”{since}，与所填姓名（名称）不同。"
        "请核对证件；确已改名的，请确认后再提交。",
    ).telling(differences=[difference])


def _merged(ref: str, known: Person | None, given: Mapping[str, str], telling: Telling) -> Person:
    """Give the person with what was told now; what was not told stays, with its source."""
    before = {} if known is None else known.model_dump(exclude_none=True)
    changed = {name for name in _TOLD if name in given and given[name] != before.get(name)}
    if known is not None and not changed:
        return known
    kept = [] if known is None else list(known.sources)
    sources = [
        PersonSource(fields=left, source=source.source, on=source.on)
        for source in kept
        if (left := tuple(name for name in source.fields if name not in changed))
    ]
    sources.append(
        PersonSource(fields=tuple(sorted(changed)), source=telling.source, on=telling.on)
    )
    values = {name: given.get(name, before.get(name)) for name in _TOLD}
    return Person.model_validate({**values, "applicant_ref": ref, "sources": tuple(sources)})


def source_of(person: Person, name: str) -> PersonSource | None:
    """Give who told a field of `person`, and when; None where it was written before sources."""
    return next((source for source in person.sources if name in source.fields), None)


def masked_name(name: str) -> str:
    """Give a name as others may see it: 张*明, 张*."""
    if len(name) < 2:
        return name
    return name[0] + "*" * (len(name) - 2 or 1) + (name[-1] if len(name) > 2 else "")


def _dated(source: PersonSource) -> dict[str, str]:
    return {"source": source.source, "on": source.on.isoformat()}

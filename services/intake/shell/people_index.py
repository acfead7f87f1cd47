"""The people facts in the memory of an API process, small enough for a province's county."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import orjson

from schemas.facts import Person, PersonSource

FIELDS: Final = ("name", "kind", "document_kind", "id_number", "phone", "address")
"""Fields of a person in the order in which they are kept, before `household_division`."""
_KEPT: Final = (*FIELDS, "household_division")


class PeopleIndex:
    """Persons by pseudonym; about 300 bytes each (ADR 0012). One thread."""

    def __init__(self) -> None:
        self._packed: dict[bytes, bytes] = {}
        self._names: list[str] = []
        """Of sources and of fields: each is kept once."""
        self._number: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._packed)

    def put(self, person: Person) -> None:
        """Keep `person` in place of what was known."""
        values: list[Any] = [getattr(person, name) for name in _KEPT]
        for source in person.sources:
            fields = [self._numbered(name) for name in source.fields]
            values.append([self._numbered(source.source), source.on.toordinal(), *fields])
        # A copy: what orjson gives has been shrunk in place, and holds on to ten times as much.
        self._packed[_key(person.applicant_ref)] = bytes(memoryview(orjson.dumps(values)))

    def erase(self, applicant_ref: str) -> None:
        """Forget a person; one who is not known stays so."""
        self._packed.pop(_key(applicant_ref), None)

    def find(self, applicant_ref: str) -> Person | None:
        """Give a person; None where nothing is known."""
        packed = self._packed.get(_key(applicant_ref))
        if packed is None:
            return None
        values = orjson.loads(packed)
        return Person(
            applicant_ref=applicant_ref,
            sources=tuple(self._source(source) for source in values[len(_KEPT) :]),
            **dict(zip(_KEPT, values, strict=False)),
        )

    def _source(self, packed: list[int]) -> PersonSource:
        source, day, *fields = packed
        return PersonSource(
            fields=tuple(self._names[field] for field in fields),
            source=self._names[source],
            on=date.fromordinal(day),
        )

    def _numbered(self, name: str) -> int:
        found = self._number.get(name)
        if found is None:
            found = self._number[name] = len(self._names)
            self._names.append(name)
        return found


def _key(applicant_ref: str) -> bytes:
    return bytes.fromhex(applicant_ref.removeprefix("p-"))

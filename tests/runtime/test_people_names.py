"""Names of applicants, as the people facts tell them, and gone when they are erased."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.facts import Person
from services.runtime.people_names import PeopleNames
from tests.support.builders import APPLICANT


@dataclass(frozen=True)
class Record:
    """As a consumer gives it."""

    value: bytes | None
    key: bytes | None = APPLICANT.encode()
    offset: int = 0


def person(name: str) -> Record:
    fact = Person(applicant_ref=APPLICANT, name=name, kind="person")
    return Record(fact.model_dump_json().encode())


def test_a_name_is_known_changed_and_erased() -> None:
    names = PeopleNames()
    assert names.name_of(APPLICANT) is None
    for name in ("张明", "王𠮷"):
        names.take(person(name))
        assert names.name_of(APPLICANT) == name
    names.take(Record(None))
    assert names.name_of(APPLICANT) is None


def test_what_cannot_be_read_changes_nothing() -> None:
    names = PeopleNames()
    names.take(person("张明"))
    names.take(Record(b"\xff"))
    names.take(Record(b"{}", key=None))
    assert names.name_of(APPLICANT) == "张明"

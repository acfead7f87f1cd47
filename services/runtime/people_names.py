"""Names of applicants in the memory of an API process, for the documents that it prints."""

from __future__ import annotations

from typing import Any, Final

import structlog
from pydantic import ValidationError

from schemas.facts import Person

TOPIC: Final = "people.facts.v1"
log = structlog.get_logger()


class PeopleNames:
    """A name for each pseudonym that is not erased; takes the records of the people facts."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name_of(self, applicant_ref: str) -> str | None:
        """Give the name; None where the person is not (yet) known, or was erased."""
        return self._names.get(applicant_ref)

    def take(self, record: Any) -> None:
        """Take a record of the topic; without value it erases."""
        ref = (record.key or b"").decode(errors="replace")
        if record.value is None:
            self._names.pop(ref, None)
            return
        try:
            self._names[ref] = Person.model_validate_json(record.value).name
        except ValidationError:
            # Never with the text of the error: it may quote the person.
            log.warning("fact dropped", topic=TOPIC, offset=record.offset, reason="fact.malformed")

"""Personal data: on `people.facts.v1` and nowhere else; everything else knows a pseudonym."""

from __future__ import annotations

from schemas.facts import Person
from services.intake.shell.bodies import Applicant
from services.kernel.identifiers import applicant_ref, query_code
from services.runtime.fact_writer import FactWriter

TOPIC = "people.facts.v1"


class People:
    """Keeps applicants under their pseudonyms."""

    def __init__(self, bootstrap: str, secret: bytes) -> None:
        self._facts, self._secret = FactWriter(bootstrap, TOPIC), secret

    async def remember(self, applicant: Applicant) -> str:
        """Write who it is; give the pseudonym, the same for the same identity number.

        Raises:
            Problem: 503 `log.unavailable`.
        """
        identity = applicant.id_number or f"{applicant.name}/{applicant.phone}"
        ref = applicant_ref(self._secret, identity)
        person = Person(
            applicant_ref=ref,
            name=applicant.name,
            kind=applicant.kind,
            id_number=applicant.id_number,
            phone=applicant.phone,
        )
        await self._facts.put(ref, person.model_dump_json().encode())
        return ref

    def query_code(self, case_id: str) -> str:
        """Give the code with which the villager may ask after the case; kept nowhere."""
        return query_code(self._secret, case_id)

    async def close(self) -> None:
        """Leave Kafka."""
        await self._facts.close()

"""What intake answers with, for those who read its API document."""

from __future__ import annotations

from pydantic import Field

from services.runtime.api_document import TermTold, Told


class ApplicationTold(Told):
    """An application: always its head, the rest by how far it has come."""

    case_id: str
    status: str
    """`drafted`, `submitted`, `awaiting_supplement`, `accepted`, `not_accepted`, `withdrawn`."""
    version: int = Field(ge=0)
    case_number: str | None = None
    query_code: str | None = None
    """For the villager; told when it is handed in."""
    answer: TermTold | None = None
    """By when the desk has to say whether the papers will do."""
    legal: TermTold | None = None
    promised: TermTold | None = None
    notice_number: str | None = None
    wanting: list[str] | None = None
    """Codes of the papers that the deficiency notice asks for."""
    item_code: str | None = None
    item_version: int | None = None
    organisation: str | None = None

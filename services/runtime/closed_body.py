"""What callers send: no field that is not known, and no text that nobody can read."""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

_UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but for tab and line ends
    r"\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"  # no width; turned round
    r"\ud800-\udfff]"  # halves of a character
)
"""Two names that differ in one of these look alike, or one reads backwards in a document. The
joiners of other scripts (U+200C, U+200D) are not among them."""


class ClosedBody(BaseModel):
    """Closed: a misspelt field is an error, not silence; so is a text of blanks, and one with
    characters that are not seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        _require_readable(value)
        return value


def _require_readable(value: Any) -> None:
    if isinstance(value, str):
        if _UNSEEN.search(value):
            raise PydanticCustomError("text_unseen", "characters that are not seen")
        if value and not value.strip("\u200c\u200d").strip():
            raise PydanticCustomError("text_blank", "blanks only")
    elif isinstance(value, list):
        for part in value:
            _require_readable(part)
    elif isinstance(value, dict):
        for part in value.values():
            _require_readable(part)

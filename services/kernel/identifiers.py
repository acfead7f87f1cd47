"""Numbers and names that are derived, never drawn: the same case always gets the same ones."""

from __future__ import annotations

import hmac
import re
from datetime import date
from hashlib import sha256
from typing import Final, Literal, TypeAlias

from schemas.events.base import Event

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O or U, which are misread at a window."""

PaperKind: TypeAlias = Literal[
    "receipt", "acceptance", "deficiency", "refusal", "decision", "stop", "extension"
]
_PAPERS: Final[dict[PaperKind, str]] = {
    "receipt": "",
    "acceptance": "S",
    "deficiency": "B",
    "refusal": "N",
    "decision": "D",
    "stop": "T",
    "extension": "Y",
}
_OF_LETTER: Final = {letter: kind for kind, letter in _PAPERS.items()}
_PAPER_TAIL: Final = re.compile(r"([SBNDTY])([1-9][0-9]?)", re.ASCII)
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_CASE_NUMBER: Final = re.compile(
    rf"\d{{6}}\d{{2}}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[{ALPHABET}]{{9}}", re.ASCII
)
_DOCUMENT_NUMBER: Final = re.compile(rf"\d{{10}}[{ALPHABET}]{{9}}", re.ASCII)
_FIELD: Final = 0b100101
"""x⁵ + x² + 1: with it, doubling runs through all 31 elements of GF(32) but zero."""


def case_number(case_id: str, division: str, on: date) -> str:
    """Give the number on the receipt slip: 6 digits of the division, the local day as `yymmdd`,
    8 characters derived from `case_id`, 1 check character.

    One wrong character, or any two exchanged, is noticed: the code is linear over GF(32), and
    its 21 places have 21 different weights.
    """
    body = division[:6] + on.strftime("%y%m%d") + _characters(sha256(case_id.encode()).digest())
    return body + ALPHABET[_double(_remainder(body))]


def is_case_number(text: str) -> bool:
    """Say whether `text` is written as a case number and its check character fits."""
    return _CASE_NUMBER.fullmatch(text) is not None and _remainder(text) == 0


def notice_number(case_number: str, ordinal: int) -> str:
    """Give the number of the `ordinal`th deficiency notice (补正告知书) of a case."""
    return f"{case_number}-B{ordinal}"


def document_number(case_id: str, division: str, year: int, duplicate: int = 0) -> str:
    """Give the number of a case's result document: 6 digits of the division, the year, 8
    characters derived from `case_id`, 1 check character as in `case_number`. Each `duplicate`
    copy (补发), counted from 1, has another."""
    named = f"document/{case_id}/{duplicate}" if duplicate else f"document/{case_id}"
    digest = sha256(named.encode()).digest()
    body = f"{division[:6]}{year:04d}{_characters(digest)}"
    return body + ALPHABET[_double(_remainder(body))]


def paper_number(case_number: str, kind: PaperKind, ordinal: int = 1) -> str:
    """Give the number of a paper that a case brings forth, but for its result: the case number,
    then the kind and which of its kind it is. The receipt (受理单) bears the case number."""
    letter = _PAPERS[kind]
    return f"{case_number}-{letter}{ordinal}" if letter else case_number


def paper_of(number: str) -> tuple[str, PaperKind, int] | None:
    """Give case number, kind and ordinal of a `paper_number`; None where it is none."""
    body, dash, tail = number.partition("-")
    if not is_case_number(body):
        return None
    if not dash:
        return body, "receipt", 1
    found = _PAPER_TAIL.fullmatch(tail)
    if found is None:
        return None
    return body, _OF_LETTER[found[1]], int(found[2])


def document_code(secret: bytes, number: str) -> str:
    """Give the 8 characters printed beside the number of a document (核验码): whoever holds the
    paper can have it checked, nobody forges one without `secret`."""
    return _characters(_mac(secret, "document-code", number))


def is_document_number(text: str) -> bool:
    """Say whether `text` is written as the number of a result and its check character fits."""
    return _DOCUMENT_NUMBER.fullmatch(text) is not None and _remainder(text) == 0


def query_code(secret: bytes, case_id: str) -> str:
    """Give the 8 characters that let the applicant see the case; nobody guesses them without
    `secret`."""
    return _characters(_mac(secret, "query-code", case_id))


def applicant_ref(secret: bytes, identity: str) -> str:
    """Give the pseudonym of a person or body by the number of their identity document. Case and
    outer blanks do not matter."""
    return "p-" + _mac(secret, "applicant", identity.strip().upper()).hex()[:24]


def fingerprint(event: Event) -> str:
    """Give 16 hexadecimal characters by which an event is known again: equal for equal events.

    What is None does not count, so that an optional field added later changes none of an older
    event.
    """
    written = event.type.encode() + event.__pydantic_serializer__.to_json(event, exclude_none=True)
    return sha256(written).hexdigest()[:16]


def text_mark(text: str) -> str:
    """Give 16 hexadecimal characters by which a text is known again without keeping it."""
    return sha256(text.encode()).hexdigest()[:16]


def _mac(secret: bytes, purpose: str, text: str) -> bytes:
    # The purpose is part of the message: a query code must not be computable from a pseudonym.
    return hmac.digest(secret, f"{purpose}\0{text}".encode(), "sha256")


def _characters(digest: bytes) -> str:
    bits = int.from_bytes(digest[:5], "big")
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(35, -5, -5))


def _remainder(text: str) -> int:
    remainder = 0
    for character in text:
        remainder = _double(remainder) ^ _VALUE[character]
    return remainder


def _double(element: int) -> int:
    element <<= 1
    return element ^ _FIELD if element & 32 else element

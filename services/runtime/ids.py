"""Where ids come from. Minted at the edge, or derived: the same parent and name, the same id."""

from __future__ import annotations

import re
from typing import Final

import uuid_utils

_TEXT: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def new_case_id() -> str:
    """Mint a UUIDv7 in lower case; those minted later sort later. Good for sessions, too."""
    return str(uuid_utils.uuid7())


def derived_id(parent: str, name: str) -> str:
    """Give `uuid5(parent, name)` in lower case, for ever the same for the same two texts.

    Hot: three a command. 0.6 µs here against 5.4 µs by `uuid.uuid5` and 1.3 µs by SHA-1 by hand.

    Raises:
        ValueError: `parent` is not a UUID.
    """
    return str(uuid_utils.uuid5(uuid_utils.UUID(parent), name))


def id_beside(case_id: str, name: str) -> str:
    """Give the id of a case that begins together with `case_id`, for ever the same for the same
    two texts: derived as by `derived_id`, but with the time (and version) of `case_id`, for ids
    of cases are looked through by their time.

    Raises:
        ValueError: `case_id` is not a UUID.
    """
    derived = derived_id(case_id, name)
    return case_id[:15] + derived[15:]


def is_uuid(text: str) -> bool:
    """Say whether `text` is a UUID as we write it: lower case, with hyphens, of any version."""
    return _TEXT.fullmatch(text) is not None

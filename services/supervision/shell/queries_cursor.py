"""Where a page of a list ended, as text for an address."""

from __future__ import annotations

import base64

import orjson


class BadCursor(ValueError):
    """Not a cursor that this list gave out."""


def write_cursor(*place: object) -> str:
    """Give the place of a row as text for an address."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def read_cursor(cursor: str, length: int) -> list[str]:
    """Give the place that `write_cursor` wrote.

    Raises:
        BadCursor: it did not.
    """
    try:
        place = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(place, list) or len(place) != length:
            raise BadCursor(cursor)
        for number in place[:-1]:
            int(number)
    except (ValueError, TypeError) as broken:
        raise BadCursor(cursor) from broken
    return [str(part) for part in place]

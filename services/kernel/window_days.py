"""One organisation on one day: the key within which appointments are given out, and its parts."""

from __future__ import annotations

from datetime import date


def window_day(organisation: str, on: date) -> str:
    """Give `qingyun.t-heping.v-dongping@2026-11-23` for a path and a local day; one to one."""
    # Codes of organisations hold no dot; a slash would part the address over HTTP.
    return f"{organisation[1:].replace('/', '.')}@{on.isoformat()}"


def parts_of(key: str) -> tuple[str, date]:
    """Give path and day of what `window_day` gave.

    Raises:
        ValueError: it is not such a key.
    """
    codes, _, day = key.partition("@")
    return "/" + codes.replace(".", "/"), date.fromisoformat(day)


def appointment_id(key: str, number: int) -> str:
    """Give the id of the `number`th booking of a window's day."""
    return f"{key}.{number}"


def key_and_number(appointment: str) -> tuple[str, int]:
    """Give key and number of what `appointment_id` gave."""
    key, _, number = appointment.rpartition(".")
    return key, int(number)

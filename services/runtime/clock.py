"""The only clock. Rules never read it: the time comes with the command."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present, UTC, cut to milliseconds: what is written is what was compared."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

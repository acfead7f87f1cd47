"""How instants, days, shares and spans are written for people: county time, Chinese forms."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from babel.dates import format_date, format_datetime

from services.kernel.calendar import ZONE

LOCALE: Final = "zh_Hans_CN"
NOTHING: Final = "—"
"""Where there is no value; zero is written as 0."""


def instant_of(text: str | datetime) -> datetime:
    """Read an RFC 3339 time.

    Raises:
        ValueError: it is none, or has no offset.
    """
    found = text if isinstance(text, datetime) else datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without offset")
    return found


def second(text: str | None) -> str:
    """Write an instant to the second: 2026年3月2日 09:00:05."""
    if not text:
        return NOTHING
    return format_datetime(instant_of(text), "y年M月d日 HH:mm:ss", tzinfo=ZONE, locale=LOCALE)


def minute(text: str | None) -> str:
    """Write an instant to the minute: 3月2日 09:00."""
    if not text:
        return NOTHING
    return format_datetime(instant_of(text), "M月d日 HH:mm", tzinfo=ZONE, locale=LOCALE)


def clock_time(text: str | None) -> str:
    """Write the time of day of an instant: 09:00:05."""
    if not text:
        return NOTHING
    return format_datetime(instant_of(text), "HH:mm:ss", tzinfo=ZONE, locale=LOCALE)


def day(text: str | date | None) -> str:
    """Write a calendar day with its weekday: 2026年3月2日 周一."""
    if not text:
        return NOTHING
    found = text if isinstance(text, date) else date.fromisoformat(text)
    return format_date(found, "y年M月d日 EEE", locale=LOCALE)


def share(value: float | None) -> str:
    """Write a share of 0 to 1 in per cent with one digit: 97.5%."""
    return NOTHING if value is None else f"{value * 100:.1f}%"


def number(value: float | None, digits: int = 1) -> str:
    """Write a number; a whole one without digits."""
    if value is None:
        return NOTHING
    return str(int(value)) if float(value).is_integer() else f"{value:.{digits}f}"


def span(seconds: float | None) -> str:
    """Write a length of time: 2小时05分, 4分10秒, 8秒."""
    if seconds is None:
        return NOTHING
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours}小时{minutes:02d}分"
    return f"{minutes}分{left:02d}秒" if minutes else f"{left}秒"


def until(due_at: str | None, now: datetime) -> str:
    """Write how far off a deadline is in calendar time: 还有2天3小时, 已超期5小时."""
    if not due_at:
        return NOTHING
    left = instant_of(due_at) - now
    word = "已超期" if left < timedelta(0) else "还有"
    left = abs(left)
    hours, rest = divmod(int(left.total_seconds()) - left.days * 86400, 3600)
    if left.days:
        return f"{word}{left.days}天{hours}小时"
    return f"{word}{hours}小时{rest // 60}分" if hours else f"{word}{rest // 60}分钟"


def chinese(note: str) -> str:
    """Give the Chinese of a note that is told in both languages, part by part: 停表 stopped 1/3,
    or 第4日 day 4; a figure that stands in the English only is kept."""
    parts = _PART.split(note)
    return "".join(part if at % 2 else _chinese(part) for at, part in enumerate(parts))


def _chinese(part: str) -> str:
    found = _BOTH.fullmatch(part)
    if found is None:
        return part
    told, figure = found["zh"].rstrip(), _LAST.search(found["en"])
    return told if figure is None or _DIGIT.search(told) else f"{told} {figure[0]}"


_PART: Final = re.compile(r"([；，])")
_BOTH: Final = re.compile(r"(?P<zh>[^A-Za-z]*[^\x00-\x7f][^A-Za-z]*) (?P<en>[A-Za-z].*)")
_LAST: Final = re.compile(r"[0-9/]+$")
_DIGIT: Final = re.compile(r"[0-9]")


def overdue(due_at: str | None, now: datetime) -> bool:
    """Say whether a deadline is past."""
    return bool(due_at) and instant_of(due_at or "") < now

"""Situations of a clock, each reckoned by hand: YAML files beside this module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson
import yaml

from services.kernel.calendar import Calendar, calendar_from
from services.kernel.clock import COUNTY_HOURS, Limit, Stop, clock_at
from services.kernel.clock_shares import HeldStep, LaidDay, laid_days
from services.kernel.explain import explain_line
from tests.kernel.clock_strategies import year_file

FOLDER: Final = Path(__file__).parent / "clock_situations"


_ALL_YEARS: Final = (2024, 2025, 2026)


@dataclass(frozen=True)
class ExpectedDay:
    """What was reckoned by hand about one day."""

    day: date
    number: int
    """Of the day, or of the minutes counted when it was over; 0: it does not count."""
    why: str
    reckoned: str


@dataclass(frozen=True)
class Situation:
    """A clock with its answer as reckoned by hand."""

    name: str
    chapter: str
    zh: str
    en: str
    ask: Mapping[str, Any]
    expected: Mapping[str, Any]
    """`due_at`, `counted`, `provisional`, `stopped`; or `error`."""
    days: tuple[ExpectedDay, ...]
    years: tuple[int, ...] = _ALL_YEARS
    """Whose notices are published."""
    because: str = ""
    """Why it is refused."""

    @property
    def answer(self) -> dict[str, Any]:
        """Ask the calculator."""
        return _answer(self.ask, self.years)


@dataclass(frozen=True)
class SharedSituation:
    """A clock over parallel steps, with whose each of its days is."""

    name: str
    chapter: str
    zh: str
    en: str
    ask: Mapping[str, Any]
    expected: Mapping[str, Any]
    """`due_at`, `counted`."""
    steps: tuple[HeldStep, ...]
    laid: Mapping[date, tuple[tuple[str, ...], str]]
    """Day → who held it, and how that was reckoned."""
    totals: Mapping[str, str]
    """Organisation → days, as a fraction."""

    @property
    def answer(self) -> dict[str, Any]:
        """Ask the calculator about the clock of the case."""
        return _answer(self.ask, _ALL_YEARS)

    @property
    def as_of(self) -> datetime:
        """When it is asked."""
        return datetime.fromisoformat(self.ask["as_of"])

    @property
    def days_laid(self) -> tuple[LaidDay, ...]:
        """Ask the kernel."""
        state = clock_at(
            datetime.fromisoformat(self.ask["start"]),
            Limit(self.ask["limit"]),
            tuple(stop_of(stop) for stop in self.ask.get("stops", ())),
            calendar_of(_ALL_YEARS),
            as_of=self.as_of,
        )
        return laid_days(state, self.as_of, self.steps, calendar_of(_ALL_YEARS))


@lru_cache
def calendar_of(years: tuple[int, ...]) -> Calendar:
    """Give the county's calendar with these years published."""
    return calendar_from([year_file(year) for year in years])


def all_situations() -> list[Situation]:
    """Read the table, in order."""
    return [
        _situation(f"{path.stem}.{number}", _title(chapter["chapter"]), told)
        for path, chapter in _chapters()
        for number, told in enumerate(chapter.get("situations", ()), 1)
    ]


def all_shared() -> list[SharedSituation]:
    """Read the situations with parallel steps, in order."""
    return [
        _shared(f"{path.stem}.{number}", _title(chapter["chapter"]), told)
        for path, chapter in _chapters()
        for number, told in enumerate(chapter.get("shared", ()), 1)
    ]


def stop_of(told: Mapping[str, Any]) -> Stop:
    """Read a stop as the calculator is asked about it."""
    resume = told.get("resume")
    return Stop(
        datetime.fromisoformat(told["at"]),
        told["announced_days"],
        datetime.fromisoformat(resume) if resume else None,
        told.get("procedure", ""),
    )


def _answer(ask: Mapping[str, Any], years: tuple[int, ...]) -> dict[str, Any]:
    line = explain_line(orjson.dumps(dict(ask)), calendar_of(years), COUNTY_HOURS)
    answer: dict[str, Any] = orjson.loads(line)
    return answer


def _chapters() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield path, yaml.safe_load(path.read_text(encoding="utf-8"))


def _title(titles: Mapping[str, str]) -> str:
    return f"{titles['zh']} {titles['en']}"


def _situation(name: str, chapter: str, told: Mapping[str, Any]) -> Situation:
    if "error" in told:
        expected = {"error": told["error"]}
    else:
        expected = {key: told[key] for key in ("due_at", "counted", "provisional")}
        expected["stopped"] = told.get("stopped", False)
    return Situation(
        name=name,
        chapter=chapter,
        **told["title"],
        ask=told["ask"],
        expected=expected,
        days=tuple(ExpectedDay(day, *line) for day, line in told.get("days", {}).items()),
        years=tuple(told.get("years", _ALL_YEARS)),
        because=told.get("because", ""),
    )


def _shared(name: str, chapter: str, told: Mapping[str, Any]) -> SharedSituation:
    return SharedSituation(
        name=name,
        chapter=chapter,
        **told["title"],
        ask=told["ask"],
        expected={key: told[key] for key in ("due_at", "counted")},
        steps=tuple(_step(step) for step in told["steps"]),
        laid={day: (tuple(held), why) for day, (held, why) in told["laid"].items()},
        totals=told["totals"],
    )


def _step(told: Mapping[str, Any]) -> HeldStep:
    return HeldStep(
        told["organisation"],
        datetime.fromisoformat(told["opened_at"]),
        datetime.fromisoformat(told["closed_at"]) if told["closed_at"] else None,
        tuple(stop_of(stop) for stop in told.get("stops", ())),
    )


def _asked(ask: Mapping[str, Any]) -> str:
    return f"`{orjson.dumps(dict(ask)).decode()}`"

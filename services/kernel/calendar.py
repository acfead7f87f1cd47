"""The working-day calendar: one file a year, each citing the State Council's notice."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import accumulate, chain, compress
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

ZONE: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone of every county: +08:00 all year round since 1992."""

FIRST_DAY: Final = date(1999, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
_FIRST: Final = FIRST_DAY.toordinal()
_ONE_DAY: Final = timedelta(days=1)
_TEXT: TypeAlias = Annotated[str, Field(min_length=1)]


class Unreckonable(ValueError):
    """A clock or calendar was asked what has no answer; `code` is stable, dotted, lower case."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class _Span(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> "_Span":
        if self.last < self.first:
            raise ValueError(f"{self.last} 早于 is earlier than {self.first}")
        return self

    def days(self) -> Iterator[date]:
        """Give each day, both ends included."""
        return (self.first + timedelta(n) for n in range((self.last - self.first).days + 1))


class HolidayRange(_Span):
    """One numbered paragraph of the notice: days off under one name."""

    name: _TEXT
    name_en: _TEXT


class Closure(_Span):
    """Working days on which the county's offices are shut by the county's own order."""

    reason: _TEXT


class YearFile(BaseModel):
    """What one yearly notice says, as published in `version`.

    Days may reach back into the December before: a notice at times makes up for New Year there.
    Make-up workdays are Saturdays and Sundays; no day is named twice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: Annotated[int, Field(ge=2000, le=2100)]
    version: Annotated[int, Field(ge=1)]
    """Raised when the notice is amended during the year."""
    notice: _TEXT
    published_on: date
    holidays: Annotated[tuple[HolidayRange, ...], Field(min_length=1)]
    make_up_workdays: tuple[date, ...]
    closures: tuple[Closure, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "YearFile":
        off = list(chain.from_iterable(span.days() for span in self.holidays))
        shut = list(chain.from_iterable(span.days() for span in self.closures))
        named = off + list(self.make_up_workdays)
        if len(set(named)) != len(named):
            raise ValueError("同一天出现两次 a day is named twice")
        for day in named + shut:
            if not date(self.year - 1, 12, 1) <= day <= date(self.year, 12, 31):
                raise ValueError(f"{day} 不在 {self.year} 年 is not in that year")
        for day in self.make_up_workdays:
            if day.weekday() < 5:
                raise ValueError(
                    f"{day} 不是周末，不能是调休上班日 no weekend, so no make-up workday"
                )
        return self


@dataclass(frozen=True, slots=True)
class DayKind:
    """What a day is, and by which notice."""

    kind: Literal["working", "weekend", "holiday", "make_up", "closure"]
    notice: str = ""
    """Number of the notice; empty for plain days and closures."""
    name: str = ""
    """Name of the holiday or reason of the closure."""
    note: str = ""
    """The same in a few words for people."""

    @property
    def is_working(self) -> bool:
        """Whether offices are open."""
        return self.kind in ("working", "make_up")


_WORKING: Final = DayKind("working")
_WEEKEND: Final = DayKind("weekend", note="公休日 weekend")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Every day from 1999 to 2199; built by `calendar_from`, equal when the year files are.

    In an unpublished year weekends are off, all other days are *assumed* working: whatever
    rests on such a day is provisional. Days outside raise `Unreckonable`.
    """

    years: tuple[YearFile, ...]
    version: str = field(compare=False)
    """Names each year with its version, e.g. `2024.1-2025.1-2026.1`; `none` without years."""
    _special: Mapping[int, DayKind] = field(compare=False, repr=False)
    _published: frozenset[int] = field(compare=False, repr=False)
    _before: Sequence[int] = field(compare=False, repr=False)
    _working: Sequence[int] = field(compare=False, repr=False)

    def day(self, day: date) -> DayKind:
        """Tell what `day` is. A notice outranks a local closure, which outranks the weekday."""
        special = self._special.get(day.toordinal())
        if special is not None:
            return special
        return _WEEKEND if day.weekday() >= 5 else _WORKING

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on `day`."""
        offset = _offset(day)
        return self._before[offset + 1] > self._before[offset]

    def published(self, day: date) -> bool:
        """Whether the notice for the year of `day` is known."""
        return day.year in self._published

    def published_throughout(self, first: date, last: date) -> bool:
        """Whether the notices of all years from `first` to `last` are known."""
        return all(year in self._published for year in range(first.year, last.year + 1))

    def rank(self, day: date) -> int:
        """Count the working days since 1999 that are earlier than `day`."""
        return self._before[_offset(day)]

    def working_day(self, rank: int) -> date:
        """Give the working day that has `rank` working days before it."""
        if not 0 <= rank < len(self._working):
            raise _out_of_range("rank")
        return date.fromordinal(self._working[rank])


def calendar_from(years: Sequence[YearFile]) -> Calendar:
    """Build the calendar of `years`, in any order. For a day that two notices name, the later
    year's holds.

    Raises:
        Unreckonable: a year comes twice.
    """
    ordered = tuple(sorted(years, key=lambda file: file.year))
    if len({file.year for file in ordered}) != len(ordered):
        raise Unreckonable("calendar.year_twice", "同一年有两个文件 two files for one year.")
    special: dict[int, DayKind] = {}
    for file in ordered:
        special.update(_special_days(file))
    open_days = _open_days(special)
    return Calendar(
        years=ordered,
        version="-".join(f"{file.year}.{file.version}" for file in ordered) or "none",
        _special=special,
        _published=frozenset(file.year for file in ordered),
        _before=array("i", accumulate(open_days, initial=0)),
        _working=array("i", compress(range(_FIRST, _FIRST + len(open_days)), open_days)),
    )


def calendar_to_json(calendar: Calendar) -> str:
    """Write the year files; equal calendars give equal text."""
    return _YEARS.dump_json(calendar.years).decode()


@lru_cache(maxsize=8)
def calendar_from_json(text: str) -> Calendar:
    """Read what `calendar_to_json` wrote. Remembers the last few, since the same fact comes with
    command after command.

    Raises:
        pydantic.ValidationError: not a list of year files.
        Unreckonable: a year comes twice.
    """
    return calendar_from(_YEARS.validate_json(text))


_YEARS: Final = TypeAdapter(tuple[YearFile, ...])


def _special_days(file: YearFile) -> dict[int, DayKind]:
    special: dict[int, DayKind] = {}
    for closure in file.closures:
        note = f"本县停办 closed by the county：{closure.reason}"
        for day in closure.days():
            if day.weekday() < 5 or day in file.make_up_workdays:
                special[day.toordinal()] = DayKind("closure", name=closure.reason, note=note)
    for holiday in file.holidays:
        note = f"{holiday.name} {holiday.name_en}，{file.notice}"
        off = DayKind("holiday", notice=file.notice, name=holiday.name, note=note)
        special.update((day.toordinal(), off) for day in holiday.days())
    make_up = DayKind(
        "make_up", notice=file.notice, note=f"调休上班 make-up workday，{file.notice}"
    )
    for day in file.make_up_workdays:
        special.setdefault(day.toordinal(), make_up)
    return special


def _open_days(special: Mapping[int, DayKind]) -> bytearray:
    """One byte a day from `FIRST_DAY` to `LAST_DAY`: 1 where offices are open."""
    length = LAST_DAY.toordinal() - _FIRST + 1
    week = bytes((FIRST_DAY + n * _ONE_DAY).weekday() < 5 for n in range(7))
    open_days = bytearray((week * (length // 7 + 1))[:length])
    for ordinal, kind in special.items():
        open_days[ordinal - _FIRST] = kind.is_working
    return open_days


def _offset(day: date) -> int:
    offset = day.toordinal() - _FIRST
    if not 0 <= offset <= LAST_DAY.toordinal() - _FIRST:
        raise _out_of_range(str(day))
    return offset


def _out_of_range(what: str) -> Unreckonable:
    span = f"{FIRST_DAY.year}–{LAST_DAY.year}"
    return Unreckonable("calendar.out_of_range", f"{what} 超出 is outside {span}.")


def local(instant: datetime) -> datetime:
    """Give `instant` in the county's zone.

    Raises:
        Unreckonable: the time has no offset (`clock.time_without_offset`), or lies outside
            the calendar (`calendar.out_of_range`).
    """
    if instant.utcoffset() is None:
        raise Unreckonable("clock.time_without_offset", "时间须带时区 a time needs its offset.")
    if not FIRST_DAY.year < instant.year < LAST_DAY.year:
        raise _out_of_range(str(instant.year))
    return instant.astimezone(ZONE)

"""What one row of another system's event log says, by its mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final, NamedTuple

from services.kernel.log_mapping import ISO, LogMapping, Told

LONGEST_LABEL: Final = 200
"""Of `schemas.values.Label`; a longer text is refused, never cut."""
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2299
"""What the tables can hold (`DateTime64`); outside lie the 0001-01-01 and 9999-12-31 that some
systems write for "none"."""


class BadRow(Exception):
    """A row that cannot be taken. The value itself is never repeated: it may name a person."""

    def __init__(self, code: str, column: str = "", other_line: int = 0) -> None:
        super().__init__(f"{code} {column}".strip())
        self.code = code
        """Stable, dotted: `row.empty`, `row.too_long` …; all of them in docs/importing-logs.md."""
        self.column = column
        self.other_line = other_line
        """The line that it collides with; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth saying about what was taken all the same."""

    code: str
    """`row.repeated`, `case.contradiction`, `file.column_absent`: docs/importing-logs.md."""
    subject: str = ""
    """The case attribute or the column that it is about."""
    other_line: int = 0
    """The line that counts instead; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a row says of the act."""

    case: str
    id: str
    activity: str
    officer: str
    organisation: str
    at: datetime
    """UTC, milliseconds."""
    on: date
    """Calendar day at the place of the act, by the offset of the log's own time."""


class CaseTold(NamedTuple):
    """What a row says of its case; times in UTC, milliseconds."""

    item: str
    organisation: str | None
    responsible: str | None
    channel: str | None
    start: datetime | None
    end: datetime | None
    deadline: datetime | None
    planned_end: datetime | None


@dataclass(frozen=True, slots=True)
class _Cell:
    column: str
    index: int | None
    constant: str | None = None


_NOWHERE: Final = _Cell("", None)


class RowReader:
    """Says what rows mean. A row is the texts of `columns`, in that order; times without offset
    are taken to be in `zone`. A local hour that comes twice is taken as the first of the two."""

    def __init__(self, mapping: LogMapping, zone: tzinfo | None) -> None:
        self._names: dict[str, int] = {}
        self._time, self._zone = mapping.format.time, zone
        self._absent = frozenset(mapping.format.absent)
        act, case = mapping.act, mapping.case
        self._case = self._at(act.case)
        self._id = [self._at(name) for name in act.id]
        self._activity, self._officer = self._told(act.activity), self._told(act.officer)
        self._organisation, self._when = self._told(act.organisation), self._at(act.at)
        self._case_texts = [
            self._told(told)
            for told in (case.item, case.organisation, case.responsible, case.channel)
        ]
        self._case_times = [
            self._at(name) for name in (case.start, case.end, case.deadline, case.planned_end)
        ]
        cells = (*self._case_texts, *self._case_times)
        self._case_indexes = tuple(cell.index for cell in cells if cell.index is not None)
        may_lack = (*self._case_texts[1:], *self._case_times)
        needed = (self._case, *self._id, self._activity, self._officer, self._organisation)
        needed = (*needed, self._when, self._case_texts[0])
        self.optional = {c.column for c in may_lack} - {c.column for c in needed}
        """Columns without which a row still says enough."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the mapping names, each once."""
        return tuple(self._names)

    def act(self, row: Sequence[str]) -> Act:
        """Give the act of a row.

        Raises:
            BadRow: a value is missing, too long, or no time.
        """
        when = self._required_time(self._when, row)
        return Act(
            case=self._required(self._case, row),
            id=self._act_id(row),
            activity=self._required(self._activity, row),
            officer=self._required(self._officer, row),
            organisation=self._required(self._organisation, row),
            at=_utc_milliseconds(when, self._when.column),
            on=when.date(),
        )

    def case_cells(self, row: Sequence[str]) -> tuple[str, ...]:
        """Give the texts that `case` reads: equal texts, equal answer."""
        return tuple([row[index] for index in self._case_indexes])

    def case(self, row: Sequence[str]) -> CaseTold:
        """Give what a row says of its case.

        Raises:
            BadRow: the item is missing, a value is too long, or no time.
        """
        _, organisation, responsible, channel = self._case_texts
        start, end, deadline, planned_end = self._case_times
        return CaseTold(
            item=self._required(self._case_texts[0], row),
            organisation=self._text(organisation, row),
            responsible=self._text(responsible, row),
            channel=self._text(channel, row),
            start=self._instant(start, row),
            end=self._instant(end, row),
            deadline=self._instant(deadline, row),
            planned_end=self._instant(planned_end, row),
        )

    def _told(self, told: Told | None) -> _Cell:
        if told is None:
            return _NOWHERE
        if told.column is None:
            return _Cell("", None, told.constant)
        return _Cell(told.column, self._index(told.column), told.constant)

    def _at(self, name: str | None) -> _Cell:
        return _NOWHERE if name is None else _Cell(name, self._index(name))

    def _index(self, name: str) -> int:
        return self._names.setdefault(name, len(self._names))

    def _act_id(self, row: Sequence[str]) -> str:
        if len(self._id) == 1:
            return self._required(self._id[0], row)
        parts = [self._text(cell, row) or "" for cell in self._id]
        if not any(parts):
            raise BadRow("row.empty", self._id[0].column)
        # Escaped: "a/b", "c" and "a", "b/c" are two acts.
        composed = "/".join(part.replace("\\", "\\\\").replace("/", "\\/") for part in parts)
        if len(composed) > LONGEST_LABEL:
            raise BadRow("row.too_long", self._id[0].column)
        return composed

    def _text(self, cell: _Cell, row: Sequence[str]) -> str | None:
        if cell.index is None:
            return cell.constant
        text = row[cell.index]
        if not text or text.isspace() or text in self._absent:
            return cell.constant
        if len(text) > LONGEST_LABEL:
            raise BadRow("row.too_long", cell.column)
        return text

    def _required(self, cell: _Cell, row: Sequence[str]) -> str:
        text = self._text(cell, row)
        if text is None:
            raise BadRow("row.empty", cell.column)
        return text

    def _required_time(self, cell: _Cell, row: Sequence[str]) -> datetime:
        found = self._time_of(cell, row)
        if found is None:
            raise BadRow("row.empty", cell.column)
        return found

    def _instant(self, cell: _Cell, row: Sequence[str]) -> datetime | None:
        found = self._time_of(cell, row)
        return None if found is None else _utc_milliseconds(found, cell.column)

    def _time_of(self, cell: _Cell, row: Sequence[str]) -> datetime | None:
        if cell.index is None or not (text := row[cell.index].strip()) or text in self._absent:
            return None
        try:
            if self._time == ISO:
                found = datetime.fromisoformat(text)
            else:
                found = datetime.strptime(text, self._time)  # noqa: DTZ007  the zone is set below
        except ValueError:
            raise BadRow("row.time_unreadable", cell.column) from None
        if found.tzinfo is None:
            if self._zone is None:
                raise BadRow("row.time_without_offset", cell.column)
            found = found.replace(tzinfo=self._zone)
        return found


def _utc_milliseconds(found: datetime, column: str) -> datetime:
    try:
        at = found.astimezone(UTC)
    except OverflowError:
        raise BadRow("row.time_out_of_range", column) from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise BadRow("row.time_out_of_range", column)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)

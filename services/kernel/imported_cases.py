"""The rows of another system's log, gathered by case and put in order as events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from schemas.events.base import Event
from schemas.events.external import ExternalActRecorded, ExternalCaseClosed, ExternalCaseOpened
from services.kernel.log_rows import Act, BadRow, CaseTold, Remark, RowReader

OPENED: Final = "opened"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a case before it has its place in the stream."""

    name: str
    """Unique within the case and independent of order: what the event's id is derived from."""
    at: datetime
    event: Event


class _Done(NamedTuple):
    at: datetime
    on: date
    line: int
    activity: str
    officer: str
    organisation: str


@dataclass(slots=True)
class _Case:
    cells: tuple[str, ...]
    """Texts of the latest row whose case attributes were compared."""
    told: CaseTold
    lines: dict[str, int]
    """Attribute → line that told it."""
    acts: dict[str, _Done] = field(default_factory=dict)
    disputed: set[str] = field(default_factory=set)


class GatheredLog:
    """All cases of one log, in the order in which the file first names them.

    Some 600 bytes an act; texts that come again and again are kept once.
    """

    def __init__(self, log: str, reader: RowReader) -> None:
        self.log = log
        self._reader = reader
        self._cases: dict[str, _Case] = {}
        self._texts: dict[str, str] = {}
        self.acts = 0
        """Distinct acts taken."""

    @property
    def cases(self) -> Sequence[str]:
        """The cases' own names."""
        return tuple(self._cases)

    def add(self, line: int, row: Sequence[str]) -> Sequence[Remark]:
        """Take a row, whole; give what is to be said about it.

        Raises:
            BadRow: nothing of the row was taken.
        """
        act = self._reader.act(row)
        case = self._cases.get(act.case)
        cells = self._reader.case_cells(row)
        # Nearly every row repeats its case word for word, and times are dear to read.
        told = case.told if case and case.cells == cells else self._reader.case(row)
        if case and (earlier := case.acts.get(act.id)):
            _require_same(act, earlier)
            return [*_settle(case, told, cells, line), Remark("row.repeated", "", earlier.line)]
        if case is None:
            lines = {name: line for name, value in told._asdict().items() if value is not None}
            case = self._cases[act.case] = _Case(cells, told, lines)
        remarks = _settle(case, told, cells, line)
        case.acts[act.id] = _Done(
            act.at,
            act.on,
            line,
            self._once(act.activity),
            self._once(act.officer),
            self._once(act.organisation),
        )
        self.acts += 1
        return remarks

    def entries(self, case: str) -> Iterator[Entry]:
        """Give the case's events in order: opened first, then acts and the close by time; acts of
        the same time as in the file, and before the close."""
        gathered = self._cases[case]
        acts = sorted(gathered.acts.items(), key=_at_of_act)
        yield self._opened(case, gathered.told, acts[0][1])
        end = gathered.told.end
        for log_act, done in acts:
            if end is not None and end < done.at:
                yield self._closed(case, end)
                end = None
            event = ExternalActRecorded(
                log=self.log,
                log_case=case,
                log_act=log_act,
                activity=done.activity,
                officer=done.officer,
                organisation=done.organisation,
                acted_on=done.on,
            )
            yield Entry(f"act:{log_act}", done.at, event)
        if end is not None:
            yield self._closed(case, end)

    def _opened(self, case: str, told: CaseTold, first: _Done) -> Entry:
        event = ExternalCaseOpened(
            log=self.log,
            log_case=case,
            item=told.item,
            organisation=told.organisation or first.organisation,
            responsible=told.responsible,
            channel=told.channel,
            deadline=told.deadline,
            planned_end=told.planned_end,
        )
        return Entry(OPENED, told.start or first.at, event)

    def _closed(self, case: str, end: datetime) -> Entry:
        return Entry(CLOSED, end, ExternalCaseClosed(log=self.log, log_case=case))

    def _once(self, text: str) -> str:
        return self._texts.setdefault(text, text)


def _at_of_act(named: tuple[str, _Done]) -> datetime:
    return named[1].at


def _require_same(act: Act, earlier: _Done) -> None:
    said = (act.at, act.activity, act.officer, act.organisation)
    if said != (earlier.at, earlier.activity, earlier.officer, earlier.organisation):
        raise BadRow("row.act_id_taken", other_line=earlier.line)


def _settle(case: _Case, told: CaseTold, cells: tuple[str, ...], line: int) -> list[Remark]:
    """Fill in what the case did not know yet; what is told first counts."""
    if cells == case.cells:
        return []
    case.cells = cells
    remarks, learnt = [], {}
    known = case.told._asdict()
    for name, value in told._asdict().items():
        if value is None or value == known[name]:
            continue
        if known[name] is None:
            learnt[name] = value
            case.lines[name] = line
        elif name not in case.disputed:
            case.disputed.add(name)
            remarks.append(Remark("case.contradiction", name, case.lines[name]))
    case.told = case.told._replace(**learnt)
    return remarks

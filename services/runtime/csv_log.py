"""Event logs as CSV. A broken row costs itself and nothing after it."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from operator import itemgetter
from typing import Any, BinaryIO, Final

from services.kernel.log_mapping import LogFormat
from services.kernel.log_rows import BadRow
from services.runtime.log_found import Found, LogUnusable, columns_missing
from services.runtime.wording import Wording

LONGEST_LINE: Final = 1 << 20
LONGEST_ROW: Final = 200
"""Lines. A quote that nobody closes would otherwise swallow the rest of the file."""
_UNDECODABLE: Final = "\udcff"
"""Stands for bytes that are no text. A lone surrogate: no encoding gives it for good ones."""


def csv_rows(
    stream: BinaryIO, columns: Sequence[str], form: LogFormat
) -> Generator[Found, None, None]:
    """Give `columns` of each row after the head; blank lines are passed over.

    Raises:
        LogUnusable: there is no head, or it lacks a column or has it twice.
    """
    codecs.register_error("cunban.mark", _mark)
    # A byte order mark is no part of the first column's name.
    exact = "utf-8-sig" if codecs.lookup(form.encoding).name == "utf-8" else form.encoding
    text = io.TextIOWrapper(stream, exact, errors="cunban.mark", newline="")
    try:
        yield from _rows(_Lines(text.readline), columns, form.delimiter)
    finally:
        text.detach()


def _rows(lines: _Lines, columns: Sequence[str], delimiter: str) -> Iterator[Found]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    head = _head(lines, reader)
    chosen = _chooser(head, columns)
    while True:
        lines.row_begins()
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, _NoEnd):
            # `reader` begins afresh with the next line it asks for.
            yield Found(lines.only_first_line_is_read(), BadRow("row.quotes"))
            continue
        if lines.damage:
            yield Found(lines.only_first_line_is_read(), BadRow(lines.damage))
        elif len(row) == len(head):
            yield Found(lines.first, chosen(row))
        elif row:
            yield Found(lines.only_first_line_is_read(), BadRow("row.fields"))


class _NoEnd(Exception):
    """A row of too many lines."""


class _Lines:
    """The lines of a file; remembers those of the row being read, so that they can be read anew."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._taken = 0
        self.damage = ""
        """Code of what is wrong with a line of this row; empty where nothing is."""

    @property
    def first(self) -> int:
        """Number of the row's first line."""
        return self._taken - len(self._row) + 1

    def row_begins(self) -> None:
        """Forget the row before."""
        self._row.clear()
        self.damage = ""

    def only_first_line_is_read(self) -> int:
        """Put back all other lines of the row; give the number of the first."""
        first = self.first
        self._again.extendleft(reversed(self._row[1:]))
        self._taken = first
        return first

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._row) >= LONGEST_ROW:
            raise _NoEnd
        line = self._again.popleft() if self._again else self._read(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._taken += 1
        self._row.append(line)
        if _UNDECODABLE in line:
            self.damage = "row.undecodable"
        if len(line) >= LONGEST_LINE:
            self.damage = "row.line_too_long"
            self._skip_rest_of_line(line)
            return "\n"
        return line

    def _skip_rest_of_line(self, part: str) -> None:
        while part and part[-1] not in "\r\n":
            part = self._read(LONGEST_LINE)


def _mark(fault: UnicodeError) -> tuple[str, int]:
    assert isinstance(fault, UnicodeDecodeError)
    return _UNDECODABLE, fault.end


def _head(lines: _Lines, reader: Iterator[list[str]]) -> list[str]:
    try:
        head = next(reader)
    except (StopIteration, csv.Error, _NoEnd):
        head = []
    if not any(head) or lines.damage:
        told = Wording(
            "第一行须为列名；请检查编码与分隔符。",
            "The first line must name the columns; look at encoding and delimiter.",
        )
        raise LogUnusable(told)
    return head


def _chooser(head: list[str], columns: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    if missing := [name for name in columns if name not in head]:
        raise columns_missing(missing, head)
    if twice := [name for name in columns if head.count(name) > 1]:
        names = ", ".join(twice)
        raise LogUnusable(
            Wording(f"列名重复：{names}。", f"Columns that are there twice: {names}.")
        )
    indexes = [head.index(name) for name in columns]
    if len(indexes) == 1:
        return lambda row: (row[indexes[0]],)
    chosen: Any = itemgetter(*indexes)
    return chosen  # type: ignore[no-any-return]  # of two or more indexes it gives a tuple

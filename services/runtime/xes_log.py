"""Event logs as XES (IEEE 1849). Read by expat itself, which knows the line of each event."""

from __future__ import annotations

from collections.abc import Generator, Sequence, Set
from typing import BinaryIO, Final
from xml.parsers import expat

from services.kernel.log_rows import BadRow, Remark
from services.runtime.log_found import Found, LogUnusable, columns_missing
from services.runtime.wording import Wording

OF_TRACE: Final = "case:"
"""Put before the names of a trace's attributes, as pm4py does when it writes CSV."""
_CHUNK: Final = 1 << 16
_ATTRIBUTES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})


def xes_rows(
    stream: BinaryIO, columns: Sequence[str], optional: Set[str]
) -> Generator[Found, None, None]:
    """Give `columns` of each event: its attributes by their keys, those of its trace with `case:`
    before them. What an event does not have is empty; a trace without events is a bad row. Where
    an `optional` column occurs nowhere, a remark says so: XES leaves out what is not known yet.

    Raises:
        LogUnusable: no XES, or a column that occurs nowhere, or a document type declaration:
            entities are a way to fill the memory or to read other files, and XES has none.
    """
    traces = _Traces(columns)
    try:
        while chunk := stream.read(_CHUNK):
            traces.parser.Parse(chunk, False)
            yield from traces.take()
        traces.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as broken:
        # ValueError: an encoding of more than one byte that expat does not know.
        yield from traces.take()
        if not traces.seen:
            raise LogUnusable(_NO_XES) from broken
        yield Found(traces.parser.CurrentLineNumber, BadRow("file.damaged"))
    missing = [name for name in columns if name not in traces.seen]
    if needed := [name for name in missing if name not in optional]:
        raise columns_missing(needed, sorted(traces.seen))
    for name in missing:
        yield Found(traces.parser.CurrentLineNumber, Remark("file.column_absent", name))


class _Traces:
    """Gathers a trace; only its end says what it told of itself."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.seen: set[str] = set()
        """Every name that occurred, in the form of a column."""
        self._columns = columns
        self._path: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._events: list[tuple[int, dict[str, str]]] = []
        self._line = 0
        self._ready: list[Found] = []

    def take(self) -> list[Found]:
        """Give the rows of the traces that ended since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(" ")[2]
        inside = self._path[-1] if self._path else ""
        self._path.append(element)
        if element in _ATTRIBUTES:
            self._attribute(inside, attributes)
        elif element == "trace":
            self._trace, self._events = {}, []
            self._line = self.parser.CurrentLineNumber
        elif element == "event" and inside == "trace":
            self._event = {}
            self._events.append((self.parser.CurrentLineNumber, self._event))

    def _attribute(self, inside: str, attributes: dict[str, str]) -> None:
        # Attributes of attributes, and those of the log and of `global`, are no columns.
        key, value = attributes.get("key", ""), attributes.get("value", "")
        if inside == "event":
            self._event[key] = value
        elif inside == "trace":
            self._trace[OF_TRACE + key] = value

    def _end(self, name: str) -> None:
        if self._path.pop() != "trace":
            return
        self.seen.update(self._trace, *(event for _, event in self._events))
        for line, event in self._events:
            both = {**self._trace, **event}
            row = tuple([both.get(column, "") for column in self._columns])
            self._ready.append(Found(line, row))
        if not self._events:
            self._ready.append(Found(self._line, BadRow("row.trace_without_events")))


def _refuse_doctype(*_: object) -> None:
    raise LogUnusable(_DOCTYPE)


_NO_XES: Final = Wording("不是可读的 XES 文件。", "This is no readable XES file.")
_DOCTYPE: Final = Wording(
    "文件含 DOCTYPE 声明，出于安全予以拒绝。",
    "The file declares a DOCTYPE, which is refused for safety.",
)

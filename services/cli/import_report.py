"""What an import says about rows: to the person, and as a list to mend the log by."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

from services.kernel.log_rows import BadRow, Remark
from services.runtime.wording import Wording

SHOWN: Final = 20
"""Lines for the person; the list has all."""

WORDINGS: Final = {
    "row.empty": Wording("缺少 {subject}", "{subject} is empty"),
    "row.too_long": Wording("{subject} 超过 200 字", "{subject} is longer than 200 characters"),
    "row.time_unreadable": Wording("{subject} 不是可读的时间", "{subject} is no readable time"),
    "row.time_without_offset": Wording(
        "{subject} 的时间没有时区，请在映射中写明 format.zone",
        "{subject} has no offset; name format.zone in the mapping",
    ),
    "row.time_out_of_range": Wording(
        "{subject} 的年份不在 1900–2299 之内", "{subject} lies outside the years 1900–2299"
    ),
    "row.act_id_taken": Wording(
        "操作编号与第 {other_line} 行相同而内容不同",
        "has the act id of line {other_line}, and says something else",
    ),
    "row.fields": Wording("列数与首行不符", "has not as many fields as the head"),
    "row.quotes": Wording("引号不成对或位置不对", "a quote is not closed, or is misplaced"),
    "row.undecodable": Wording("有无法解码的字节", "has bytes that are no text in this encoding"),
    "row.line_too_long": Wording("行过长（1 MiB）", "the line is longer than 1 MiB"),
    "row.trace_without_events": Wording("该办件没有任何操作", "the trace has no events"),
    "file.damaged": Wording(
        "文件自此处起已损坏，其后未读", "the file is damaged from here on; the rest was not read"
    ),
    "row.repeated": Wording(
        "与第 {other_line} 行为同一操作，只计一次",
        "the same act as line {other_line}; counted once",
    ),
    "case.contradiction": Wording(
        "办件属性 {subject} 与第 {other_line} 行不一致，以先出现的为准",
        "{subject} of the case is not as on line {other_line}; the first one counts",
    ),
    "file.column_absent": Wording(
        "文件中从未出现 {subject}，请核对映射", "{subject} occurs nowhere; is the mapping right?"
    ),
}


class Report:
    """Counts what was found, shows the first of it, and lists all of it in a CSV file if asked."""

    def __init__(self, show: Callable[[str], None], path: Path | None) -> None:
        self._show, self._path = show, path
        self._file: TextIO | None = None
        self._list: Any = None
        self._counts: Counter[str] = Counter()
        self.rows = 0
        """Rows taken, those that said an act again with them."""
        self.bad = 0

    def __enter__(self) -> Report:
        """Begin the list.

        Raises:
            OSError: it cannot be written there.
        """
        if self._path is not None:
            # With a byte order mark, or Excel garbles it (pitfall P5).
            self._file = self._path.open("w", encoding="utf-8-sig", newline="")
            self._list = csv.writer(self._file)
            self._list.writerow(
                ("line", "taken", "code", "subject", "other_line", "说明", "reason")
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
        hidden = self._counts.total() - SHOWN
        if hidden > 0:
            where = f"{self._path}" if self._path else "--bad-rows FILE"
            self._show(f"… 另有 {hidden} 条，见 {where} and {hidden} more, see {where}")

    def reject(self, line: int, bad: BadRow) -> None:
        """Note a row that was not taken."""
        self.bad += 1
        self._note(line, "no", bad.code, bad.column, bad.other_line)

    def remark(self, line: int, remark: Remark) -> None:
        """Note something about a row that was taken."""
        self._note(line, "yes", remark.code, remark.subject, remark.other_line)

    def count(self, code: str) -> int:
        """Give how often `code` came."""
        return self._counts[code]

    def _note(self, line: int, taken: str, code: str, subject: str, other_line: int) -> None:
        told = WORDINGS[code]
        zh = told.zh.format(subject=subject, other_line=other_line)
        en = told.en.format(subject=subject, other_line=other_line)
        self._counts[code] += 1
        if self._list is not None:
            self._list.writerow((line, taken, code, subject, other_line or "", zh, en))
        if self._counts.total() <= SHOWN:
            sign = "坏行 bad row" if taken == "no" else "提示 note"
            self._show(f"第 {line} 行 line {line}: {sign}: {zh} {en}")

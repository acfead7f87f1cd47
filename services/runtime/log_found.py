"""What reading another system's log brings up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.kernel.log_rows import BadRow, Remark
from services.runtime.wording import Wording


class Found(NamedTuple):
    """A row, good or bad, or a remark about the file."""

    line: int
    """Of the (unpacked) file, from 1; the first line of a row that has several."""
    what: tuple[str, ...] | BadRow | Remark


class LogUnusable(Exception):
    """Nothing of the file can be taken, or it does not fit the mapping."""

    def __init__(self, told: Wording) -> None:
        super().__init__(f"{told.zh} {told.en}")
        self.told = told


def columns_missing(missing: Sequence[str], there: Sequence[str]) -> LogUnusable:
    """Name the columns that the mapping wants, and those that the file has."""
    want, have = ", ".join(missing), ", ".join(there)
    return LogUnusable(
        Wording(
            f"文件中没有映射所指的列：{want}。文件的列：{have}。",
            f"The file lacks columns that the mapping names: {want}. It has: {have}.",
        )
    )

"""Event logs of other systems as files: CSV and XES, plain or gzipped, row by row."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import BinaryIO, Final, cast

from services.kernel.log_mapping import LogFormat
from services.kernel.log_rows import BadRow, RowReader
from services.runtime.csv_log import csv_rows
from services.runtime.log_found import Found, LogUnusable
from services.runtime.wording import Wording
from services.runtime.xes_log import xes_rows

_GZIP: Final = b"\x1f\x8b"
_TOLD_EVERY: Final = 1024


def read_log(
    path: Path, reader: RowReader, form: LogFormat, progress: Callable[[int], None]
) -> Iterator[Found]:
    """Give every row, good or bad: the texts of `reader.columns`, in that order.

    `progress` is told now and then how many bytes of the file are read. A name in `.xes` or
    `.xes.gz` is XES, any other CSV. A file that breaks off gives what stands before, then a bad
    row for the rest.

    Raises:
        LogUnusable: there is nothing to read, or a column is not there; names what there is.
        OSError: the file cannot be read.
    """
    with ExitStack() as files:
        raw = files.enter_context(path.open("rb"))
        stream: BinaryIO = raw
        if raw.peek(2).startswith(_GZIP):
            # GzipFile reads as a binary stream does, but is not declared as one.
            stream = cast(BinaryIO, files.enter_context(gzip.GzipFile(fileobj=raw)))
        rows = files.enter_context(closing(_rows(path, stream, reader, form)))
        line = 0
        try:
            for count, found in enumerate(rows):
                line = found.line
                yield found
                if count % _TOLD_EVERY == 0:
                    progress(raw.tell())
        except (EOFError, zlib.error, gzip.BadGzipFile):
            if not line:
                raise LogUnusable(_DAMAGED) from None
            yield Found(line + 1, BadRow("file.damaged"))


def _rows(
    path: Path, stream: BinaryIO, reader: RowReader, form: LogFormat
) -> Generator[Found, None, None]:
    if path.name.lower().removesuffix(".gz").endswith(".xes"):
        return xes_rows(stream, reader.columns, reader.optional)
    return csv_rows(stream, reader.columns, form)


_DAMAGED: Final = Wording("压缩文件已损坏。", "The compressed file is damaged.")

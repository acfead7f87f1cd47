"""How far a download is: a bar on a terminal, a line every tenth elsewhere."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

_TITLE = "取 Kafka / fetching Kafka"
_MIB = 1024 * 1024


class Stopped(RuntimeError):
    """The download is no longer wanted: another one failed, or the person pressed Ctrl-C."""


class Advance:
    """Counts bytes of one download among several; callable from several threads."""

    def __init__(self, show: Callable[[int], None], stop: threading.Event) -> None:
        self._show = show
        self._stop = stop
        self._counted = 0

    def __call__(self, size: int) -> None:
        """Count `size` bytes more.

        Raises:
            Stopped: after `stop`.
        """
        if self._stop.is_set():
            raise Stopped("stopped")
        self._counted += size
        self._show(size)

    def of_one_file(self) -> "Advance":
        """Give a counter whose bytes can be taken back without those of other files."""
        return Advance(self._show, self._stop)

    def take_back(self) -> None:
        """Uncount everything: the file is fetched again from its start."""
        self._show(-self._counted)
        self._counted = 0

    def stop(self) -> None:
        """Make every further count raise."""
        self._stop.set()


@contextmanager
def progress_of(files: int, size: int) -> Iterator[Advance]:
    """Show the progress of `files` downloads of `size` bytes together, on standard error."""
    console = Console(stderr=True)
    if console.is_terminal:
        with _bar(console, size) as show:
            yield Advance(show, threading.Event())
    else:
        console.print(f"{_TITLE}: {files} files, {size / _MIB:.0f} MiB", highlight=False)
        yield Advance(_Lines(console, size), threading.Event())


@contextmanager
def _bar(console: Console, size: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task(_TITLE, total=size)
        yield lambda more: progress.update(task, advance=more)


class _Lines:
    def __init__(self, console: Console, size: int) -> None:
        self._console = console
        self._size = size
        self._so_far = 0
        self._tenths = 0
        self._lock = threading.Lock()

    def __call__(self, more: int) -> None:
        with self._lock:
            self._so_far += more
            tenths = 10 * self._so_far // self._size
            if tenths > self._tenths:
                self._tenths = tenths
                self._console.print(
                    f"{_TITLE}: {10 * tenths} % of {self._size / _MIB:.0f} MiB", highlight=False
                )

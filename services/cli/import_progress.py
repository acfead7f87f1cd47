"""How far an import is: bars on a terminal, a line every tenth elsewhere; on standard error."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


class ImportProgress:
    """The stages of one import, each shown from its first step on."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )

    def __enter__(self) -> ImportProgress:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def print(self, text: str) -> None:
        """Say `text` above the bars."""
        self._console.print(text, markup=False)

    def stage(self, title: str) -> Callable[[int, int], None]:
        """Begin a stage; give what is to be told `(done, of how much)`."""
        return self._bar(title) if self._console.is_terminal else self._lines(title)

    def _bar(self, title: str) -> Callable[[int, int], None]:
        task = self._bars.add_task(title, total=None, visible=False)

        def show(done: int, whole: int) -> None:
            self._bars.update(task, completed=done, total=whole, visible=True)

        return show

    def _lines(self, title: str) -> Callable[[int, int], None]:
        said = -1

        def show(done: int, whole: int) -> None:
            nonlocal said
            tenths = 10 * done // whole if whole else 10
            if tenths > said:
                said = tenths
                self.print(f"{title}: {10 * tenths} %")

        return show

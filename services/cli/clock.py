"""`cunban clock`: the statutory clock as a calculator."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
import yaml

from services.kernel.calendar import Calendar, Unreckonable, YearFile, calendar_from
from services.kernel.clock import COUNTY_HOURS
from services.kernel.explain import LONGEST_LINE, explain_line

app = typer.Typer(no_args_is_help=True, help="法定时限 The statutory clock.")

COUNTY_CALENDAR = Path(__file__).resolve().parents[2] / "deploy" / "county" / "calendar"


@app.callback()
def clock() -> None:
    """法定时限 The statutory clock."""


@app.command()
def explain(
    file: Annotated[
        Path | None,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            show_default=False,
            help="JSON 行；不给则读标准输入 JSON lines; standard input if left out.",
        ),
    ] = None,
    calendar: Annotated[
        Path,
        typer.Option(file_okay=False, help="年度日历所在目录 Folder of the year files."),
    ] = COUNTY_CALENDAR,
) -> None:
    """逐日说明到期日 Explain due dates day by day: JSON lines in, JSON lines out.

    每行一钟，格式见 docs/clocks.md；有误的行在原处给出 {"error": …}。
    One clock a line; a bad line gives {"error": …} in its place, and the rest goes on.
    """
    working_days = read_calendar(calendar)
    try:
        if file is None:
            _answer(sys.stdin.buffer, working_days)
        else:
            with file.open("rb") as questions:
                _answer(questions, working_days)
    except BrokenPipeError:
        # The reader has seen enough (`| head`). Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def read_calendar(folder: Path) -> Calendar:
    """Build the calendar from the `*.yaml` year files in `folder`.

    Raises:
        typer.BadParameter: there are none, or one cannot be used; names the file and what is wrong.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise typer.BadParameter(
            f"{folder} 中没有年度日历 holds no year files (2025.yaml …): name their folder with "
            "--calendar."
        )
    try:
        return calendar_from([_read_year(path) for path in files])
    except Unreckonable as unreckonable:
        raise typer.BadParameter(f"{folder}: {unreckonable.detail}") from unreckonable


def _read_year(path: Path) -> YearFile:
    try:
        return YearFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValueError, yaml.YAMLError) as unusable:  # of pydantic, UTF-8, or 2026-02-30
        raise typer.BadParameter(f"{path}: {unusable}") from unusable


def _answer(questions: BinaryIO, calendar: Calendar) -> None:
    answers = sys.stdout.buffer
    for line in _lines(questions):
        answers.write(explain_line(line, calendar, COUNTY_HOURS).encode() + b"\n")
        # At once: whoever writes a line and waits for its answer must not wait for a full buffer.
        answers.flush()


def _lines(questions: BinaryIO) -> Iterator[bytes]:
    """Give each line without its end; of one that is too long only as much as shows that."""
    while line := questions.readline(LONGEST_LINE + 2):
        end = line
        while end and not end.endswith(b"\n"):
            end = questions.readline(LONGEST_LINE)
        yield line.rstrip(b"\r\n")

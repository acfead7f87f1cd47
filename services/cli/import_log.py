"""`cunban import-log`: another system's event log onto `case.external.events.v1`."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from schemas.events.base import EXTERNAL
from services.cli.import_progress import ImportProgress
from services.cli.import_report import Report
from services.kernel.imported_cases import GatheredLog
from services.kernel.log_rows import BadRow, Remark, RowReader
from services.runtime.log_files import read_log
from services.runtime.log_found import LogUnusable
from services.runtime.log_import import Imported, Progress, import_cases
from services.runtime.log_mapping_file import MappingWrong, load_mapping, zone_of
from services.runtime.log_on_topic import ImportStopped
from services.runtime.settings_loading import SettingsWrong, load_settings

NOTHING_DONE: Final = 1
BAD_SETTINGS: Final = 2
SOME_BAD: Final = 3
INTERRUPTED: Final = 130

_File = typer.Argument(
    exists=True, dir_okay=False, readable=True, help="CSV, XES, .gz", show_default=False
)


def import_log(
    file: Annotated[Path, _File],
    mapping: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, readable=True, help="映射文件 which column is what, YAML."
        ),
    ],
    bad_rows: Annotated[
        Path | None, typer.Option(help="坏行清单 where to list what was found, as CSV.")
    ] = None,
    port_base: Annotated[
        int | None, typer.Option(help="端口基数 of cunban up --port-base.", show_default="8080")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON 输出 as JSON.")] = False,
    topic: Annotated[str, typer.Option(hidden=True)] = EXTERNAL,
) -> None:
    """导入其他系统的办件日志，重复运行不重复写入 Import another system's log; a rerun adds nothing.

    退出码 exit code: 0 全部行已导入 all rows taken; 3 有坏行 some were bad; 1 未能导入或中途停止
    nothing could be done, or it stopped on the way: a rerun goes on. 说明 docs/importing-logs.md
    """
    began = time.monotonic()
    # What the client says of a broker that is away is said in one sentence below.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        bootstrap = load_settings(port_base=port_base).kafka.bootstrap
        with ImportProgress() as progress, Report(progress.print, bad_rows) as report:
            gathered = _gather(file, mapping, report, progress)
            imported = _import(bootstrap, topic, gathered, progress)
    except (MappingWrong, LogUnusable, ImportStopped, SettingsWrong, OSError) as fault:
        _complain(fault)
        bad_settings = isinstance(fault, SettingsWrong)
        raise typer.Exit(BAD_SETTINGS if bad_settings else NOTHING_DONE) from None
    except KeyboardInterrupt:
        typer.echo("已中断，重新运行即可续传。Interrupted; run it again to go on.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    summary = _Summary.of(gathered, report, imported, time.monotonic() - began)
    typer.echo(json.dumps(asdict(summary), ensure_ascii=False) if as_json else summary.told())
    if report.bad:
        raise typer.Exit(SOME_BAD if gathered.acts else NOTHING_DONE)


def _gather(file: Path, mapping: Path, report: Report, progress: ImportProgress) -> GatheredLog:
    said = load_mapping(mapping)
    reader = RowReader(said, zone_of(said.format.zone))
    gathered = GatheredLog(said.log, reader)
    size = file.stat().st_size
    show = progress.stage("读取 reading")
    for line, what in read_log(file, reader, said.format, lambda read: show(read, size)):
        if isinstance(what, Remark):
            report.remark(line, what)
        elif isinstance(what, BadRow):
            report.reject(line, what)
        else:
            _add(gathered, line, what, report)
    show(size, size)
    return gathered


def _add(gathered: GatheredLog, line: int, row: tuple[str, ...], report: Report) -> None:
    try:
        remarks = gathered.add(line, row)
    except BadRow as bad:
        report.reject(line, bad)
    else:
        report.rows += 1
        for remark in remarks:
            report.remark(line, remark)


def _import(
    bootstrap: str, topic: str, gathered: GatheredLog, progress: ImportProgress
) -> Imported:
    if not gathered.cases:
        return Imported(0, 0)
    told = Progress(
        compared=progress.stage("比对 comparing"), written=progress.stage("写入 writing")
    )
    return asyncio.run(import_cases(bootstrap, topic, gathered, told))


def _complain(fault: Exception) -> None:
    told = fault.told if isinstance(fault, (MappingWrong, LogUnusable, ImportStopped)) else ()
    for each in told if isinstance(told, tuple) else (told,):
        typer.echo(f"{each.zh} {each.en}", err=True)
    if not told:
        typer.echo(str(fault), err=True)


@dataclass(frozen=True, slots=True)
class _Summary:
    log: str
    rows: int
    """All that the file has, taken or not."""
    bad: int
    repeated: int
    """Rows that say an act again."""
    contradictions: int
    cases: int
    acts: int
    """Distinct ones in the file, good rows only."""
    written: int
    """Events: openings, acts and closings."""
    already_there: int
    seconds: float

    @classmethod
    def of(cls, log: GatheredLog, report: Report, imported: Imported, seconds: float) -> _Summary:
        return cls(
            log=log.log,
            rows=report.rows + report.bad,
            bad=report.bad,
            repeated=report.count("row.repeated"),
            contradictions=report.count("case.contradiction"),
            cases=len(log.cases),
            acts=log.acts,
            written=imported.written,
            already_there=imported.already_there,
            seconds=round(seconds, 3),
        )

    def told(self) -> str:
        return (
            f"{self.log}：{self.rows} 行（坏行 {self.bad}，重复 {self.repeated}），"
            f"{self.cases} 件，{self.acts} 次操作；写入事件 {self.written}，"
            f"已有 {self.already_there}；{self.seconds:.1f} 秒。\n"
            f"{self.log}: {self.rows} rows ({self.bad} bad, {self.repeated} repeated), "
            f"{self.cases} cases, {self.acts} acts; {self.written} events written, "
            f"{self.already_there} already there; {self.seconds:.1f} s."
        )

"""`cunban simulate`: days of a county through its public HTTP APIs."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Annotated, Final

import typer
import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.one_machine.county import DEPLOYED
from services.runtime.settings import ServiceUrls
from services.runtime.settings_loading import SettingsWrong, load_settings
from services.runtime.simulation.case_calls import Unexpected
from services.runtime.simulation.county_day import CountyDays, Run
from services.runtime.simulation.desk import NoAnswer
from services.runtime.simulation.ledger import Ledger
from services.runtime.simulation.mix import MixWrong, read_mix
from services.runtime.simulation.plan import PlanWrong
from services.runtime.simulation.summary import Summary

OTHERWISE: Final = 1
BAD_SETTINGS: Final = 2
INTERRUPTED: Final = 130
_MIX: Final = DEPLOYED / "simulation.yaml"
_ACCOUNTS: Final = DEPLOYED / "demo-accounts.yaml"
_TITLE: Final = "办件 cases"


def simulate(  # noqa: PLR0913, PLR0917  each option of the command line is a parameter
    days: Annotated[int, typer.Option(min=1, help="天数 days, one after the other.")] = 1,
    cases_per_day: Annotated[int, typer.Option(min=1, help="每天件数 cases a day.")] = 100,
    seed: Annotated[int, typer.Option(help="种子 the same seed, the same cases.")] = 1,
    port_base: Annotated[
        int | None, typer.Option(help="端口基数 as given to `cunban up`.", show_default="8080")
    ] = None,
    mix: Annotated[
        Path, typer.Option(dir_okay=False, help="构成 what a day is made of, YAML.")
    ] = _MIX,
    ledger: Annotated[
        Path | None, typer.Option(help="台账 where to write what was acknowledged, JSON lines.")
    ] = None,
    sync_every_line: Annotated[
        bool, typer.Option("--sync-every-line", help="逐行落盘 each line of it to the disk.")
    ] = False,
    concurrency: Annotated[
        int, typer.Option(min=1, max=1000, help="并行件数 cases worked side by side.")
    ] = 16,
    password: Annotated[str, typer.Option(help="口令 of the accounts.")] = "cunban-demo",
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="报告 where to write the summary, JSON.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON 输出 the summary as JSON.")] = False,
) -> None:
    """模拟若干天的办件 Work a county's days over HTTP, a day a batch.

    退出码 exit code: 0 全部如期 all went as planned; 1 有出入 something went otherwise
    """
    began = time.monotonic()
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        settings = load_settings(port_base=port_base)
        run = Run(
            days=days,
            cases_per_day=cases_per_day,
            seed=seed,
            mix=read_mix(mix),
            logins=_logins(_ACCOUNTS),
            password=password,
            concurrency=concurrency,
            kafka=settings.kafka.bootstrap,
        )
        book = Ledger(ledger, every_line=sync_every_line)
        try:
            summary = _run(run, settings.services_url, book, console)
        finally:
            book.close()
    except (MixWrong, PlanWrong, SettingsWrong, OSError) as wrong:
        console.print(str(wrong), markup=False)
        raise typer.Exit(BAD_SETTINGS) from None
    except (NoAnswer, Unexpected) as fault:
        console.print(_away(fault), markup=False)
        raise typer.Exit(OTHERWISE) from None
    except KeyboardInterrupt:
        console.print("已中断，已办的件不会丢失。Interrupted; what was answered stays.")
        raise typer.Exit(INTERRUPTED) from None
    seconds = round(time.monotonic() - began, 1)
    told = {**summary.as_dict(), "seconds": seconds}
    if report is not None:
        report.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        _tell(summary, seconds)
    raise typer.Exit(OTHERWISE if summary.failed else 0)


def _run(run: Run, urls: ServiceUrls, ledger: Ledger, console: Console) -> Summary:
    whole = run.days * run.cases_per_day
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(_TITLE, total=whole)
        done = 0

        def progress(more: int) -> None:
            nonlocal done
            before, done = 10 * done // whole, done + more
            bar.update(task, completed=done)
            if not console.is_terminal and 10 * done // whole > before:
                console.print(f"{_TITLE}: {done} / {whole}")

        days = CountyDays(run, lambda service: str(getattr(urls, service)), ledger, progress)
        return asyncio.run(days.carry_out())


def _logins(accounts: Path) -> tuple[str, ...]:
    listed = yaml.safe_load(accounts.read_text(encoding="utf-8"))["accounts"]
    return tuple(sorted(str(account["login"]) for account in listed))


def _away(fault: Exception) -> str:
    return (
        f"无法开始：{fault}。请确认 cunban up --demo 已就绪，端口基数一致。\n"
        "It could not begin; see that cunban up --demo is ready, on the same --port-base."
    )


def _tell(summary: Summary, seconds: float) -> None:
    console = Console(highlight=False, soft_wrap=True)
    table = Table("受理机构 accepted by", "受理 accepted", "办结 completed", "在办 open")
    for path, counts in summary.organisations.items():
        table.add_row(path, *(str(counts[name]) for name in ("accepted", "completed", "open")))
    console.print(table)
    console.print(f"路线 routes: {_listed(summary.shapes)}")
    for title, counts in (
        ("结果 ends", summary.ways),
        ("类型 kinds", summary.kinds),
        ("渠道 channels", summary.channels),
        ("一件事 topics", summary.topics),
        ("操作 acts", summary.acts),
        ("其中 of them", summary.done),
        ("被拒 refused", summary.refusals),
    ):
        console.print(f"{title}: {_listed(counts)}")
    console.print(
        f"{summary.cases} 件 cases, {summary.commands} 条命令 commands, "
        f"{summary.refused} 条如期被拒 refused as they had to be, {seconds} s"
    )
    for line in summary.unexpected:
        console.print(f"✗ {line}", markup=False)
    if summary.failed:
        console.print(f"✗ {summary.failed} 件与计划不符 cases went otherwise than planned")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items())

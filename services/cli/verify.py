"""`cunban verify`: the log against itself, the snapshots and the tables."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

import httpx2
import orjson
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from schemas.events.base import EXTERNAL, SUPERVISION
from services.cli.operations import operator_token
from services.intake.shell.wiring import PARTS as INTAKE
from services.review.shell.wiring import PARTS as REVIEW
from services.routing.shell.wiring import PARTS as ROUTING
from services.runtime.reference_topic import ReferenceFollower
from services.runtime.settings import Settings
from services.runtime.settings_loading import load_settings
from services.runtime.verdict import Finding, Verdict
from services.runtime.verify import Verifier
from services.supervision.shell.wiring import PARTS as SUPERVISION_PARTS

_ALL: Final = (INTAKE, ROUTING, REVIEW, SUPERVISION_PARTS)


def verify(
    port_base: Annotated[int | None, typer.Option(help="端口基数 as given to `cunban up`")] = None,
    data: Annotated[str | None, typer.Option(help="数据目录 as given to `cunban up`")] = None,
    log_only: Annotated[
        bool, typer.Option("--log-only", help="不核对分析库 leave the tables out")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON 输出 as JSON")] = False,
) -> None:
    """核对日志、状态与分析库 Compare log, snapshots and tables; exit 1 with a list of faults."""
    settings = load_settings(port_base=port_base, data_dir=data)
    verdict = asyncio.run(_verified(settings, tables=not log_only))
    if as_json:
        print(orjson.dumps(_summary(verdict)).decode())
    else:
        _tell(verdict)
    raise typer.Exit(1 if verdict.findings else 0)


async def _verified(settings: Settings, *, tables: bool) -> Verdict:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,.0f}"))
    follower = ReferenceFollower(settings.kafka.bootstrap)
    await follower.start()
    try:
        with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
            task = bar.add_task("核对 verifying")

            def progress(topic: str, number: int) -> None:
                bar.update(task, description=f"核对 verifying {topic}", advance=number)

            verifier = Verifier(settings.kafka.bootstrap, follower.book, progress)
            await _read_all(verifier)
            if tables:
                bar.update(task, description="核对 verifying tables")
                await _compare_tables(settings, verifier.verdict)
    finally:
        await follower.stop()
    return verifier.verdict


async def _read_all(verifier: Verifier) -> None:
    for parts in _ALL:
        assert parts.service is not None
        for service in (parts.service, *parts.beside):
            await verifier.service(service)
        if parts.reactor is not None:
            await verifier.reactions(parts.reactor, parts.service)
    for topic in (EXTERNAL, SUPERVISION):
        await verifier.topic(topic)


async def _compare_tables(settings: Settings, verdict: Verdict) -> None:
    """Ask supervision what its tables hold up to the same offsets."""
    until = ",".join(f"{t}:{p}:{d.until}" for (t, p), d in verdict.digests.items())
    address = f"{settings.services_url.supervision}/v1/operate/verify"
    headers = {"Authorization": f"Bearer {operator_token(settings)}"}
    async with httpx2.AsyncClient(timeout=120, headers=headers) as client:
        try:
            answer = await client.get(address, params={"until": until})
            answer.raise_for_status()
        except httpx2.HTTPError as fault:
            what = f"supervision did not answer ({type(fault).__name__}); is the stack up?"
            verdict.find("table", "events", "", what)
            return
    _compare(verdict, answer.json())


def _compare(verdict: Verdict, told: dict[str, Any]) -> None:
    tables = {(row["topic"], row["partition"]): row for row in told["partitions"]}
    for (topic, partition), log in verdict.digests.items():
        row = tables.get((topic, partition), {"events": 0, "digest": 0})
        place = f"{topic}[{partition}]"
        if row["events"] != log.events:
            what = f"{row['events']} rows, {log.events} events on the log below {log.until}"
            verdict.find("table", "events", place, what)
        elif row["digest"] != log.digest:
            verdict.find("table", "events", place, "as many rows as events, of other content")
    for difference in told["differences"]:
        verdict.find("table", difference["table"], difference["key"], difference["what"])


def _tell(verdict: Verdict) -> None:
    for finding in verdict.findings:
        print(_line(finding))
    for line in verdict.more():
        print(line)
    events = sum(digest.events for digest in verdict.digests.values())
    done = f"{verdict.commands} 命令 commands, {verdict.keys} 状态 snapshots"
    found = "一致 clean" if not verdict.findings else "不一致 NOT clean"
    print(f"{found}: {events} 事件 events, {done}")


def _line(finding: Finding) -> str:
    return f"{finding.kind}: {finding.where}: {finding.what}"


def _summary(verdict: Verdict) -> dict[str, Any]:
    return {
        "clean": not verdict.findings,
        "events": sum(digest.events for digest in verdict.digests.values()),
        "commands": verdict.commands,
        "snapshots": verdict.keys,
        "findings": [{"kind": f.kind, "where": f.where, "what": f.what} for f in verdict.findings],
        "more": list(verdict.more()),
    }

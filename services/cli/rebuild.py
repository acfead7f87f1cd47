"""`cunban rebuild`: the tables made anew beside the live ones, compared, swapped."""

from __future__ import annotations

import json
from typing import Annotated, Any

import httpx2
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli.operations import operator_token
from services.runtime.settings import Settings
from services.runtime.settings_loading import load_settings


def rebuild(
    tables: Annotated[
        str | None,
        typer.Option(help="读模型，逗号分隔 read models with commas; default all"),
    ] = None,
    from_log: Annotated[
        bool, typer.Option("--from-log", help="从 Kafka 重读全部事件 read all of Kafka again")
    ] = False,
    accept_difference: Annotated[
        bool, typer.Option("--accept-difference", help="内容不同也切换 swap although it differs")
    ] = False,
    port_base: Annotated[int | None, typer.Option(help="端口基数 as given to `cunban up`")] = None,
    data: Annotated[str | None, typer.Option(help="数据目录 as given to `cunban up`")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON 输出 as JSON lines")] = False,
) -> None:
    """在旁重建、比对、切换 Rebuild beside the live tables; exit 1 where something differs."""
    settings = load_settings(port_base=port_base, data_dir=data)
    wanted = {"from_log": from_log, "accept_difference": accept_difference}
    found = _rebuilt(settings, wanted | ({"tables": tables} if tables else {}), as_json)
    raise typer.Exit(0 if found and all(_good(line) for line in found) else 1)


def _good(line: dict[str, Any]) -> bool:
    return "rebuilt" in line and bool(line["rebuilt"]["swapped"])


def _rebuilt(settings: Settings, wanted: dict[str, Any], as_json: bool) -> list[dict[str, Any]]:
    address = f"{settings.services_url.supervision}/v1/operate/rebuild"
    headers = {"Authorization": f"Bearer {operator_token(settings)}"}
    found: list[dict[str, Any]] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        httpx2.stream("POST", address, params=wanted, headers=headers, timeout=None) as answer,
        Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar,
    ):
        if answer.status_code != 200:
            answer.read()
            typer.echo(answer.text, err=True)
            return found
        bars: dict[str, Any] = {}
        for text in answer.iter_lines():
            line = json.loads(text)
            if "progress" in line:
                _show(bar, bars, line["progress"])
            else:
                found.append(line)
                print(text if as_json else _told(line))
    return found


def _show(bar: Progress, bars: dict[str, Any], told: dict[str, Any]) -> None:
    table = told["table"]
    if table not in bars:
        bars[table] = bar.add_task(f"重建 rebuilding {table}")
    bar.update(bars[table], completed=told["done"], total=max(told["total"], told["done"]))


def _told(line: dict[str, Any]) -> str:
    if "failed" in line:
        return f"失败 failed: {line['failed']}"
    found = line["rebuilt"]
    same = "一致 equal" if found["equal"] else "不同 DIFFERENT"
    done = "已切换 swapped" if found["swapped"] else "未切换 left as it was"
    return f"{found['table']}: {found['after']['rows']} 行 rows, {same}, {done}"

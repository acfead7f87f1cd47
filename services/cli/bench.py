"""`cunban bench`: ours beside its baseline. The programs are in the checkout, not in the wheel."""

from __future__ import annotations

import asyncio
import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
from rich.console import Console

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_ROUNDS: Final = 5
_QUICK_ROUNDS: Final = 2


def bench(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="基准名称，缺省全部 which ones; all of them if left out."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="结果写入文件 write the figures there.")] = None,
    rounds: Annotated[
        int | None, typer.Option(min=1, help="轮数 rounds; 5, with --quick 2.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="较短，仅供参考 short, for a look.")
    ] = False,
) -> None:
    """性能基准：与对照并列测量 Measure ours beside its baseline; exit 1 below a bar."""
    programs = _programs()
    wanted = names or list(programs.BENCHMARKS)
    if unknown := [name for name in wanted if name not in programs.BENCHMARKS]:
        raise typer.BadParameter(f"{unknown[0]}: 可选 one of {', '.join(programs.BENCHMARKS)}")
    # Until a broker answers, its client writes an error for each refused connection.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console(highlight=False, soft_wrap=True)
    number = rounds or (_QUICK_ROUNDS if quick else _ROUNDS)
    found = asyncio.run(programs.run(wanted, number, quick=quick, say=console))
    if json is not None:
        json.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    if not found["holds"]:
        raise typer.Exit(1)


def _programs() -> Any:
    if not (_CHECKOUT / "tests" / "bench" / "run.py").exists():
        raise typer.BadParameter("基准程序只在源码目录中 the benchmarks are in the checkout only")
    sys.path.insert(0, str(_CHECKOUT))
    return import_module("tests.bench.run")

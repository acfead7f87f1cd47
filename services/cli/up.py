"""`cunban up`: the whole county on this machine."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.one_machine import data_folder, ports
from services.one_machine.broker import Broker
from services.one_machine.cannot_start import CannotStart
from services.one_machine.county import Machine
from services.one_machine.kafka_jars import CACHE_VARIABLE, class_path, default_cache
from services.one_machine.machine_secrets import make_secrets
from services.one_machine.session import Plan, run

_DEMO_LOGINS = "inspector, leader, operator, village.clerk, town.approver, county.reviewer"
_DEMO_PASSWORD = "cunban-demo"
_STOPPED_BY_CTRL_C = 130


def up(
    port_base: Annotated[
        int, typer.Option(help="端口基数 first of the ports: portal +0 … Kafka +12, +13.")
    ] = 8080,
    data: Annotated[
        Path, typer.Option(help="数据目录 folder of all data; kept between starts.")
    ] = Path(".cunban"),
    demo: Annotated[bool, typer.Option("--demo", help="启用演示账号 with demo accounts.")] = False,
    cache: Annotated[
        Path | None,
        typer.Option(
            envvar=CACHE_VARIABLE,
            show_default="~/.cache/cunban",
            help="下载的 Kafka 存放处 where the downloaded Kafka is kept.",
        ),
    ] = None,
) -> None:
    """在本机启动全部服务 Run the whole county on this machine; Ctrl-C stops it."""
    began = time.monotonic()
    console = Console(highlight=False, soft_wrap=True)
    try:
        with data_folder.opened(data) as folder:
            machine = Machine(port_base, folder, demo)
            plan = _prepare(machine, cache or default_cache(), console)
            asyncio.run(
                run(plan, console.print, lambda: _welcome(machine, console, began)),
            )
    except CannotStart as refusal:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(refusal), markup=False)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:  # before the services were started, so nothing is left to stop
        raise typer.Exit(_STOPPED_BY_CTRL_C) from None


def _prepare(machine: Machine, cache: Path, console: Console) -> Plan:
    folder = machine.folder
    for warning in data_folder.tight_places(folder.path):
        console.print(f"! {warning}", markup=False)
    ports.require_free(machine.ports())
    jars = class_path(cache.expanduser().absolute())
    broker = Broker(folder.path, machine.broker_port, machine.controller_port, jars)
    broker.prepare()
    make_secrets(folder.secrets)
    # Until the broker answers, its client writes an error for each refused connection.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    return Plan(broker.spec(), machine.steps(), machine.services(), folder.logs, folder.status)


def _welcome(machine: Machine, console: Console, began: float) -> None:
    console.print(f"\n村办已就绪 Cunban is ready ({time.monotonic() - began:.0f} s)\n")
    for title, address in machine.addresses().items():
        console.print(f"  {address}  {title}")
    console.print(f"  {machine.folder.path}  数据 data")
    if machine.demo:
        console.print(f"\n演示账号 demo accounts: {_DEMO_LOGINS}")
        console.print(f"密码 password: {_DEMO_PASSWORD}; 其余 others: deploy/county/README.md")
    console.print("\n按 Ctrl-C 停止 Ctrl-C stops it\n")

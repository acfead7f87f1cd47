"""`cunban topics`: the topics of an installation, as `schemas/topics.toml` declares them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from services.runtime.settings import KAFKA_OFFSET, KafkaSettings
from services.runtime.settings_loading import SettingsWrong, load_settings
from services.runtime.topics_admin import (
    Change,
    Layout,
    TopicsRefused,
    TopicsUnavailable,
    apply_topics,
    plan_topics,
)

app = typer.Typer(no_args_is_help=True, help="主题 Topics of the installation.")

Bootstrap = Annotated[
    str | None, typer.Option(help="Kafka 地址，默认取设置 host:port; by default from the settings.")
]
PortBase = Annotated[
    int | None, typer.Option(help="单机的端口基数，默认 8080 first port of one machine.")
]


def kafka_settings(bootstrap: str | None, port_base: int | None) -> KafkaSettings:
    """Give the settings of the broker; what the command line names is stronger.

    Ends the command with 2 where a setting is bad.
    """
    given: dict[str, Any] = {"port_base": port_base}
    try:
        if bootstrap is not None:
            given["kafka"] = {"bootstrap": bootstrap}
        elif port_base is not None:
            # A base on the command line must not lose against an address in the environment.
            given["kafka"] = {"bootstrap": f"127.0.0.1:{port_base + KAFKA_OFFSET}"}
        return load_settings(**given).kafka
    except SettingsWrong as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None


@app.command()
def plan(bootstrap: Bootstrap = None, port_base: PortBase = None) -> None:
    """列出将要进行的变更 Show what `apply` would do; exit 1 where it would refuse."""
    kafka = kafka_settings(bootstrap, port_base)
    try:
        changes = asyncio.run(plan_topics(kafka.bootstrap, _layout(kafka)))
    except TopicsUnavailable as fault:
        raise _ended(fault) from None
    _show(changes)
    if any(c.kind == "refuse" for c in changes):
        raise typer.Exit(1)


@app.command()
def apply(bootstrap: Bootstrap = None, port_base: PortBase = None) -> None:
    """建立缺少的主题，更正设置 Create missing topics and mend settings; a repeat does nothing.

    分区数不同则什么都不做，退出码 1。Where a partition count differs nothing is done; exit 1.
    """
    kafka = kafka_settings(bootstrap, port_base)
    try:
        _show(asyncio.run(apply_topics(kafka.bootstrap, _layout(kafka))))
    except TopicsRefused as refused:
        _show(refused.refused)
        raise typer.Exit(1) from None
    except TopicsUnavailable as fault:
        raise _ended(fault) from None


def _layout(kafka: KafkaSettings) -> Layout:
    return Layout(kafka.partitions, kafka.replication, kafka.min_insync)


def _show(changes: Iterable[Change]) -> None:
    nothing = True
    for change in changes:
        nothing = False
        match change.kind:
            case "create":
                typer.echo(f"+ {change.topic}（{change.partitions} 个分区 partitions）")
            case "configure":
                for s in change.settings:
                    typer.echo(f"~ {change.topic}: {s.name} {s.old or '-'} → {s.new}")
            case "refuse":
                typer.echo(f"! {change.topic}: {change.reason}", err=True)
    if nothing:
        typer.echo("主题已就绪，无需变更。All topics are in place.")


def _ended(fault: TopicsUnavailable) -> typer.Exit:
    typer.echo(f"无法连接或配置 Kafka，请检查地址后重试。Kafka cannot be used: {fault}", err=True)
    return typer.Exit(1)

"""`cunban serve SERVICE`: one process of a service, in a cluster or on one machine."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from services.runtime.logs import configure
from services.runtime.roles import ROLES, Parts, Role, run
from services.runtime.settings import SERVICES
from services.runtime.settings_loading import SettingsWrong, load_settings


def serve(
    service: Annotated[str, typer.Argument(help="portal|intake|routing|review|supervision")],
    role: Annotated[
        str | None,
        typer.Option(
            help="角色，逗号分隔 roles with commas: api,worker,reactions,projector",
            show_default="api,worker; supervision: api,worker,projector",
        ),
    ] = None,
) -> None:
    """运行一个服务的一个进程 Run one process of a service; SIGTERM ends it cleanly."""
    if service not in SERVICES:
        raise typer.BadParameter(f"服务须为 one of: {', '.join(SERVICES)}")
    try:
        settings = load_settings()
    except SettingsWrong as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from wrong
    configure(settings.log, service, settings.instance)
    place = "services.portal" if service == "portal" else f"services.{service}.shell"
    # Each process imports its own service only: start-up time and memory are per process.
    parts = import_module(f"{place}.wiring").PARTS
    run(parts, settings, _roles(role, parts))


def _roles(asked: str | None, parts: Parts) -> tuple[Role, ...]:
    feeds = parts.projector_part is not None
    if asked is None:
        return ("api", "worker", "projector") if feeds else ("api", "worker")
    wanted = {part.strip() for part in asked.split(",")}
    if not wanted <= set(ROLES):
        raise typer.BadParameter(f"角色须为 one of: {', '.join(ROLES)}")
    if feeds and "api" in wanted and "projector" not in wanted:
        # How fresh the tables are is known where they are fed; without it no query is answered.
        raise typer.BadParameter("api 须与 projector 同在一个进程 needs projector: api,projector")
    return tuple(known for known in ROLES if known in wanted)

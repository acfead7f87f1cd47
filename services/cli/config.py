"""`cunban config …`: which settings are in force, where each comes from, what is wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Annotated, Final

import typer

from services.runtime.secret_files import SECRET_FILES, SecretFiles
from services.runtime.settings import Settings
from services.runtime.settings_loading import (
    MASK,
    Fault,
    Origin,
    SettingsWrong,
    Shown,
    load_settings,
    shown,
    unknown_variables,
)

app = typer.Typer(help="设置 Settings", no_args_is_help=True)
BAD_VALUE: Final = 2
_ORIGINS: Final[dict[Origin, str]] = {
    "command line": "命令行 command line",
    "environment": "环境变量 environment",
    "file": "文件 file",
    "derived": "推算 derived",
    "default": "默认 default",
}


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="JSON 输出 as JSON")] = False,
) -> None:
    """列出全部设置及其来源，密钥不显示。Show all settings and their sources, secrets masked."""
    settings = _loaded()
    found = shown(settings)
    secrets = _secrets(settings)
    if as_json:
        settings_json = {s.row.name: {"value": s.value, "source": s.origin} for s in found}
        typer.echo(json.dumps({"settings": settings_json, "secrets": secrets}, ensure_ascii=False))
        return
    _print(found, secrets)


@app.command()
def check() -> None:
    """检查设置，有误则以 2 退出。Check the settings; exit 2 where one is bad."""
    _loaded()
    if unknown := unknown_variables(os.environ):
        _complain(unknown)
        raise typer.Exit(BAD_VALUE)
    typer.echo("设置无误。The settings are good.")


def _loaded() -> Settings:
    try:
        return load_settings()
    except SettingsWrong as wrong:
        _complain(wrong.faults)
        raise typer.Exit(BAD_VALUE) from None


def _complain(faults: Iterable[Fault]) -> None:
    for fault in faults:
        typer.echo(f"{fault.variable}：{fault.reason.zh}。{fault.reason.en}.", err=True)
        typer.echo(f"  例 example: {fault.example}", err=True)


def _secrets(settings: Settings) -> dict[str, str]:
    files = SecretFiles(settings.secrets_dir)
    return {name: MASK if files.has(name) else "" for name in SECRET_FILES}


def _print(found: Iterable[Shown], secrets: dict[str, str]) -> None:
    lines = [(f"{each.row.variable}={each.value}", _ORIGINS[each.origin]) for each in found]
    lines += [
        (f"{name}: {value or '无 absent'}", "密钥文件 secret file")
        for name, value in secrets.items()
    ]
    width = max(len(setting) for setting, _ in lines)
    for setting, origin in lines:
        typer.echo(f"{setting:<{width}}  # {origin}")

"""`cunban`: parses and wires, nothing else."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Final

import typer

from services.runtime.logs import configure
from services.runtime.settings import LogSettings

_COMMANDS: Final = {
    "up": "services.cli.up:up",
    "serve": "services.cli.serve:serve",
    "topics": "services.cli.topics:app",
    "reference": "services.cli.reference:app",
    "verify": "services.cli.verify:verify",
    "rebuild": "services.cli.rebuild:rebuild",
    "simulate": "services.cli.simulate:simulate",
    "schemas": "services.cli.schemas:app",
    "clock": "services.cli.clock:app",
    "config": "services.cli.config:app",
    "bench": "services.cli.bench:bench",
    "import-log": "services.cli.import_log:import_log",
}
"""Command → where it lives, in the order of the help."""
_HELP: Final = "村办：农民办事不出村 Cunban: handling affairs without leaving the village."


def app() -> None:
    """Run the command line.

    Only the command that is called is imported: `cunban serve intake` must not pay, in start-up
    time and resident memory, for the engine of `cunban rebuild`.
    """
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    wanted = {name: _COMMANDS[name]} if name in _COMMANDS else _COMMANDS
    line = typer.Typer(name="cunban", help=_HELP, no_args_is_help=True, add_completion=False)
    line.callback()(all_commands)
    for command, place in wanted.items():
        module, attribute = place.split(":")
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            line.add_typer(found, name=command)
        else:
            line.command(command)(found)
    line()


def all_commands() -> None:
    """Send what the runtime logs to standard error, from warnings on; `serve` sets its own.

    With it `cunban COMMAND` is a command of a group, however many are loaded.
    """
    configure(LogSettings(level="warning"), "cunban", str(os.getpid()))


if __name__ == "__main__":
    app()

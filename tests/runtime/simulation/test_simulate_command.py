"""`cunban simulate` says what it lacks, and the cure, before it does anything."""

from pathlib import Path

import typer
from typer.testing import CliRunner

from services.cli.simulate import simulate
from services.one_machine.ports import free_ports


def cunban_simulate(*arguments: str | Path) -> tuple[int, str]:
    """Run the command; give its exit status and what it said on standard error."""
    app = typer.Typer()
    app.command()(simulate)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stderr


def test_without_a_running_stack_it_says_so_soon(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    status, said = cunban_simulate("--port-base", str(free_ports(1)[0] - 1), "--ledger", ledger)
    assert status == 1
    assert "cunban up --demo" in said
    assert ledger.read_bytes() == b""


def test_a_wrong_mix_is_told_with_its_place(tmp_path: Path) -> None:
    mix = tmp_path / "mix.yaml"
    mix.write_text("items: {village-records: 1}\nshares: {rejected: 2}")
    status, said = cunban_simulate("--mix", mix)
    assert status == 2
    assert "shares.rejected" in said

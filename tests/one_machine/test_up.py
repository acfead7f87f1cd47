"""`cunban up` refuses what cannot work, before it starts anything, and says the cure."""

import socket
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.cli.up import up
from services.one_machine import data_folder
from services.one_machine.ports import free_ports
from tests.one_machine.toys import free_base


def cunban_up(*arguments: str | Path) -> tuple[int, str]:
    """Run the command; give its exit status and what it said on standard error."""
    app = typer.Typer()
    app.command()(up)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stderr


def test_a_taken_port_is_told_with_its_service_and_the_cure(tmp_path: Path) -> None:
    with socket.socket() as server:
        base = free_base()
        server.bind(("127.0.0.1", base + 2))
        server.listen(1)
        status, said = cunban_up("--port-base", str(base), "--data", tmp_path)
    assert status == 1
    assert f"{base + 2} (routing" in said
    assert "--port-base 18080" in said


def test_a_second_up_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with data_folder.opened(tmp_path):
        status, said = cunban_up("--port-base", str(free_base()), "--data", tmp_path)
    assert status == 1
    assert "Another cunban up" in said


@pytest.mark.kafka
def test_a_damaged_data_folder_is_refused_and_nothing_in_it_is_touched(tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "meta.properties").write_text("garbage")
    base = free_base()
    status, said = cunban_up("--port-base", str(base), "--data", tmp_path)
    assert status == 1
    assert "meta.properties" in said
    assert "backup" in said
    assert (tmp_path / "kafka" / "meta.properties").read_text() == "garbage"


def test_no_network_for_the_first_fetch_is_told_with_the_cures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_ports(1)[0]}")
    base = free_base()
    status, said = cunban_up(
        "--port-base", str(base), "--data", tmp_path / "data", "--cache", tmp_path / "cache"
    )
    assert status == 1
    assert "HTTPS_PROXY" in said
    assert str(tmp_path / "cache") in said

"""What a wrong call is told, and where what the runtime logs goes."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from services.cli.serve import serve


@pytest.mark.parametrize(
    ("service", "role", "told"),
    [
        ("supervision", "api", "api,projector"),
        ("supervision", "api,worker", "api,projector"),
        ("review", "api,nap", "projector"),
        ("post-office", "api", "supervision"),
    ],
)
def test_a_process_that_could_answer_nothing_is_not_started(
    service: str, role: str, told: str
) -> None:
    with pytest.raises(typer.BadParameter, match=told):
        serve(service, role)


def test_a_command_logs_to_standard_error_and_from_warnings_on() -> None:
    program = """
import structlog
from services.cli.main import all_commands
all_commands()
structlog.get_logger().info("facts read")
structlog.get_logger().warning("facts dropped")
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == ""
    assert "facts dropped" in ran.stderr
    assert "facts read" not in ran.stderr

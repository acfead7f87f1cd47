"""The commands of the README are run, word for word, and say what the README says they say."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.stack import Stack

README = Path(__file__).resolve().parents[2] / "README.md"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def told() -> list[tuple[str, list[str]]]:
    """Give each command with the lines that the README shows after it."""
    found: list[tuple[str, list[str]]] = []
    for block in _BLOCK.findall(README.read_text("utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def shape(line: str) -> str:
    """Leave numbers, dates and case numbers out: they are others each time."""
    return re.sub(r"[0-9A-Z]", "x", line)


@pytest.mark.stack
@pytest.mark.xdist_group("stack")
def test_the_walk_through_one_case_is_true(stack: Stack) -> None:
    commands = told()
    assert len(commands) > 15
    marked = [f"{command}\necho @@@" for command, _ in commands]
    script = "set -u\n" + "\n".join(marked)
    done = subprocess.run(
        ["bash", "-c", script],
        env={"BASE": str(stack.port_base), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    outputs = [part.strip("\n") for part in done.stdout.split("@@@\n")][:-1]
    assert len(outputs) == len(commands), done.stderr
    for (command, expected), output in zip(commands, outputs, strict=True):
        assert [shape(line) for line in output.splitlines()] == [
            shape(line) for line in expected
        ], f"{command}\n{output}\n{done.stderr}"

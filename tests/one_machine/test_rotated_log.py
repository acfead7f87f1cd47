"""What processes say is kept whole, in files that do not grow without end."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from services.one_machine.child import ended, spawn
from services.one_machine.rotated_log import RotatedLog, last_lines, pour


def test_a_full_file_moves_on_and_the_oldest_goes(tmp_path: Path) -> None:
    log = RotatedLog(tmp_path / "intake.log", size=10, kept=2)
    for number in range(4):
        log.write(f"line no. {number}\n".encode())
    log.write(b"short\n")
    log.close()
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "intake.log": "short\n",
        "intake.log.1": "line no. 3\n",
        "intake.log.2": "line no. 2\n",
    }


def test_a_line_is_never_cut_in_two(tmp_path: Path) -> None:
    log = RotatedLog(tmp_path / "log", size=4, kept=2)
    for part in (b"abcdef", b"ghi\n", b"next\n"):
        log.write(part)
    log.close()
    assert (tmp_path / "log.2").read_text() == "abcdefghi\n"


def test_a_restart_goes_on_in_the_same_file(tmp_path: Path) -> None:
    for word in (b"first\n", b"second\n"):
        log = RotatedLog(tmp_path / "log")
        log.write(word)
        log.close()
    assert (tmp_path / "log").read_text() == "first\nsecond\n"


async def test_the_last_words_of_a_dying_process_are_kept(tmp_path: Path) -> None:
    child = spawn((sys.executable, "-S", "-c", "print('x' * 100000); raise SystemExit('why')"))
    assert child.stdout is not None
    pouring = await pour(child.stdout, tmp_path / "log")
    assert await ended(child) == 1
    await pouring.close()
    assert last_lines(tmp_path / "log", 1) == "why"
    assert len((tmp_path / "log").read_text()) == 100_005


async def test_a_pipe_that_a_grandchild_holds_is_let_go(tmp_path: Path) -> None:
    lingering = "import subprocess; subprocess.Popen(['sleep', '600']); print('parent ends')"
    child = spawn((sys.executable, "-c", lingering))
    assert child.stdout is not None
    pouring = await pour(child.stdout, tmp_path / "log")
    await ended(child)
    async with asyncio.timeout(10):
        await pouring.close(0.1)
    assert last_lines(tmp_path / "log") == "parent ends"
    os.killpg(child.pid, signal.SIGKILL)  # its group: the sleeper


def test_the_end_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none") == ""

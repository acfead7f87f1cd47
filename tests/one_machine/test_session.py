"""One run of the stack, from its start to Ctrl-C or worse, with toys in place of the services."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.one_machine.toys import Diary, is_alive, pid_of, until

Up: TypeAlias = "subprocess.Popen[str]"
_NAMES = ("kafka", "intake", "review")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Up]]:
    """Start a run of the named kind in a process group of its own, as a terminal does."""
    started: list[Up] = []

    def start_one(what: str) -> Up:
        up = subprocess.Popen(
            (sys.executable, "-m", "tests.one_machine.toy_session", str(tmp_path), what),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        started.append(up)
        return up

    yield start_one
    for up in started:
        up.kill()
        up.communicate()


def welcomed(up: Up) -> None:
    assert up.stdout is not None
    assert any(line == "welcome\n" for line in up.stdout), "it ended before it was ready"


def ctrl_c(up: Up) -> None:
    os.killpg(up.pid, signal.SIGINT)


def test_broker_then_steps_then_services_then_the_welcome(
    start: Callable[[str], Up], tmp_path: Path
) -> None:
    welcomed(start("good"))
    started = Diary(tmp_path / "diary").lines()
    assert started[0] == "kafka started"
    assert set(started[1:]) == {"intake started", "review started"}


def test_ctrl_c_stops_the_services_then_the_broker_and_is_no_failure(
    start: Callable[[str], Up], tmp_path: Path
) -> None:
    up = start("good")
    welcomed(up)
    ctrl_c(up)
    up.communicate(timeout=10)
    stopping = Diary(tmp_path / "diary").lines()[3:]
    assert up.returncode == 0
    assert stopping[-2:] == ["kafka asked", "kafka stopped"]
    assert {"intake stopped", "review stopped"} <= set(stopping[:-2])
    assert not any("interrupted" in line for line in stopping), "Ctrl-C reached a child itself"


def test_a_stubborn_service_does_not_hold_up_the_end(start: Callable[[str], Up]) -> None:
    up = start("stubborn")
    welcomed(up)
    up.terminate()
    said, _ = up.communicate(timeout=10)
    assert up.returncode == 0
    assert "review 未按时停止" in said


def test_a_second_ctrl_c_kills_at_once(start: Callable[[str], Up], tmp_path: Path) -> None:
    up = start("stubborn")
    welcomed(up)
    pids = [pid_of(name, tmp_path / "status.json") for name in _NAMES]
    ctrl_c(up)
    assert up.stdout is not None
    assert "once more kills at once" in up.stdout.readline()
    ctrl_c(up)
    up.communicate(timeout=5)
    assert not any(is_alive(pid) for pid in pids)


async def test_killed_by_kill_9_it_leaves_no_process_behind(
    start: Callable[[str], Up], tmp_path: Path
) -> None:
    up = start("stubborn")
    welcomed(up)
    pids = [pid_of(name, tmp_path / "status.json") for name in _NAMES]
    assert all(is_alive(pid) for pid in pids)
    up.kill()
    await until(lambda: not any(is_alive(pid) for pid in pids))


def test_children_stay_in_the_session_but_not_in_the_group_of_the_terminal(
    start: Callable[[str], Up], tmp_path: Path
) -> None:
    up = start("good")
    welcomed(up)
    for name in _NAMES:
        pid = pid_of(name, tmp_path / "status.json")
        assert os.getsid(pid) == os.getsid(up.pid)
        assert os.getpgid(pid) == pid


def test_a_step_that_fails_stops_everything_with_its_last_words(
    start: Callable[[str], Up], tmp_path: Path
) -> None:
    up = start("failing-step")
    _, said = up.communicate(timeout=30)
    assert up.returncode == 1
    assert "no such topic" in said
    assert "exit 4" in said
    assert Diary(tmp_path / "diary").lines() == ["kafka started", "kafka asked", "kafka stopped"]


def test_a_broker_that_does_not_come_up_is_the_end_with_its_last_words(
    start: Callable[[str], Up],
) -> None:
    up = start("failing-broker")
    _, said = up.communicate(timeout=30)
    assert up.returncode == 1
    assert "kafka says hello" in said

"""Processes are kept running, and whoever looks sees which died and why."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.one_machine.ports import free_ports
from services.one_machine.readiness import http_ready
from services.one_machine.supervision_tree import Pauses, ProcessSpec, SupervisionTree
from tests.one_machine.toys import Diary, is_alive, pid_of, until

QUICK = Pauses(first=0.01, longest=0.04, healthy_after=60)
STOP = {1: 5.0, 0: 5.0}


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    return Diary(tmp_path / "diary")


@pytest.fixture
def said() -> list[str]:
    """Lines shown to the person at the terminal."""
    return []


@pytest.fixture
async def tree(tmp_path: Path, said: list[str]) -> AsyncIterator[SupervisionTree]:
    made = SupervisionTree(tmp_path, tmp_path / "status.json", said.append, QUICK)
    yield made
    made.kill()
    await made.stop(STOP)


async def test_a_process_killed_by_a_signal_is_restarted_and_the_signal_is_shown(
    tree: SupervisionTree, diary: Diary, said: list[str], tmp_path: Path
) -> None:
    tree.start(diary.toy("intake"))
    assert await tree.until_ready(["intake"], 20) == ()
    os.kill(pid_of("intake", tmp_path / "status.json"), signal.SIGKILL)
    await until(lambda: diary.lines().count("intake started") == 2)
    await until(lambda: "after a restart" in said[-1])
    assert any("intake" in line and "SIGKILL" in line and "intake.log" in line for line in said)


async def test_a_process_that_keeps_dying_is_tried_ever_more_rarely(
    tree: SupervisionTree, diary: Diary, said: list[str], tmp_path: Path
) -> None:
    dying = replace(diary.toy("review", "dies"), ready=never)
    tree.start(dying)
    await until(lambda: len(said) >= 5)
    assert [line.partition("exit 3, ")[2].split()[0] for line in said[:4]] == [
        "0.01", "0.02", "0.04", "0.04",
    ]  # fmt: skip
    assert (tmp_path / "review.log").read_text().startswith("review says hello\n")


async def never() -> bool:
    return False


@pytest.mark.parametrize(
    ("former", "lived", "expected"),
    [(None, 0.1, 0.5), (0.5, 0.1, 1.0), (20.0, 59.0, 30.0), (30.0, 1.0, 30.0), (30.0, 60.0, 0.5)],
)
def test_the_pause_doubles_up_to_half_a_minute_and_is_forgotten_after_a_healthy_one(
    former: float | None, lived: float, expected: float
) -> None:
    assert Pauses().after(former, lived, was_ready=False) == expected


def test_who_asks_a_process_that_was_ready_and_died_again_and_again_waits_four_seconds() -> None:
    pauses = Pauses()
    assert pauses.after(2.0, 1.0, was_ready=True) == 4.0
    assert pauses.after(4.0, 1.0, was_ready=True) == 4.0
    assert pauses.after(30.0, 1.0, was_ready=True) == 4.0


async def test_the_status_file_names_pid_state_and_log_while_it_runs(
    tree: SupervisionTree, diary: Diary, tmp_path: Path
) -> None:
    tree.start(diary.toy("portal"))
    await tree.until_ready(["portal"], 20)
    status = json.loads((tmp_path / "status.json").read_text())
    portal = status["processes"]["portal"]
    assert status["pid"] == os.getpid()
    assert (portal["state"], portal["restarts"]) == ("ready", 0)
    assert is_alive(portal["pid"])
    await tree.stop(STOP)
    assert not (tmp_path / "status.json").exists()
    assert not is_alive(portal["pid"])


async def test_services_stop_together_and_before_the_broker(
    tree: SupervisionTree, diary: Diary
) -> None:
    for name, stage in (("kafka", 0), ("intake", 1), ("review", 1)):
        tree.start(diary.toy(name, "slow", stage))
    await tree.until_ready(["kafka", "intake", "review"], 20)
    assert await tree.stop(STOP) == ()
    stopping = [line for line in diary.lines() if not line.endswith("started")]
    assert set(stopping[:2]) == {"intake asked", "review asked"}
    assert set(stopping[2:4]) == {"intake stopped", "review stopped"}
    assert stopping[4:] == ["kafka asked", "kafka stopped"]


async def test_a_process_that_does_not_stop_in_time_is_killed_and_named(
    tree: SupervisionTree, diary: Diary, tmp_path: Path
) -> None:
    tree.start(diary.toy("stubborn", "stubborn"))
    tree.start(diary.toy("good"))
    await tree.until_ready(["stubborn", "good"], 20)
    pid = pid_of("stubborn", tmp_path / "status.json")
    assert await tree.stop({1: 0.3}) == ("stubborn",)
    assert not is_alive(pid)


async def test_a_critical_process_that_never_came_up_is_not_tried_again(
    tree: SupervisionTree, diary: Diary
) -> None:
    tree.start(replace(diary.toy("kafka", "dies", 0), critical=True, ready=never))
    async with asyncio.timeout(20):
        assert await tree.doomed == "kafka"
    assert diary.lines() == ["kafka started"]


async def test_a_process_that_waits_for_its_restart_stops_at_once(
    tree: SupervisionTree, diary: Diary, said: list[str], tmp_path: Path
) -> None:
    patient = SupervisionTree(tmp_path, tmp_path / "status.json", said.append, Pauses(first=3600))
    patient.start(replace(diary.toy("review", "dies"), ready=never))
    await until(lambda: bool(said))
    async with asyncio.timeout(5):
        assert await patient.stop(STOP) == ()


async def test_a_program_that_is_not_there_is_said_so(
    tree: SupervisionTree, said: list[str], tmp_path: Path
) -> None:
    tree.start(ProcessSpec("ghost", ("/nowhere/ghost",)))
    await until(lambda: bool(said))
    assert "exit 127" in said[0]
    assert "/nowhere/ghost" in (tmp_path / "ghost.log").read_text()


async def test_a_service_is_ready_when_its_readyz_says_200_and_not_before() -> None:
    (port,) = free_ports(1)
    answers = [b"HTTP/1.1 503 Service Unavailable\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(answers.pop(0))
        writer.close()
        await writer.wait_closed()

    ready = http_ready(port)
    assert not await ready()
    async with await asyncio.start_server(answer, "127.0.0.1", port):
        assert not await ready()
        assert await ready()
    assert asked == [b"GET /readyz HTTP/1.1\r\n"] * 2

"""The open cases that are measured must be whole ones, and the reckoning with them right."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.core.state import Accepted
from services.review.core.state import Claimed
from services.routing.core.state import UnderWay
from services.runtime.ids import new_case_id
from services.runtime.snapshots import Snapshot, from_bytes
from tests.bench.figures import Bar, Finding
from tests.bench.machine import resident_of
from tests.bench.memory import Recovery, write
from tests.bench.open_cases import SERVICES, OpenCases, Snapshots

CASES = [new_case_id() for _ in range(30)]


@pytest.fixture(scope="module")
def snapshots() -> Snapshots:
    return OpenCases().open(CASES)


def read(snapshots: Snapshots, service: str) -> list[Snapshot[Any]]:
    found = snapshots[service]
    return [from_bytes(found[case.encode()], SERVICES[service].state) for case in CASES]


def test_every_service_keeps_every_case(snapshots: Snapshots) -> None:
    keys = {case.encode() for case in CASES}
    assert {name: found.keys() for name, found in snapshots.items()} == dict.fromkeys(
        ("intake", "routing", "review"), keys
    )


def test_an_open_case_is_accepted_on_its_way_and_claimed(snapshots: Snapshots) -> None:
    assert all(isinstance(kept.state, Accepted) for kept in read(snapshots, "intake"))
    assert all(isinstance(kept.state, UnderWay) for kept in read(snapshots, "routing"))
    for kept in read(snapshots, "review"):
        assert [isinstance(s, Claimed) for s in kept.state.steps].count(True) == 1


def test_an_open_case_remembers_the_result_of_each_of_its_commands(snapshots: Snapshots) -> None:
    assert {len(kept.remembered) for kept in read(snapshots, "intake")} == {2}
    assert {len(kept.remembered) for kept in read(snapshots, "routing")} == {1}
    for kept in read(snapshots, "review"):
        received_and_claimed = len(kept.state.steps) + 1
        assert len(kept.remembered) == received_and_claimed


def test_open_cases_are_of_several_items_and_villages(snapshots: Snapshots) -> None:
    applications = [kept.state.application for kept in read(snapshots, "intake")]
    assert len({application.item_code for application in applications}) > 5
    assert len({application.organisation for application in applications}) > 5


def test_a_case_costs_what_the_worker_has_more_than_one_without_cases() -> None:
    cases = 100_000
    empty = [Recovery(seconds=2, resident=1_000_000, peak=1_200_000, asked=1_500_000)] * 3
    full = [
        Recovery(s, 1_000_000 + b * cases, 2 << 20, 1_500_000 + 2 * b * cases)
        for s, b in ((3, 1_000), (4, 2_048), (5, 3_000))
    ]
    finding = Finding("memory")
    write(finding, cases, {"review": empty}, {"review": full})
    assert [series.median for series in finding.series] == [2_048, 4_096, 2, 4]
    assert finding.bars == [
        Bar("review: a case at rest, bytes", 2_048, 2_048, "at most"),
        Bar("review: recovery, s", 4, 30, "at most"),
    ]
    assert finding.holds


def of_each_case(at_rest: int, asked: int, cases: int) -> list[Recovery]:
    return [Recovery(2, at_rest * cases, at_rest * cases, asked * cases)]


def test_the_sum_over_the_workers_is_told_and_is_no_bar() -> None:
    empty, cases = [Recovery(2, 0, 0, 0)], 100_000
    full = {
        "intake": of_each_case(1_500, 2_000, cases),
        "review": of_each_case(1_800, 2_500, cases),
    }
    finding = Finding("memory")
    write(finding, cases, dict.fromkeys(full, empty), full)
    assert finding.holds
    assert "at rest 3,300, all asked for once 4,500." in finding.notes[0]


def test_fewer_cases_than_the_bar_is_for_are_not_judged_and_that_is_said() -> None:
    finding = Finding("memory")
    full = {"review": of_each_case(9_000, 9_000, 10_000)}
    write(finding, 10_000, {"review": [Recovery(2, 0, 0, 0)]}, full)
    assert [bar.name for bar in finding.bars] == ["review: recovery, s"]
    assert "not judged" in finding.notes[0]


def test_the_kernel_counts_resident_memory_in_kib() -> None:
    status = "Name:\tpython\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\nThreads:\t4\n"
    assert resident_of(status) == (102_400 << 10, 204_800 << 10)

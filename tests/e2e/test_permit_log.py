"""The real permit log, imported, gives the figures that the file itself gives."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.people import office
from tests.support.permit_log import MAPPING, permit_log, permit_rows
from tests.support.stack import PROJECT, Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
SOURCE = "permit-receipt"


def imported(stack: Stack) -> dict[str, Any]:
    """Run `cunban import-log`; give its summary."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "services.cli.main", "import-log", str(permit_log())),
            *("--mapping", str(MAPPING), "--port-base", str(stack.port_base), "--json"),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


async def asked(stack: Stack, path: str, **query: str) -> dict[str, Any]:
    """Ask supervision as an inspector, once the tables are as of now or later."""
    async with office(stack) as people:
        inspector = await people.clerk("inspector")
        wanted = datetime.now(UTC)
        while True:
            answer = await inspector.ask("supervision", f"{path}?{urlencode(query)}")
            assert answer.ok, answer.body
            body: dict[str, Any] = answer.json()
            if datetime.fromisoformat(body["as_of"]) >= wanted:
                return body


def cases() -> dict[str, dict[str, str]]:
    """Give the first row of each case of the file."""
    found: dict[str, dict[str, str]] = {}
    for row in permit_rows():
        found.setdefault(row["case:concept:name"], row)
    return found


def late(row: dict[str, str]) -> bool:
    """Say whether the file's own end is after its own deadline."""
    ended, deadline = row["case:enddate"], row["case:deadline"]
    return bool(ended and deadline) and datetime.fromisoformat(ended) > datetime.fromisoformat(
        deadline
    )


async def test_cases_completed_open_and_late_are_those_of_the_file(stack: Stack) -> None:
    summary = imported(stack)
    rows, known = permit_rows(), cases()
    assert (summary["rows"], summary["acts"], summary["bad"]) == (len(rows), len(rows), 0)
    found = (await asked(stack, "/v1/timeliness", by="source", source=SOURCE))["items"]
    ended = [row for row in known.values() if row["case:enddate"]]
    judged = [row for row in ended if row["case:deadline"]]
    assert [row["key"] for row in found] == [SOURCE]
    assert found[0]["accepted"] == len(known)
    assert found[0]["completed"] == len(ended)
    assert found[0]["open"] == len(known) - len(ended)
    assert found[0]["late"] == sum(late(row) for row in known.values())
    assert found[0]["on_time"] == len(judged) - found[0]["late"]


async def test_a_second_import_adds_nothing(stack: Stack) -> None:
    imported(stack)
    before = await asked(stack, "/v1/timeliness", by="source", source=SOURCE)
    assert imported(stack)["written"] == 0
    after = await asked(stack, "/v1/timeliness", by="source", source=SOURCE)
    assert after["items"] == before["items"]


async def test_acts_and_active_days_of_each_clerk_are_those_of_the_file(stack: Stack) -> None:
    imported(stack)
    acts: Counter[str] = Counter()
    days: defaultdict[str, set[str]] = defaultdict(set)
    for row in permit_rows():
        acts[row["org:resource"]] += 1
        days[row["org:resource"]].add(row["time:timestamp"][:10])
    found = (await asked(stack, "/v1/activity", source=SOURCE))["items"]
    assert {row["officer_id"]: row["acts"] for row in found} == acts
    told = {row["officer_id"]: row["active_days"] for row in found}
    assert told == {clerk: len(seen) for clerk, seen in days.items()}


async def test_figures_and_their_lists_agree(stack: Stack) -> None:
    imported(stack)
    found = (await asked(stack, "/v1/timeliness", by="source", source=SOURCE))["items"][0]
    for figure in ("accepted", "completed", "open", "open_overdue", "on_time", "late"):
        listed = await asked(stack, "/v1/cases", source=SOURCE, figure=figure, limit="1")
        assert listed["total"] == found[figure], figure

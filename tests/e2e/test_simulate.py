"""A simulated day: every case ends as the ledger says, and the log, snapshots and tables agree."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.runtime.simulation.at_the_window import AT_THE_WINDOW
from services.runtime.simulation.ledger import Acknowledged, CaseStands, by_organisation
from tests.support.people import Clerk, office
from tests.support.proof import differing, read_log, verified
from tests.support.stack import PROJECT, Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
MIX = PROJECT / "deploy" / "county" / "simulation.yaml"
SHAPES = {
    "village_decides",
    "township_decides",
    "township_forwards",
    "straight_to_county",
    "joint",
}
WAYS = {"withdrawn", "not_accepted", "left_open", "rejected", "approved"}


ACTS = {
    *("submit", "notify-deficiency", "supplement", "accept", "refuse", "withdraw"),
    *("claim", "release", "check", "give-opinion", "decide"),
    *("stop-clock", "resume-clock", "extend", "request-opinion", "answer-opinion"),
    *("schedule-survey", "record-survey", "convene", "record-meeting"),
    *("assess-fee", "record-payment", "issue", "mark-ready", "notify-ready", "record-delivery"),
    *("correct", "revoke", "record-external-result"),
    *("delegate", "transfer", "take-over", "upload-to-county", "return"),
    *("book", "move", "cancel", "attach", "detach"),
    *("request-precheck", "answer-precheck"),
}
"""Every act that the county has over HTTP, but the waiver of a fee, which is one in five."""


ITEMS = {
    **{"identity-card": 4, "passport": 3, "homestead-registration": 3, "forest-land-temporary": 2},
    **{"rural-house": 4, "rural-house-rebuild": 3, "dilapidated-house": 3, "startup-loan": 2},
    **{"rural-house-completion": 2, "rural-house-setting-out": 2, "felling-permit": 2},
    **{"village-records": 2, "birth-registration": 2, "elderly-allowance": 2, "legal-aid": 1},
    **{"minimum-living": 2, "family-assistance": 2, "household-move": 2, "veteran-card": 1},
    **{"land-lease-filing": 2, "peoples-mediation": 2, "pension-alive-check": 4},
}
"""Those with fees, surveys, special procedures and meetings, and some of each other kind; the last
are the villages' own, which a township may take over."""


def eventful(path: Path) -> Path:
    """Write the county's mix with more of all that may happen; give where."""
    mix = yaml.safe_load(MIX.read_text())
    mix["items"] = ITEMS
    mix["channels"] = dict.fromkeys(mix["channels"], 1)
    mix["acts"] = {name: max(rate, 0.5) for name, rate in mix["acts"].items()}
    mix["acts"] |= dict.fromkeys(AT_THE_WINDOW, 0.2)
    mix["acts"] |= {"transfer": 0.2, "delegate": 0.2, "send_back": 0.2, "read_receipt": 0.1}
    mix["shares"] = {
        "deficient": 0.3,
        "not_accepted": 0.08,
        "withdrawn": 0.08,
        "rejected": 0.15,
        "disagreed": 0.3,
        "left_open": 0.08,
        "trespass": 0.4,
        "absent": 0.3,
        "late": 0.3,
    }
    path.write_text(yaml.safe_dump(mix))
    return path


async def simulate(stack: Stack, *arguments: str) -> dict[str, Any]:
    """Run `cunban simulate`; give its summary."""
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli.main", "simulate", "--json"),
        *("--port-base", str(stack.port_base), *arguments),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaints = await run.communicate()
    assert run.returncode == 0, (said + complaints).decode()
    summary: dict[str, Any] = json.loads(said)
    return summary


def read_ledger(path: Path) -> tuple[list[Acknowledged], list[CaseStands]]:
    """Read what the run wrote down."""
    acknowledged: list[Acknowledged] = []
    cases: list[CaseStands] = []
    for line in path.read_text().splitlines():
        told = json.loads(line)
        if told.pop("kind") == "case":
            told["steps"] = tuple(tuple(step) for step in told["steps"])
            cases.append(CaseStands(**told))
        else:
            acknowledged.append(Acknowledged(**told))
    return acknowledged, cases


async def counted(leader: Clerk) -> dict[str, dict[str, int]]:
    """Give what the timeliness table shows by organisation: accepted, completed, open."""
    rows = (await leader.ask("supervision", "/v1/timeliness?by=organisation")).json()["items"]
    return {
        row["key"]: {name: row[name] for name in ("accepted", "completed", "open")} for row in rows
    }


def more(
    before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]
) -> dict[str, dict[str, int]]:
    """Give what was counted between, where anything was."""
    found = {
        key: {name: counts[name] - before.get(key, {}).get(name, 0) for name in counts}
        for key, counts in after.items()
    }
    return {key: counts for key, counts in found.items() if any(counts.values())}


def went_up_and_were_delivered(cases: list[CaseStands]) -> list[CaseStands]:
    """Give the cases that a superior decided and of which the document was handed over."""
    gone_up = [case for case in cases if case.item_kind == "report_up" and case.way == "approved"]
    return [case for case in gone_up if any(done.startswith("delivered:") for done in case.done)]


async def test_sixty_cases_know_every_act_and_end_as_the_ledger_says(
    stack: Stack, tmp_path: Path
) -> None:
    ledger, mix = tmp_path / "ledger.jsonl", eventful(tmp_path / "mix.yaml")
    report = tmp_path / "report.json"
    files = ("--mix", str(mix), "--ledger", str(ledger), "--report", str(report))
    async with office(stack) as people:
        before = await counted(await people.clerk("leader"))
    run = ("--days", "2", "--cases-per-day", "30", "--seed", "28")
    summary = await simulate(stack, *run, *files)
    acknowledged, cases = read_ledger(ledger)
    assert set(summary["shapes"]) == SHAPES
    assert set(summary["ways"]) == WAYS
    assert summary["acts"].keys() >= ACTS
    assert summary["done"].keys() >= AT_THE_WINDOW.keys()
    assert set(summary["kinds"]) == {"instant", "commitment", "report_up"}
    assert set(summary["channels"]) >= {"village", "township", "county", "online"}
    assert {"rights.denied", "request.stale"} <= summary["refusals"].keys()
    assert {"receipt:printed", "attached:pdf", "attached:png"} <= summary["done"].keys()
    assert any(step[2] == "returned" for case in cases for step in case.steps)
    assert went_up_and_were_delivered(cases)
    assert 300 <= summary["acts"]["sign-in"] < 400, "once a run, and whoever was away"
    assert json.loads(report.read_text()) == summary
    assert {line.status for line in acknowledged} == {200, 201, 403, 409, 412}
    assert len(cases) == 60
    assert summary["organisations"] == by_organisation(cases)
    log = await read_log(stack.bootstrap)
    assert log.lost(acknowledged) == []
    assert log.twice() == []
    assert await verified(stack) == []
    async with office(stack) as people:
        leader = await people.clerk("leader")
        assert await differing(leader, cases) == []
        assert more(before, await counted(leader)) == by_organisation(cases)

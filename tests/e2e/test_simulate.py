"""A simulated day: every case ends as the ledger says, and the log, snapshots and tables agree."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.facts import Organisation
from services.kernel.reference_book import decode_fact
from services.runtime.reference_topic import Publication, publish, read_facts
from services.runtime.simulation.at_the_window import AT_THE_WINDOW
from services.runtime.simulation.ledger import Acknowledged, CaseStands, by_organisation
from tests.support.people import Clerk, office
from tests.support.proof import differing, read_log, verified
from tests.support.stack import PROJECT, Stack
from tests.support.surface import Operation, acts, carried_out

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


NEVER = {
    ("intake", "POST", "/v1/appointments/{appointment_id}/miss"): "slot and grace must be over",
    ("supervision", "POST", "/v1/operate/rebuild"): "no act of the county, but of who runs it",
}
"""What a month never does over HTTP, and why."""
BY_THE_CLOCK = {
    *(
        ("intake", "POST", f"/v1/appointments/{{appointment_id}}/{act}")
        for act in ("check-in", "call", "pass", "serve")
    ),
    ("supervision", "POST", "/v1/sessions/current/beat"),
}
"""What is done where the window is open today (`test_visits.py` has it done at a time of its own),
and by a day that takes longer than half a minute."""
CLOSED, HEIR = "/qingyun/t-yunfeng/v-huangni", "/qingyun/t-yunfeng/v-songshu"


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
    mix["acts"] |= {"look_up": 0.3, "erase_person": 0.1, "taken_elsewhere": 0.9}
    mix["abolished"] = {"organisation": CLOSED, "successor": HEIR, "day": 2, "cases": 2}
    mix["shares"] = {
        "topics": 0.12,
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


@dataclass(frozen=True)
class Days:
    """What a run said, wrote down, and did to the system."""

    summary: dict[str, Any]
    report: dict[str, Any]
    acknowledged: list[Acknowledged]
    cases: list[CaseStands]
    counted: dict[str, dict[str, int]]
    """By organisation, what the tables show more than before."""
    called: Counter[Operation]


@pytest.fixture(scope="module")
def days(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """Two days of thirty cases with all that may happen; the village is there again afterwards."""
    yield asyncio.run(two_days(stack, tmp_path_factory.mktemp("days")))
    asyncio.run(reopen(stack))


async def two_days(stack: Stack, folder: Path) -> Days:
    ledger, mix, report = folder / "ledger.jsonl", folder / "mix.yaml", folder / "report.json"
    files = ("--mix", str(eventful(mix)), "--ledger", str(ledger), "--report", str(report))
    async with office(stack) as people:
        leader = await people.clerk("leader")
        before, done = await counted(leader), await carried_out(people.http, stack)
        run = ("--days", "2", "--cases-per-day", "30", "--seed", "77")
        summary = await simulate(stack, *run, *files)
        called = await carried_out(people.http, stack) - done
        assert await verified(stack) == []  # the tables have all of it
        shown = more(before, await counted(leader))
    acknowledged, cases = read_ledger(ledger)
    return Days(summary, json.loads(report.read_text()), acknowledged, cases, shown, called)


async def reopen(stack: Stack) -> None:
    """Publish that the village is at work again."""
    key = f"organisation{CLOSED}/1"
    closed = decode_fact(key, (await read_facts(stack.bootstrap))[key])
    assert isinstance(closed, Organisation)
    again = closed.model_copy(update={"closed_on": None, "successor": None})
    await publish(stack.bootstrap, Publication(changed=(again,)))


async def test_the_log_has_each_of_sixty_cases_as_the_ledger_says(stack: Stack, days: Days) -> None:
    assert days.report == days.summary
    assert {line.status for line in days.acknowledged} == {200, 201, 403, 409, 412}
    assert len(days.cases) == 60
    log = await read_log(stack.bootstrap)
    assert log.lost(days.acknowledged) == []
    assert log.twice() == []
    async with office(stack) as people:
        assert await differing(await people.clerk("leader"), days.cases) == []


def test_the_tables_have_the_figures_that_the_run_foretells(days: Days) -> None:
    assert days.summary["organisations"] == by_organisation(days.cases)
    assert days.counted == by_organisation(days.cases)


def test_every_way_and_every_kind_of_case_comes_up(days: Days) -> None:
    summary = days.summary
    assert set(summary["shapes"]) == SHAPES
    assert set(summary["ways"]) == WAYS
    assert summary["done"].keys() >= AT_THE_WINDOW.keys()
    assert set(summary["kinds"]) == {"instant", "commitment", "report_up"}
    assert set(summary["channels"]) >= {"village", "township", "county", "online"}
    assert {"rights.denied", "request.stale"} <= summary["refusals"].keys()
    assert {"receipt:printed", "attached:pdf", "attached:png"} <= summary["done"].keys()
    assert any(step[2] == "returned" for case in days.cases for step in case.steps)
    assert went_up_and_were_delivered(days.cases)
    assert 300 <= summary["acts"]["sign-in"] < 400, "once a run, and whoever was away"


def test_everything_that_may_be_done_over_http_is_done(days: Days) -> None:
    """A new POST, PUT or DELETE wants a row in a table of the simulation, or a reason here."""
    assert acts() >= NEVER.keys() | BY_THE_CLOCK
    assert acts() - days.called.keys() - BY_THE_CLOCK == NEVER.keys()


def test_topics_are_worked_to_their_end_and_collected_in_one_way(days: Days) -> None:
    families: dict[str, list[CaseStands]] = {}
    for case in days.cases:
        if case.family:
            families.setdefault(case.family, []).append(case)
    assert sum(days.summary["topics"].values()) == len(families) >= 3
    assert any(len(members) > 1 for members in families.values())
    assert {"collected_together", "topic_repeated"} <= days.summary["done"].keys()


def test_credit_is_met_both_ways_and_papers_are_reused(days: Days) -> None:
    done = {"agent:barred", "restricted", "warned", "lifted", "paper_reused", "person:erased"}
    assert done <= days.summary["done"].keys()
    assert "intake.restricted" in days.summary["refusals"]


def test_a_superior_tells_by_its_own_system_or_by_letter(days: Days) -> None:
    assert days.summary["done"]["result_pushed"] > 0
    assert days.summary["acts"]["record-external-result"] > 0


def test_what_lay_with_an_abolished_village_is_finished_by_its_successor(days: Days) -> None:
    moved = [case for case in days.cases if case.organisation == CLOSED]
    assert moved
    assert days.summary["done"]["rerouted"] == len(moved)
    township = HEIR.rpartition("/")[0]  # may take one over from the successor
    assert {step[0] for case in moved for step in case.steps} <= {HEIR, township}
    assert days.counted[CLOSED] == {"accepted": len(moved), "completed": len(moved), "open": 0}

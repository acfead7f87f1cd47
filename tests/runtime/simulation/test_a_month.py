"""A month of the county leaves nothing out: every act and every special procedure comes up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx2
import pytest
import yaml

from services.runtime.simulation.acts import ACTS
from services.runtime.simulation.at_the_window import AT_THE_WINDOW, come, submission
from services.runtime.simulation.desk import Desk
from services.runtime.simulation.families import Coming, members_of
from services.runtime.simulation.handing_in import HandingIn
from services.runtime.simulation.ledger import Ledger
from services.runtime.simulation.mix import read_mix
from services.runtime.simulation.moment import Moment
from services.runtime.simulation.plan import CasePlan
from services.runtime.simulation.staff import Staff
from services.runtime.simulation.visits import VISITS
from tests.runtime.simulation.test_families import topics
from tests.runtime.simulation.test_plans import COUNTY, catalogue

__all__ = ["catalogue", "topics"]
CASES: Final = 22 * 150
SEEDS: Final = (1, 7, 2026)


@pytest.fixture(scope="module")
def staff() -> Staff:
    """All officers of the county, at their desks."""
    listed = _read("officers.yaml")["officers"]
    logins = {a["officer_id"]: a["login"] for a in _read("demo-accounts.yaml")["accounts"]}
    desks, nowhere = [], httpx2.AsyncClient()
    for officer in listed:
        desk = Desk(nowhere, str, logins[officer["officer_id"]], "secret")
        desk.officer = officer
        desks.append(desk)
    return Staff(desks)


@pytest.fixture(scope="module", params=SEEDS)
def month(
    request: pytest.FixtureRequest,
    catalogue: list[dict[str, Any]],
    topics: list[dict[str, Any]],
    staff: Staff,
) -> list[CasePlan]:
    mix = read_mix(COUNTY / "simulation.yaml")
    coming = Coming(request.param, mix, catalogue, topics, staff.counters())
    return [plan for handed_in in coming.of_a_day(CASES) for plan in members_of(handed_in)]


def test_every_act_of_a_step_comes_up_where_it_fits(month: list[CasePlan], staff: Staff) -> None:
    found: set[str] = set()
    for plan in month:
        for moment in moments(plan, staff):
            found |= {name for name in plan.acts & ACTS.keys() if ACTS[name].fits(moment)}
    assert found == ACTS.keys()


def test_every_act_at_the_window_comes_up(month: list[CasePlan]) -> None:
    wanted = {name for plan in month for name in plan.acts}
    assert wanted >= AT_THE_WINDOW.keys() | VISITS.keys()
    assert any({"book", "check_in", "pass_over", "be_served"} <= plan.acts for plan in month)
    assert any({"draft_first", "detach"} <= plan.acts for plan in month)


def test_what_is_taken_in_elsewhere_is_brought_to_another_village_for_its_own(
    month: list[CasePlan], staff: Staff
) -> None:
    found = 0
    for plan in month:
        body = submission(plan.item, plan.applicant, plan.channel, [])
        if "taken_elsewhere" not in come(plan.acts, plan.item, body, Random(1)):
            continue
        found += 1
        taker = HandingIn(plan, staff, Ledger())._taker(body)
        assert body["taken_in_at"] == taker.organisation
        assert body["organisation"] == staff.desk(plan.clerk).organisation != taker.organisation
        assert len(taker.organisation.split("/")) == len(body["organisation"].split("/"))
        assert "village" in plan.item["accept_anywhere"]
    assert found


def test_every_special_procedure_of_every_kind_of_item_stops_a_clock(
    month: list[CasePlan], staff: Staff, catalogue: list[dict[str, Any]]
) -> None:
    stop = ACTS["stop_and_resume"]
    used = {
        (plan.item["kind"], plan.procedures[0]["procedure"])
        for plan in month
        if "stop_and_resume" in plan.acts and any(map(stop.fits, moments(plan, staff)))
    }
    assert used == {
        (item["kind"], allowed["procedure"]) for item in catalogue for allowed in item["procedures"]
    }


def test_every_attempt_that_must_be_refused_is_made(month: list[CasePlan]) -> None:
    assert {plan.trespass for plan in month} == {
        None,
        *("foreign_accept", "foreign_attach", "foreign_claim", "foreign_transfer"),
        *("unclaimed_close", "stale_claim"),
    }


def moments(plan: CasePlan, staff: Staff) -> Iterator[Moment]:
    """Give the steps that the case goes, as its plan ends them, where it goes any."""
    if plan.way in {"withdrawn", "not_accepted", "rejected", "left_open"}:
        return
    clerk = staff.desk(plan.clerk)
    places = {
        "village": clerk.organisation,
        "township": "/".join(clerk.organisation.split("/")[:3]),
    }
    outcomes = {"opinion": "agreed", "forward": "forwarded", "decide": "approved"}
    steps = sorted(plan.item["steps"], key=lambda step: int(step["stage"]))
    for number, step in enumerate(steps, 1):
        place = places.get(step["at"], step["at"])
        ended = ["issued"] if step["duty"] == "decide" and plan.item["document"] else []
        if ended and "dispatch" in plan.acts:
            ended.append("dispatched:courier")
        yield Moment(
            item=plan.item,
            step={**step, "organisation": place, "number": number},
            role=step["role"],
            outcome=outcomes[step["duty"]],
            officer=staff.for_step(place, step["role"], plan.draw),
            clerk=clerk,
            channel=plan.channel,
            staff=staff,
            random=Random(1),
            send=_nobody,
            on_route=_nobody,
            until=_nobody,
            procedures=plan.procedures,
            heard=tuple(s["at"] for s in steps if s["duty"] == "opinion"),
            disagreed=[],
            version=None,
            lot=plan.draw,
            done=ended,
            seals=_nobody,
        )


async def _nobody(*asked: Any) -> Any:
    raise AssertionError(f"whether an act fits is known without asking: {asked}")


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((Path(COUNTY) / name).read_text(encoding="utf-8"))
    return found

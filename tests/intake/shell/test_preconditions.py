"""前置条件 over HTTP: the demo county's own, met by a result, a paper, or the same topic."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import httpx2

from schemas.events.base import Event
from schemas.events.intake import ApplicationSubmitted, CaseAccepted
from schemas.events.results import ResultIssued
from services.intake.core.prior_results import PriorResults
from services.intake.shell.prior import taking, wanted_first
from services.runtime import clock
from tests.intake.core.situations import accepted
from tests.intake.shell.window import COUNTY, County, Desk, keyed, window, written
from tests.support.builders import CASE

TAX: Final = "tax-registration"
LICENCE: Final = {"code": "business-licence", "form": "copy"}
FORM: Final = {"code": "application-form", "form": "original"}
HOUSE: Final = "building-a-rural-house"


async def apply(desk: Desk, *materials: dict[str, Any]) -> httpx2.Response:
    return await desk.apply(item_code=TAX, materials=list(materials))


def last(county: County) -> ApplicationSubmitted:
    event = county.events[-1]
    assert isinstance(event, ApplicationSubmitted)
    return event


async def test_what_must_come_first_is_named_with_what_to_do() -> None:
    async with window() as desk:
        answer = await apply(desk, FORM)
    assert (answer.status_code, answer.json()["code"]) == (409, "intake.precondition_unmet")
    assert "个体工商户设立登记" in answer.json()["detail"]
    assert "营业执照" in answer.json()["detail"]


async def test_its_paper_is_enough_and_stands_on_the_event() -> None:
    county = County()
    async with window(county=county) as desk:
        assert (await apply(desk, FORM, LICENCE)).status_code == 201
    [met] = last(county).preconditions
    assert (met.item, met.by) == ("individual-business", "paper")


async def test_a_result_of_the_same_applicant_needs_no_paper() -> None:
    county, results = County(), PriorResults(wanted_first(lambda: COUNTY))
    again: Any = {"confirm_duplicate": True, "duplicate_reason": "另一处经营场所"}
    async with window(county=county, results=results) as desk:
        await apply(desk, FORM, LICENCE)
        for event in (licensed(last(county).applicant_ref), issued()):
            taking(results)(record(event))
        answer = await desk.apply(item_code=TAX, materials=[FORM], **again)
    assert answer.status_code == 201, answer.text
    [met] = last(county).preconditions
    assert (met.by, met.document_number, met.case_id) == ("result", "D1", CASE)


async def test_a_house_is_asked_for_together_with_what_waits_for_it() -> None:
    county = County()
    chosen = ["rural-house", "rural-house-setting-out"]
    async with window(county=county) as desk:
        body = {
            "applicant": {"name": "张小明", "phone": "13800000000"},
            "items": chosen,
            "materials": [FORM],
        }
        answer = await desk.client.post(
            f"/v1/topics/{HOUSE}/applications", json=body, headers=keyed()
        )
        alone = {**body, "items": chosen[1:]}
        refused = await desk.client.post(
            f"/v1/topics/{HOUSE}/applications", json=alone, headers=keyed()
        )
        offered = (await desk.client.get(f"/v1/topics/{HOUSE}")).json()
    assert answer.status_code == 201, answer.text
    by_item = {e.item_code: e for e in county.events if isinstance(e, ApplicationSubmitted)}
    assert [met.by for met in by_item[chosen[1]].preconditions] == ["topic"]
    assert refused.json()["code"] == "intake.precondition_unmet"
    waiting = {one["code"]: one["preconditions"] for one in offered["items"]}
    assert waiting["rural-house"] == []
    [first] = waiting["rural-house-setting-out"]
    assert (first["items"][0], first["together"]) == ("rural-house", True)
    assert first["paper"] == "农村宅基地批准书"


def test_only_what_an_item_waits_for_is_kept_of_the_streams() -> None:
    wanted = wanted_first(lambda: COUNTY)
    assert wanted("individual-business")
    assert not wanted(TAX)


def test_what_cannot_be_read_is_passed_over() -> None:
    results = PriorResults(lambda code: True)
    broken = record(issued())
    broken.value = b"{"
    taking(results)(broken)
    assert results.in_force("p-0", TAX, date(2026, 1, 1)) is None


def licensed(applicant: str) -> CaseAccepted:
    return accepted(applicant_ref=applicant, item_code="individual-business")


def issued() -> ResultIssued:
    today = clock.now().date()
    return ResultIssued(
        step_id=f"{CASE}.1",
        organisation="/qingyun/d-market",
        officer_id="o-wang",
        document_number="D1",
        name="营业执照",
        issued_at=clock.now(),
        valid_from=today - timedelta(days=2),
        valid_until=None,
    )


def record(event: Event) -> Any:
    found = written(CASE, event, 1, clock.now())
    found.topic = event.topics[0]
    return found

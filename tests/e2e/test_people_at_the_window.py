"""An applicant known by number across windows, processes and services, and forgotten."""

from __future__ import annotations

from typing import Any, Final

import httpx2
import pytest

from services.runtime.simulation.desk import Answer
from services.runtime.simulation.identities import resident_number
from tests.chaos.county_at_work import until_so
from tests.support.people import Clerk, Office, office, papers
from tests.support.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
ITEM: Final = "birth-registration-change"


def applying(item: dict[str, Any], number: int, **changes: Any) -> dict[str, Any]:
    applicant = {"name": "张小明", "id_number": resident_number(number), "phone": "13800000000"}
    body = {"item_code": item["code"], "applicant": applicant, "materials": papers(item)}
    return {**body, "submit": True, **changes}


async def apply(clerk: Clerk, body: dict[str, Any]) -> Answer:
    return await clerk.act("intake", "/v1/applications", body)


async def look_up(clerk: Clerk, number: int) -> Answer:
    return await clerk.act("intake", "/v1/people/lookup", {"id_number": resident_number(number)})


async def erase(people: Office, operator: Clerk, ref: str, confirmation: str) -> httpx2.Response:
    return await people.http.delete(
        people.address("intake") + f"/v1/people/{ref}",
        params={"confirmation": confirmation},
        headers={"Authorization": f"Bearer {operator.token}"},
    )


async def test_a_second_application_is_pointed_out_and_its_papers_are_reused(stack: Stack) -> None:
    async with office(stack) as people:
        item = (await people.items())[ITEM]
        clerk = await people.clerk("village.clerk")
        case = (await apply(clerk, applying(item, 101))).json()["case_id"]

        async def told() -> bool:
            return (await apply(clerk, applying(item, 101))).code == "intake.duplicate"

        await until_so(told, "the case is known to be open")
        assert (await clerk.accept(case)).ok
        ref = (await look_up(clerk, 101)).json()["applicant_ref"]

        async def offered() -> bool:
            found = (await clerk.ask("supervision", f"/v1/people/{ref}/papers")).json()
            return [case] == [one["case_id"] for one in found["items"]]

        await until_so(offered, "the papers of the case are offered")
        reused = [{"code": "id-card", "form": "reused", "count": 2, "reused_from": case}]
        confirmed = {"confirm_duplicate": True, "duplicate_reason": "另一个孩子"}
        again = await apply(clerk, applying(item, 101, materials=reused, **confirmed))
        assert again.status == 201, again.body
        foreign = await apply(clerk, applying(item, 102, materials=reused))
        assert foreign.code == "intake.reuse_source_unfit"


async def test_who_was_told_of_at_one_window_is_known_at_another_until_erased(
    stack: Stack,
) -> None:
    async with office(stack) as people:
        item = (await people.items())[ITEM]
        here, there = await people.clerk("village.clerk"), await people.clerk("qingshi.clerk")
        draft = applying(item, 201, submit=False)
        assert (await apply(here, draft)).status == 201
        known = (await look_up(there, 201)).json()
        assert known["fields"]["name"]["value"] == "张小明"
        assert known["fields"]["phone"]["source"] == here.organisation
        renamed = {**draft["applicant"], "name": "张大明"}
        assert (await apply(here, {**draft, "applicant": renamed})).code == "intake.person_differs"
        operator, ref = await people.clerk("operator"), known["applicant_ref"]
        ground = {"ground": "consent_withdrawn"}
        asked = await operator.act("intake", f"/v1/people/{ref}/erasures", ground)
        confirmation = str(asked.json()["confirmation"])
        assert (await erase(people, here, ref, confirmation)).status_code == 403
        assert (await erase(people, operator, ref, confirmation)).status_code == 204
        assert (await look_up(there, 201)).code == "intake.person_not_known"

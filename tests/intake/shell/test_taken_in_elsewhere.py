"""通办 over HTTP: two villages, one case; each does its part of it."""

from __future__ import annotations

from typing import Any, Final

from tests.intake.shell.window import COUNTY, VILLAGE, County, clerk, keyed, window

TAKER: Final = "/qingyun/t-qingshi/v-shangwan"
ITEM: Final = "pension-alive-check"
PAPERS: Final[list[dict[str, Any]]] = [{"code": "id-card", "form": "original"}]
NOTICE: Final = {"defects": [{"material": "id-card", "problem": "不清楚"}]}


async def test_one_village_takes_it_in_and_the_other_answers() -> None:
    county = County()
    elsewhere = clerk(path=TAKER, officer_id="o-taker")
    third = clerk(path="/qingyun/t-qingshi/v-liulin", officer_id="o-third")
    async with (
        window(elsewhere, county) as taker,
        window(county=county) as owner,
        window(third, county) as stranger,
    ):
        body: Any = {"organisation": VILLAGE, "taken_in_at": TAKER, "materials": PAPERS}
        taken = await taker.apply(item_code=ITEM, **body)
        assert taken.status_code == 201, taken.text
        path = f"/v1/applications/{taken.json()['case_id']}"
        seen = (await taker.client.get(path)).json()
        assert (seen["organisation"], seen["taken_in_at"]) == (VILLAGE, TAKER)
        assert (await stranger.client.get(path)).status_code == 403
        refused = await taker.client.post(f"{path}/accept", json={}, headers=keyed())
        assert refused.status_code == 403
        told = await owner.client.post(f"{path}/notify-deficiency", json=NOTICE, headers=keyed())
        assert told.status_code == 200, told.text
        brought = {"materials": PAPERS}
        more = await taker.client.post(f"{path}/supplement", json=brought, headers=keyed())
        assert more.status_code == 200, more.text
        done = await owner.client.post(f"{path}/accept", json={}, headers=keyed())
        assert done.json()["status"] == "accepted"
        assert (await taker.client.get(path)).status_code == 200


async def test_an_item_that_not_every_office_takes_in_is_refused_with_the_right_door() -> None:
    async with window(clerk(path=TAKER, officer_id="o-taker")) as taker:
        refused = await taker.apply(organisation=VILLAGE, taken_in_at=TAKER)
    assert refused.json()["code"] == "intake.not_taken_in_elsewhere"


async def test_an_office_that_is_not_there_is_named() -> None:
    async with window() as desk:
        refused = await desk.apply(taken_in_at="/qingyun/t-nowhere/v-nowhere")
    assert refused.json()["code"] == "intake.organisation_unknown"


def test_the_demo_county_has_items_that_any_office_takes_in() -> None:
    assert {i.code for i in COUNTY.items() if i.accept_anywhere} == {
        *(ITEM, "remote-treatment-filing")
    }

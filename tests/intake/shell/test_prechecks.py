"""网上预审 over HTTP: asked for with a draft, answered once, seen by the applicant's code."""

from __future__ import annotations

from typing import Any, Final

from schemas.events.base import Event
from schemas.events.intake import PrecheckAnswered, PrecheckRequested
from tests.intake.shell.window import County, Desk, clerk, keyed, window

PAPERS: Final[list[dict[str, Any]]] = [
    {"code": "id-card", "form": "electronic", "count": 2},
    {"code": "household-register", "form": "electronic"},
]
PROBLEM: Final = {"material": "household-register", "problem": "缺本人页"}


async def put_down(desk: Desk) -> str:
    drafted = await desk.apply(submit=False, materials=PAPERS)
    return f"/v1/applications/{drafted.json()['case_id']}"


async def say(desk: Desk, path: str, body: dict[str, Any], status: int) -> dict[str, Any]:
    answer = await desk.client.post(path, json=body, headers=keyed())
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_precheck_is_asked_for_answered_once_and_its_papers_are_handed_in_as_they_are() -> (
    None
):
    county = County()
    async with window(county=county) as desk:
        path = await put_down(desk)
        asked = await say(desk, f"{path}/request-precheck", {}, 200)
        assert asked["precheck"]["status"] == "requested"
        assert asked["precheck"]["answer"]["limit"] == 1
        code = asked["query_code"]
        done = await say(desk, f"{path}/answer-precheck", {"fine": True}, 200)
        assert done["precheck"]["sound"] == ["household-register", "id-card"]
        again = await say(desk, f"{path}/request-precheck", {}, 409)
        assert again["code"] == "intake.precheck_unchanged"
        handed_in = await say(desk, f"{path}/submit", {}, 200)
        assert handed_in["query_code"] == code
        shown = (await desk.client.get(path)).json()
        assert shown["found_fine"] == ["household-register", "id-card"]
        late = await say(desk, f"{path}/notify-deficiency", {"defects": [PROBLEM]}, 409)
        assert late["code"] == "intake.found_fine"
        changed = {**PROBLEM, "despite_precheck": "户口本七月一日换发"}
        await say(desk, f"{path}/notify-deficiency", {"defects": [changed]}, 200)
    kinds: set[type[Event]] = {type(event) for event in county.events}
    assert PrecheckRequested in kinds
    assert PrecheckAnswered in kinds


async def test_findings_are_kept_until_the_draft_was_changed() -> None:
    async with window() as desk:
        path = await put_down(desk)
        await say(desk, f"{path}/request-precheck", {}, 200)
        found = await say(desk, f"{path}/answer-precheck", {"defects": [PROBLEM]}, 200)
        assert found["precheck"]["status"] == "deficient"
        assert found["precheck"]["wanting"] == ["household-register"]
        body = {
            "item_code": "birth-registration",
            "applicant": {"name": "张小明", "phone": "13800000000"},
            "materials": [PAPERS[0], {**PAPERS[1], "count": 2}],
        }
        rewritten = await desk.client.put(path, json=body, headers=keyed())
        assert rewritten.status_code == 200, rewritten.text
        asked = await say(desk, f"{path}/request-precheck", {}, 200)
        assert asked["precheck"]["ordinal"] == 2


async def test_an_answer_says_either_that_all_is_fine_or_what_is_not() -> None:
    async with window() as desk:
        path = await put_down(desk)
        await say(desk, f"{path}/request-precheck", {}, 200)
        for body in ({}, {"fine": False}, {"fine": True, "defects": [PROBLEM]}):
            assert (await say(desk, f"{path}/answer-precheck", body, 422))["code"] == (
                "request.invalid"
            )


async def test_another_village_neither_asks_nor_answers() -> None:
    county = County()
    stranger = clerk(path="/qingyun/t-shiqiao/v-baiyan", officer_id="o-x")
    async with window(county=county) as desk, window(stranger, county) as other:
        path = await put_down(desk)
        await say(desk, f"{path}/request-precheck", {}, 200)
        for act, body in (("request-precheck", {}), ("answer-precheck", {"fine": True})):
            assert (await say(other, f"{path}/{act}", body, 403))["code"] == "rights.denied"

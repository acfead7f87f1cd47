"""Handing in over HTTP: duplicates pointed out, papers reused, drafts rewritten, doors named."""

from __future__ import annotations

from typing import Any, Final

from schemas.events.intake import ApplicationDrafted, ApplicationSubmitted
from services.runtime import clock
from tests.intake.shell.window import COUNTY, County, clerk, keyed, window
from tests.support.identities import OTHER_RESIDENT, RESIDENT

MING: Final[dict[str, Any]] = {"name": "张小明", "id_number": RESIDENT}
AGENT: Final[dict[str, Any]] = {"name": "李代办", "id_number": OTHER_RESIDENT}
TOWNSHIP: Final = "/qingyun/t-qingshi"
CONFIRMED: Final[dict[str, Any]] = {
    "confirm_duplicate": True,
    "duplicate_reason": "两个孩子，分别登记",
}


async def test_the_same_thing_asked_for_twice_is_pointed_out_with_the_case_it_is_like() -> None:
    county = County()
    async with window(county=county) as desk:
        first = (await desk.apply(applicant=MING)).json()
        again = await desk.apply(applicant=MING)
        other = await desk.apply(applicant=MING, item_code="village-records")
    assert (again.status_code, again.json()["code"]) == (409, "intake.duplicate")
    (like,) = again.json()["possible_duplicates"]
    assert (like["case_id"], like["case_number"]) == (first["case_id"], first["case_number"])
    assert (like["status"], like["organisation"]) == ("submitted", "/qingyun/t-heping/v-dongping")
    assert other.status_code == 201


async def test_it_is_handed_in_all_the_same_for_a_reason_that_is_recorded() -> None:
    county = County()
    async with window(county=county) as desk:
        first = (await desk.apply(applicant=MING)).json()
        assert (await desk.apply(applicant=MING, **CONFIRMED)).status_code == 201
        unreasoned = await desk.apply(applicant=MING, confirm_duplicate=True)
    event = county.events[-1]
    assert isinstance(event, ApplicationSubmitted)
    assert event.confirmed_duplicates == (first["case_id"],)
    assert event.duplicate_reason == CONFIRMED["duplicate_reason"]
    assert unreasoned.status_code == 422


async def test_a_repeat_under_the_same_key_is_no_duplicate_of_itself() -> None:
    async with window() as desk:
        first = await desk.apply("same-key-1", applicant=MING)
        again = await desk.apply("same-key-1", applicant=MING)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_two_windows_at_the_same_moment_both_take_it_and_both_are_told_afterwards() -> None:
    county = County(reading=False)
    async with window(county=county) as here, window(county=county) as there:
        answers = [await desk.apply(applicant=MING) for desk in (here, there)]
        assert [answer.status_code for answer in answers] == [201, 201]
        county.reading = True
        for answer, event in zip(answers, list(county.events), strict=True):
            county.happened(answer.json()["case_id"], event, 1, event.answer.started_at)  # type: ignore[attr-defined]
        first, second = (answer.json()["case_id"] for answer in answers)
        seen = (await here.client.get(f"/v1/applications/{first}")).json()
    assert [case["case_id"] for case in seen["possible_duplicates"]] == [second]


async def test_what_was_withdrawn_is_no_duplicate_what_was_accepted_is() -> None:
    async with window() as desk:
        case = (await desk.apply(applicant=MING)).json()["case_id"]
        body = {"reason": "不办了"}
        await desk.client.post(f"/v1/applications/{case}/withdraw", json=body, headers=keyed())
        whole = await desk.apply(applicant=MING, materials=_papers("birth-registration"))
        case = whole.json()["case_id"]
        path = f"/v1/applications/{case}/accept"
        assert (await desk.client.post(path, json={}, headers=keyed())).status_code == 200
        again = await desk.apply(applicant=MING)
    assert again.json()["possible_duplicates"][0]["status"] == "accepted"


async def test_a_draft_is_written_anew_as_a_whole_and_handed_in_with_its_agent() -> None:
    county = County()
    office = {"kind": "public_office"}
    async with window(county=county) as desk:
        case = (await desk.apply(applicant=MING, submit=False)).json()["case_id"]
        path = f"/v1/applications/{case}"
        body = {"item_code": "birth-registration", "applicant": MING, "mandate": office}
        again = await desk.client.put(path, json={**body, "agent": AGENT}, headers=keyed())
        assert (again.status_code, again.json()["status"]) == (200, "drafted")
        done = await desk.client.post(f"{path}/submit", json={}, headers=keyed())
        late = await desk.client.put(path, json=body, headers=keyed())
    drafted, submitted = county.events[-2:]
    assert isinstance(drafted, ApplicationDrafted)
    assert isinstance(submitted, ApplicationSubmitted)
    assert done.json()["query_code"]
    assert submitted.agent_ref == drafted.agent_ref is not None
    assert submitted.mandate is not None
    assert (late.status_code, late.json()["code"]) == (409, "intake.not_a_draft")


async def test_a_draft_of_another_village_is_not_rewritten() -> None:
    county = County()
    async with window(county=county) as desk:
        case = (await desk.apply(applicant=MING, submit=False)).json()["case_id"]
    async with window(clerk(path=f"{TOWNSHIP}/v-x"), county) as desk:
        body = {"item_code": "birth-registration", "applicant": MING}
        answer = await desk.client.put(f"/v1/applications/{case}", json=body, headers=keyed())
    assert (answer.status_code, answer.json()["code"]) == (403, "rights.denied")


async def test_a_duplicate_is_pointed_out_when_a_draft_is_handed_in() -> None:
    async with window() as desk:
        case = (await desk.apply(applicant=MING, submit=False)).json()["case_id"]
        await desk.apply(applicant=MING)
        path = f"/v1/applications/{case}/submit"
        pointed_out = await desk.client.post(path, json={}, headers=keyed())
        done = await desk.client.post(path, json=CONFIRMED, headers=keyed())
    assert pointed_out.json()["code"] == "intake.duplicate"
    assert len(pointed_out.json()["possible_duplicates"]) == 1
    assert done.status_code == 200


async def test_a_paper_is_reused_from_an_accepted_case_of_the_same_person_only() -> None:
    change = "birth-registration-change"
    async with window() as desk:
        whole = await desk.apply(item_code=change, applicant=MING, materials=_papers(change))
        case = whole.json()["case_id"]
        reused = [{"code": "id-card", "form": "reused", "reused_from": case}]
        asked: dict[str, Any] = {"item_code": change, "materials": reused}
        early = await desk.apply(applicant=MING, **asked, **CONFIRMED)
        path = f"/v1/applications/{case}/accept"
        await desk.client.post(path, json={}, headers=keyed())
        good = await desk.apply(applicant=MING, **asked, **CONFIRMED)
        foreign = await desk.apply(applicant=AGENT, **asked)
        nowhere = [{**reused[0], "reused_from": case[:-4] + "ffff"}]
        missing = await desk.apply(applicant=AGENT, item_code=change, materials=nowhere)
    assert early.json()["code"] == "intake.reuse_source_unfit"
    assert good.status_code == 201, good.text
    for answer in (foreign, missing):
        assert (answer.status_code, answer.json()["code"]) == (409, "intake.reuse_source_unfit")


async def test_what_the_negative_list_names_is_sent_to_the_right_door() -> None:
    async with window() as desk:
        answer = await desk.apply(item_code="marriage-registration", applicant=MING)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "intake.on_negative_list")
    assert "县级窗口" in told["detail"]
    assert "一千零四十九条" in told["detail"]


async def test_an_organisation_that_does_not_exist_is_told_at_once() -> None:
    async with window() as desk:
        answer = await desk.apply(organisation="/qingyun/t-heping/v-dongping/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (409, "intake.organisation_unknown")


def _papers(code: str) -> list[dict[str, Any]]:
    item = COUNTY.current_item(code, clock.now().date())
    assert item is not None
    return [{"code": m.code, "form": m.form, "count": m.count} for m in item.materials]

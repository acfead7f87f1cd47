"""一件事一次办 over HTTP: several cases by one call, exactly once, each outcome told."""

from __future__ import annotations

from typing import Any, Final

import httpx2
import pytest

from schemas.events.intake import ApplicationSubmitted
from services.kernel.topic_materials import merged_materials
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.ids import new_case_id
from services.runtime.problems import Problem
from services.runtime.results import Result
from tests.intake.shell.window import COUNTY, County, Desk, clerk, keyed, window
from tests.support.identities import RESIDENT

MING: Final[dict[str, Any]] = {"name": "张小明", "id_number": RESIDENT}
TOPIC: Final = next(t for t in COUNTY.topics() if t.code == "having-a-child")
PATH: Final = f"/v1/topics/{TOPIC.code}/applications"
KEY: Final = "one-topic-1"


class Failing(County):
    """A county whose log fails a call now and then: before the command is written, or after."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[CommandRecord] = []
        self.lost_before: set[int] = set()
        self.lost_after: set[int] = set()
        self.late: set[int] = set()

    async def ask(self, record: CommandRecord) -> Result:
        if record.name == VIEW:
            return await super().ask(record)
        number = len(self.asked)
        self.asked.append(record)
        if number in self.lost_before:
            raise Problem("log.unavailable", 503)
        result = await super().ask(record)
        if number in self.lost_after:
            raise Problem("log.unavailable", 503)
        if number in self.late:
            return None  # type: ignore[return-value]  # as the gateway says that it takes longer
        return result


def papers(*chosen: str) -> list[dict[str, Any]]:
    items = [COUNTY.current_item(code, TOPIC.valid_from.replace(year=2026)) for code in TOPIC.items]
    taken = [i for i in items if i is not None and (not chosen or i.code in chosen)]
    return [
        {"code": m.code, "form": m.form, "count": m.count}
        for m in merged_materials(TOPIC, taken)
        if m.required
    ]


async def hand_in(desk: Desk, key: str = KEY, **body: Any) -> httpx2.Response:
    whole = {"applicant": MING, "materials": papers(), **body}
    return await desk.client.post(PATH, json=whole, headers=keyed(key))


def submissions(county: County) -> list[ApplicationSubmitted]:
    return [event for event in county.events if isinstance(event, ApplicationSubmitted)]


def outcomes(answer: httpx2.Response) -> dict[str, int]:
    return {item["item_code"]: item["status"] for item in answer.json()["items"]}


async def test_a_topic_becomes_a_case_for_each_of_its_items_all_of_one_family() -> None:
    county = County()
    async with window(county=county) as desk:
        answer = await hand_in(desk)
    told = answer.json()
    assert (answer.status_code, told["succeeded"], told["failed"]) == (201, 4, 0)
    assert outcomes(answer) == dict.fromkeys(TOPIC.items, 201)
    cases = {item["case_id"] for item in told["items"]}
    assert len(cases) == 4
    assert told["family_id"] not in cases
    assert all(item["body"]["query_code"] for item in told["items"])
    events = submissions(county)
    assert {event.item_code for event in events} == set(TOPIC.items)
    (family,) = {event.family for event in events}
    assert family is not None
    assert (family.family_id, family.topic) == (told["family_id"], TOPIC.code)
    assert family.members == 4
    assert len({event.case_number for event in events}) == 4
    assert len({event.applicant_ref for event in events}) == 1


async def test_every_case_is_complete_with_the_papers_of_the_merged_list() -> None:
    async with window() as desk:
        told = (await hand_in(desk)).json()
        for item in told["items"]:
            path = f"/v1/applications/{item['case_id']}"
            accepted = await desk.client.post(f"{path}/accept", json={}, headers=keyed())
            assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
            seen = (await desk.client.get(path)).json()
            assert seen["family"]["family_id"] == told["family_id"]


async def test_a_repeat_under_the_same_key_gives_the_same_answer_and_no_more_cases() -> None:
    county = County()
    async with window(county=county) as desk:
        first = await hand_in(desk)
        again = await hand_in(desk)
    assert (again.status_code, again.content) == (201, first.content)
    assert len(submissions(county)) == 4


async def test_ids_of_the_cases_sort_by_the_time_of_the_key() -> None:
    key = new_case_id()
    async with window() as desk:
        told = (await hand_in(desk, key)).json()
    assert {item["case_id"][:15] for item in told["items"]} == {key[:15]}


@pytest.mark.parametrize("where", ["lost_before", "lost_after", "late"])
@pytest.mark.parametrize("number", range(4))
async def test_what_broke_off_anywhere_is_completed_by_a_repeat(where: str, number: int) -> None:
    county = Failing()
    getattr(county, where).add(number)
    async with window(county=county) as desk:
        broken = await hand_in(desk)
        assert broken.status_code in ((202,) if where == "late" else (207, 503))
        whole = await hand_in(desk)
        again = await hand_in(desk)
    assert (whole.status_code, whole.json()["succeeded"]) == (201, 4)
    assert again.content == whole.content
    events = submissions(county)
    assert sorted(event.item_code for event in events) == sorted(TOPIC.items)


async def test_where_some_are_in_and_others_are_not_each_is_told_by_itself() -> None:
    county = Failing()
    county.lost_before.add(2)
    async with window(county=county) as desk:
        answer = await hand_in(desk)
    told = answer.json()
    assert (answer.status_code, told["succeeded"], told["failed"]) == (207, 3, 1)
    (lost,) = (item for item in told["items"] if item["status"] != 201)
    assert (lost["status"], lost["body"]["code"]) == (503, "log.unavailable")


async def test_while_the_first_is_under_way_the_others_wait() -> None:
    county = Failing()
    county.late.add(0)
    async with window(county=county) as desk:
        answer = await hand_in(desk)
    told = answer.json()
    assert (answer.status_code, told["pending"], told["failed"]) == (202, 4, 0)
    assert len(county.asked) == 1


async def test_where_the_rules_refuse_one_none_is_handed_in_and_each_is_told_why() -> None:
    county = Failing()
    async with window(county=county) as desk:
        alone = await desk.apply(item_code="medical-enrolment", applicant=MING)
        assert alone.status_code == 201
        county.asked.clear()
        answer = await hand_in(desk)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "intake.duplicate")
    codes = {item["item_code"]: item["body"]["code"] for item in told["items"]}
    held = dict.fromkeys(TOPIC.items, "intake.topic_held_back")
    assert codes == {**held, "medical-enrolment": "intake.duplicate"}
    assert len(submissions(county)) == 1
    # The refused attempt itself reached the worker, which writes it down.
    assert [record.name for record in county.asked] == ["Submit"]


async def test_a_known_duplicate_is_confirmed_for_the_whole_topic() -> None:
    county = County()
    async with window(county=county) as desk:
        await hand_in(desk, items=["birth-household"], materials=papers("birth-household"))
        confirmed = {"confirm_duplicate": True, "duplicate_reason": "双胞胎，分别办理"}
        answer = await hand_in(desk, "one-topic-2", **confirmed)
    assert answer.status_code == 201
    reasons = {event.item_code: event.duplicate_reason for event in submissions(county)[1:]}
    assert reasons["birth-household"] == confirmed["duplicate_reason"]
    assert reasons["medical-enrolment"] is None


async def test_only_the_chosen_items_are_handed_in() -> None:
    county = County()
    chosen = ["medical-enrolment", "birth-household"]
    async with window(county=county) as desk:
        answer = await hand_in(desk, items=chosen, materials=papers(*chosen))
    assert outcomes(answer) == {"birth-household": 201, "medical-enrolment": 201}
    assert [event.family.members for event in submissions(county) if event.family] == [2, 2]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"items": ["passport"]}, 409, "intake.not_of_topic"),
        ({"materials": [{"code": "moon-stone"}]}, 409, "intake.material_not_listed"),
        ({"organisation": "/qingyun/t-moon"}, 409, "intake.organisation_unknown"),
        ({"applicant": {"name": "张小明", "id_number": "123456"}}, 422, "intake.identity_invalid"),
        ({"submit": True}, 422, "request.invalid"),
    ],
)
async def test_what_cannot_be_handed_in_is_named_and_nothing_is(
    body: dict[str, Any], status: int, code: str
) -> None:
    county = County()
    async with window(county=county) as desk:
        answer = await hand_in(desk, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert county.events == []


async def test_a_topic_that_is_not_there_cannot_be_handed_in() -> None:
    async with window() as desk:
        path = "/v1/topics/moon-landing/applications"
        answer = await desk.client.post(path, json={"applicant": MING}, headers=keyed())
    assert (answer.status_code, answer.json()["code"]) == (404, "intake.topic_not_in_force")


async def test_a_clerk_of_another_village_hands_in_nothing_here() -> None:
    county = County()
    async with window(clerk(path="/qingyun/t-qingshi/v-x"), county) as desk:
        answer = await hand_in(desk, organisation="/qingyun/t-heping/v-dongping")
    told = answer.json()
    assert (answer.status_code, told["code"]) == (403, "rights.denied")
    assert {item["status"] for item in told["items"]} == {403}
    assert county.events == []

"""People facts at the window: remembered with their sources, prefilled, corrected, erased."""

from __future__ import annotations

from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from schemas.facts import Person
from services.intake.shell.people import masked_name
from services.runtime import clock, metrics
from services.runtime.logs import ALLOWED
from tests.intake.shell.window import County, Topic, clerk, keyed, window
from tests.support.identities import COMPANY, OTHER_RESIDENT, RESIDENT

MING: Final[dict[str, Any]] = {"name": "张小明", "id_number": RESIDENT, "phone": "13800000000"}
SOUGHT: Final = {"id_number": RESIDENT}
TOWNSHIP: Final = "/qingyun/t-qingshi"
RENAMED: Final = {**MING, "name": "张大明"}


async def test_a_new_applicant_is_remembered_with_window_and_day() -> None:
    async with window() as desk:
        home = {"address": "和平镇东坪村三组", "household_division": "422899101201"}
        assert (await desk.apply(applicant={**MING, **home})).status_code == 201
    person = desk.topic.person()
    assert (person.name, person.id_number, person.document_kind) == (
        "张小明",
        RESIDENT,
        "resident_id",
    )
    (source,) = person.sources
    assert source.source == "/qingyun/t-heping/v-dongping"
    assert source.fields == (
        "address",
        "document_kind",
        "household_division",
        "id_number",
        "kind",
        "name",
        "phone",
    )


@pytest.mark.parametrize("role", ["department_reviewer", "inspector", "operator"])
async def test_nobody_is_written_over_by_whoever_may_take_nobody_in(role: str) -> None:
    topic, county = Topic(), County()
    async with window(county=county, topic=topic) as desk:
        await desk.apply(applicant=MING)
    before = dict(topic.held)
    changed: dict[str, Any] = {"applicant": RENAMED, "confirm_changed_person": True}
    async with window(clerk(role, "/qingyun"), county, topic) as desk:
        refused = [await desk.apply(**changed), await desk.apply(applicant=RENAMED)]
    # The second is not told either that another name is known.
    assert [answer.json()["code"] for answer in refused] == ["rights.denied"] * 2
    assert topic.held == before


async def test_what_is_not_told_again_stays_with_its_source_and_nothing_is_written_twice() -> None:
    topic, county = Topic(), County()
    async with window(county=county, topic=topic) as desk:
        await desk.apply(applicant={**MING, "address": "东坪村三组"})
    async with window(clerk("township_clerk", TOWNSHIP), county, topic) as desk:
        ask = {"item_code": "residence-permit", "channel": "township"}
        await desk.apply(**ask, applicant={**MING, "phone": "13900000000"})
        await desk.apply(**ask, applicant={"name": "张小明", "id_number": RESIDENT})
    person = topic.person()
    assert (person.phone, person.address) == ("13900000000", "东坪村三组")
    told = {name: source.source for source in person.sources for name in source.fields}
    assert (told["phone"], told["address"]) == (TOWNSHIP, "/qingyun/t-heping/v-dongping")
    assert topic.written == 2


async def test_another_name_for_the_same_number_is_pointed_out_and_not_written_over() -> None:
    topic, county = Topic(), County()
    async with window(county=county, topic=topic) as desk:
        await desk.apply(applicant=MING)
        answer = await desk.apply(item_code="village-records", applicant=RENAMED)
        assert topic.person().name == "张小明"
        agreed = await desk.apply(
            item_code="village-records", applicant=RENAMED, confirm_changed_person=True
        )
    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "intake.person_differs")
    today = clock.now().astimezone().date()
    (difference,) = told["differences"]
    assert difference["field"] == "applicant.name"
    assert difference["recorded"]["value"] == "张*明"
    assert difference["recorded"]["source"] == "/qingyun/t-heping/v-dongping"
    assert difference["recorded"]["on"][:4] == str(today.year)
    assert difference["given"]["source"] == "/qingyun/t-heping/v-dongping"
    assert RESIDENT not in answer.text
    assert agreed.status_code == 201
    assert topic.person().name == "张大明"


async def test_a_clerk_of_any_window_prefills_from_the_number_with_source_and_day() -> None:
    topic, county = Topic(), County()
    async with window(county=county, topic=topic) as desk:
        await desk.apply(applicant=MING)
    async with window(clerk("township_clerk", TOWNSHIP), county, topic) as desk:
        answer = await desk.client.post("/v1/people/lookup", json=SOUGHT)
    told = answer.json()
    assert (answer.status_code, told["masked"]) == (200, False)
    assert told["applicant_ref"] == topic.person().applicant_ref
    assert told["fields"]["name"]["value"] == "张小明"
    assert told["fields"]["phone"]["source"] == "/qingyun/t-heping/v-dongping"
    assert "on" in told["fields"]["phone"]
    assert "address" not in told["fields"]
    assert RESIDENT not in answer.text


async def test_who_takes_nothing_in_sees_a_person_masked_and_an_operator_nobody() -> None:
    topic, county = Topic(), County()
    async with window(county=county, topic=topic) as desk:
        await desk.apply(applicant={**MING, "address": "和平镇东坪村三组"})
    async with window(clerk("inspector", "/qingyun"), county, topic) as desk:
        fields = (await desk.client.post("/v1/people/lookup", json=SOUGHT)).json()["fields"]
    shown = {name: fields[name]["value"] for name in ("name", "phone", "address")}
    assert shown == {"name": "张*明", "phone": "138******00", "address": "和平镇东坪村***"}
    async with window(clerk("operator", "/operations"), county, topic) as desk:
        answer = await desk.client.post("/v1/people/lookup", json=SOUGHT)
    assert (answer.status_code, answer.json()["code"]) == (403, "rights.denied")


async def test_every_look_is_counted_and_logged_without_the_person() -> None:
    counted = [metrics.counter("people_looks", outcome=seen) for seen in ("whole", "unknown")]
    before = [found._value.get() for found in counted]
    with capture_logs() as lines:
        async with window() as desk:
            await desk.apply(applicant=MING)
            await desk.client.post("/v1/people/lookup", json=SOUGHT)
            missing = await desk.client.post(
                "/v1/people/lookup", json={"id_number": OTHER_RESIDENT}
            )
    assert (missing.status_code, missing.json()["code"]) == (404, "intake.person_not_known")
    looks = [line for line in lines if line["event"] == "person looked up"]
    assert [line["code"] for line in looks] == ["whole", "unknown"]
    assert looks[0]["applicant_ref"] == desk.topic.person().applicant_ref
    assert all(set(line) - {"event", "log_level"} <= ALLOWED for line in looks)
    assert RESIDENT not in str(lines)
    assert "张小明" not in str(lines)
    assert [found._value.get() for found in counted] == [number + 1 for number in before]


async def test_a_body_is_known_by_its_credit_code() -> None:
    async with window() as desk:
        shop = {"name": "东坪合作社", "kind": "legal_person", "id_number": COMPANY}
        await desk.apply(applicant=shop)
        sought = {"id_number": COMPANY, "kind": "legal_person"}
        told = (await desk.client.post("/v1/people/lookup", json=sought)).json()
    assert told["document_kind"] == "credit_code"
    assert told["fields"]["name"]["value"] == "东坪合作社"


async def test_passport_and_permit_of_the_same_number_are_two_people() -> None:
    async with window() as desk:
        for kind in ("passport", "taiwan_permit"):
            told = {"name": "李四", "id_number": "12345678", "document_kind": kind}
            await desk.apply(applicant=told)
    assert len(desk.topic.held) == 2


async def _confirmation(desk: Any, ref: str) -> Any:
    ground = {"ground": "purpose_fulfilled"}
    return await desk.client.post(f"/v1/people/{ref}/erasures", json=ground, headers=keyed())


async def test_an_erased_person_is_forgotten_everywhere_and_the_case_keeps_the_pseudonym() -> None:
    topic, county = Topic(), County()
    async with window(county=county, topic=topic) as desk:
        case = (await desk.apply(applicant=MING, submit=False)).json()
    ref = topic.person().applicant_ref
    async with window(clerk("operator", "/operations"), county, topic) as desk:
        given = (await _confirmation(desk, ref)).json()
        answer = await desk.client.delete(
            f"/v1/people/{ref}", params={"confirmation": given["confirmation"]}
        )
        assert answer.status_code == 204
        again = await _confirmation(desk, ref)
        assert (again.status_code, again.json()["code"]) == (404, "intake.person_not_known")
    assert topic.held == {}
    async with window(county=county, topic=topic) as desk:
        missing = await desk.client.post("/v1/people/lookup", json=SOUGHT)
        assert missing.status_code == 404
        seen = (await desk.client.get(f"/v1/applications/{case['case_id']}")).json()
        assert seen["applicant_ref"] == ref
    for event in county.events:
        assert "张小明" not in event.model_dump_json()


async def test_a_tombstone_of_another_process_is_forgotten_too() -> None:
    async with window() as desk:
        await desk.apply(applicant=MING, submit=False)
        ref = desk.topic.person().applicant_ref
        desk.people.take(type("Record", (), {"key": ref.encode(), "value": None, "offset": 1}))
        assert (await desk.client.post("/v1/people/lookup", json=SOUGHT)).status_code == 404


async def test_nobody_is_erased_while_a_case_is_open_nor_without_the_second_step() -> None:
    topic, county = Topic(), County()
    async with window(county=county, topic=topic) as desk:
        await desk.apply(applicant=MING)
        ref = topic.person().applicant_ref
        denied = await desk.client.delete(f"/v1/people/{ref}", params={"confirmation": "x"})
        assert (denied.status_code, denied.json()["code"]) == (403, "rights.denied")
    async with window(clerk("operator", "/operations"), county, topic) as desk:
        open_case = await _confirmation(desk, ref)
        assert (open_case.status_code, open_case.json()["code"]) == (
            409,
            "intake.person_has_cases",
        )
        for made_up in ("x", "unlawful.99999999999.ab", "unlawful.1.ab"):
            answer = await desk.client.delete(f"/v1/people/{ref}", params={"confirmation": made_up})
            assert (answer.status_code, answer.json()["code"]) == (
                409,
                "intake.erasure_not_confirmed",
            )
    assert ref in topic.held


async def test_a_process_that_has_not_read_the_people_yet_promises_nothing() -> None:
    async with window(ready=False) as desk:
        for answer in (
            await desk.apply(applicant=MING),
            await desk.client.post("/v1/people/lookup", json=SOUGHT),
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "server.unavailable")
    assert desk.topic.written == 0


def test_a_fact_of_before_sources_is_still_read() -> None:
    old = b'{"applicant_ref":"p-0123456789abcdef01234567","name":"Li","kind":"person"}'
    assert Person.model_validate_json(old).sources == ()


@pytest.mark.parametrize(
    ("name", "shown"), [("张", "张"), ("张明", "张*"), ("张小明", "张*明"), ("欧阳小明", "欧**明")]
)
def test_a_name_is_masked_in_the_middle(name: str, shown: str) -> None:
    assert masked_name(name) == shown

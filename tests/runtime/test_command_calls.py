"""The head of a command over HTTP: key, version, status address."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.command_calls import case_id_of, key_to_command_id
from services.runtime.ids import is_uuid, new_case_id
from tests.runtime.toy_api import api, token
from tests.runtime.toy_log import envelopes, until, working
from tests.runtime.toy_service import make_topics_of, toy

visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=128)
officers = st.sampled_from(("o-li", "o-wang", "applicant"))


@given(st.uuids())
def test_a_key_that_is_a_uuid_is_the_command_id(key: UUID) -> None:
    assert key_to_command_id("o-li", str(key)) == str(key)
    assert key_to_command_id("o-li", str(key).upper()) == str(key)


@given(visible, officers, officers)
def test_any_other_key_is_one_officers_own(key: str, one: str, other: str) -> None:
    command_id = key_to_command_id(one, key)
    assert is_uuid(command_id)
    if not is_uuid(key.lower()):
        assert (command_id == key_to_command_id(other, key)) == (one == other)


@given(st.uuids(), officers, officers)
def test_the_case_is_the_same_for_the_same_officer_and_key(key: UUID, one: str, other: str) -> None:
    case_id = case_id_of(one, str(key))
    assert (case_id == case_id_of(other, str(key))) == (one == other)
    assert is_uuid(case_id)


def test_cases_begun_under_a_uuid7_sort_by_when_they_began() -> None:
    keys = [new_case_id() for _ in range(5)]
    made = [case_id_of("o-li", key) for key in keys]
    assert {UUID(case).version for case in made} == {7}
    assert [UUID(case).bytes[:6] for case in made] == [UUID(key).bytes[:6] for key in keys]
    assert UUID(case_id_of("o-li", str(UUID(int=4, version=4)))).version == 8


@pytest.mark.kafka
async def test_a_command_over_http_with_its_key_its_version_and_its_status_address(
    kafka: str,
) -> None:
    service = toy()
    await make_topics_of(kafka, service)
    key, begin = new_case_id(), {"step": 1}
    async with api(kafka, service, wait=1.0) as client:
        await until(lambda: client.health.ready)  # type: ignore[attr-defined]
        assert (await client.post("/v1/desks", json=begin)).json()["code"] == (
            "idempotency.key_missing"
        )
        # Nobody carries commands out: an address to ask again, and the result later.
        head = {"Idempotency-Key": key}
        later = await client.post("/v1/desks", json=begin, headers=head)
        assert (later.status_code, later.headers["Retry-After"]) == (202, "1")
        address = later.headers["Location"]
        assert address == later.json()["status_url"] == f"/v1/commands/{key}"
        assert (await client.get(address)).json()["code"] == "command.not_known"

        async with working(kafka, service):

            async def known() -> bool:
                return (await client.get(address)).status_code == 200

            await until(known)
            found = await client.get(address)
            again = await client.post("/v1/desks", json=begin, headers=head)
            assert (again.status_code, again.content) == (201, found.content)
            assert (again.headers["ETag"], found.headers["ETag"]) == ('"1"', '"1"')
            case = again.json()["key"]
            assert case == case_id_of("o-li", key)

            other_body = await client.post("/v1/desks", json={"step": 2}, headers=head)
            assert (other_body.status_code, other_body.json()["code"]) == (
                422,
                "idempotency.key_reused",
            )
            colleague = {**head, "Authorization": f"Bearer {token('o-wang')}"}
            theirs = await client.post("/v1/desks", json=begin, headers=colleague)
            assert (theirs.status_code, theirs.json()["code"]) == (422, "idempotency.key_reused")
            colleague["Idempotency-Key"] = new_case_id()
            theirs = await client.post("/v1/desks", json=begin, headers=colleague)
            own = case_id_of("o-wang", colleague["Idempotency-Key"])
            assert theirs.json()["key"] == own != case

            statuses = []
            for step, version in ((2, '"1"'), (3, 'W/"2"'), (4, "3"), (5, "*"), (6, '"1"')):
                answer = await client.post(
                    f"/v1/desks/{case}/claim",
                    json={"step": step},
                    headers={"Idempotency-Key": new_case_id(), "If-Match": version},
                )
                statuses.append(answer.status_code)
            assert statuses == [200, 200, 200, 200, 412]
            assert (answer.json()["code"], answer.headers["ETag"]) == ("request.stale", '"5"')
            assert "o-li" in answer.json()["detail"]
            bad = {"Idempotency-Key": new_case_id(), "If-Match": '"x"'}
            invalid = await client.post(f"/v1/desks/{case}/claim", json=begin, headers=bad)
            assert (invalid.status_code, invalid.json()["code"]) == (
                400,
                "request.version_invalid",
            )
            seen = await client.get(f"/v1/desks/{case}")
            assert (seen.json()["steps"], seen.headers["ETag"]) == (5, '"5"')
        assert (await client.get(f"/v1/desks/{case}")).status_code == 503
    assert len(await envelopes(kafka, service)) == 7

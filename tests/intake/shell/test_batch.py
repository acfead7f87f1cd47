"""Captured without a line and uploaded at once: each application has an outcome of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from schemas.events.intake import ApplicationSubmitted
from services.runtime import clock
from tests.intake.shell.window import County, keyed, window
from tests.support.identities import OTHER_RESIDENT, RESIDENT

NUMBERS: Final = (RESIDENT, OTHER_RESIDENT)


def captured(number: int, **body: Any) -> dict[str, Any]:
    at = (clock.now() - timedelta(days=2)).isoformat()
    applicant = {"name": f"采集{number}", "id_number": NUMBERS[number]}
    written = {"item_code": "birth-registration", "applicant": applicant, "captured_at": at}
    return {
        "idempotency_key": f"captured-{number}",
        "application": {**written, "submit": True, **body},
    }


async def _upload(desk: Any, *entries: dict[str, Any]) -> Any:
    return await desk.client.post(
        "/v1/applications/batch", json={"applications": entries}, headers=keyed()
    )


async def test_each_application_of_a_batch_is_told_what_became_of_it() -> None:
    county = County()
    ahead = (clock.now() + timedelta(hours=1)).isoformat()
    async with window(county=county) as desk:
        answer = await _upload(
            desk,
            captured(0),
            captured(1, captured_at=ahead),
            captured(1, colour="red") | {"idempotency_key": "captured-2"},
        )
    told = answer.json()
    assert answer.status_code == 207
    assert (told["succeeded"], told["failed"]) == (1, 2)
    assert [item["status"] for item in told["items"]] == [201, 409, 422]
    good, early, malformed = (item["body"] for item in told["items"])
    assert good["query_code"]
    assert early["code"] == "intake.captured_in_future"
    assert malformed["code"] == "request.invalid"
    assert malformed["errors"][0]["field"] == "colour"
    assert told["items"][0]["idempotency_key"] == "captured-0"


async def test_both_times_are_on_the_event_and_the_clock_starts_from_the_server_s() -> None:
    county = County()
    entry = captured(0)
    async with window(county=county) as desk:
        await _upload(desk, entry)
    (event,) = county.events
    assert isinstance(event, ApplicationSubmitted)
    assert event.captured_at is not None
    assert event.answer.started_at - event.captured_at > timedelta(days=1)


async def test_a_batch_that_broke_off_is_sent_again_whole_and_nothing_is_done_twice() -> None:
    county = County()
    entry = captured(0)
    async with window(county=county) as desk:
        first = (await _upload(desk, entry)).json()
        again = (await _upload(desk, entry, captured(1))).json()
    assert len(county.events) == 2
    assert again["items"][0]["body"]["case_id"] == first["items"][0]["body"]["case_id"]
    assert again["failed"] == 0


async def test_a_batch_takes_whatever_json_an_unknown_field_of_a_paper_holds() -> None:
    odd = {"code": "id-card", "form": "copy", "unknown": 10**40}
    async with window() as desk:
        (item,) = (await _upload(desk, captured(0, materials=[odd]))).json()["items"]
    assert item["status"] in (201, 409)


async def test_a_batch_is_neither_empty_nor_longer_than_fifty() -> None:
    async with window() as desk:
        for number in (0, 51):
            assert (await _upload(desk, *[captured(0)] * number)).status_code == 422

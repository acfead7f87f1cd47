"""Pictures of a survey: in the store before the record names them, out to those who see it."""

from __future__ import annotations

from hashlib import sha256

from tests.review.core.situations import CONVENER, reviewer, step_id
from tests.review.core.situations_of_consulting import planned
from tests.review.shell.one_desk import OneDesk, at_the_desk
from tests.review.shell.test_paths_of_a_step import RECORD, TAKEN
from tests.support.builders import WATER
from tests.support.files import HEIC, JPEG, PDF, png

HERE = f"/v1/steps/{step_id(4)}"


async def test_a_picture_goes_in_the_record_names_it_and_it_comes_out_again() -> None:
    desk = OneDesk((*TAKEN, planned()))
    async with at_the_desk(desk, CONVENER) as client:
        sent = (await client.put(f"{HERE}/pictures/front.1", content=JPEG)).json()
        assert sent["sha256"] == sha256(JPEG).hexdigest()
        record = {**RECORD, "pictures": [sent["sha256"]]}
        assert (await client.post(f"{HERE}/record-survey", json=record)).status_code == 200
        got = await client.get(f"{HERE}/pictures/{sent['sha256']}")
    assert (got.content, got.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert got.headers["Content-Disposition"] == 'attachment; filename="picture.jpg"'


async def test_a_picture_that_nobody_uploaded_is_no_evidence() -> None:
    desk = OneDesk((*TAKEN, planned()))
    async with at_the_desk(desk, CONVENER) as client:
        record = {**RECORD, "pictures": ["cd" * 32]}
        answer = await client.post(f"{HERE}/record-survey", json=record)
    assert (answer.status_code, answer.json()["code"]) == (409, "review.picture_missing")
    assert desk.asked == []


async def test_only_pictures_are_taken() -> None:
    async with at_the_desk(OneDesk(TAKEN), CONVENER) as client:
        for content, code in ((PDF, "attachment.type_not_allowed"), (HEIC, "attachment.heic")):
            answer = await client.put(f"{HERE}/pictures/x", content=content)
            assert (answer.status_code, answer.json()["code"]) == (415, code)


async def test_who_does_not_see_the_step_neither_brings_nor_gets_a_picture() -> None:
    async with at_the_desk(OneDesk(TAKEN), reviewer(WATER)) as client:
        assert (await client.put(f"{HERE}/pictures/x", content=png())).status_code == 403
        assert (await client.get(f"{HERE}/pictures/{'ab' * 32}")).status_code == 403
    async with at_the_desk(OneDesk(TAKEN), CONVENER) as client:
        answer = await client.get(f"{HERE}/pictures/{'cd' * 32}")
    assert (answer.status_code, answer.json()["code"]) == (404, "attachment.not_found")

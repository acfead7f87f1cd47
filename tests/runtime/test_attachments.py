"""The store of attachments: whole files or none, by case, and away without a long wait."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pytest

from services.runtime.attachments import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Attachments
from services.runtime.problems import Problem
from services.runtime.settings_of_papers import AttachmentSettings
from tests.support.builders import CASE
from tests.support.files import PDF

OTHER = CASE[:-1] + "2"
NAME = sha256(PDF).hexdigest()


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Attachments:
    where = "memory://" if request.param == "memory" else str(tmp_path / "a folder")
    return Attachments(AttachmentSettings(store=where), tmp_path)


async def content_of(store: Attachments, case_id: str) -> bytes:
    size, chunks = await store.get(case_id, NAME)
    content = b"".join([chunk async for chunk in chunks])
    assert len(content) == size
    return content


async def test_what_was_put_is_there_under_its_case_and_nowhere_else(store: Attachments) -> None:
    assert not await store.has(CASE, NAME)
    large = PDF * 60_000
    for content in (PDF, large, large):
        await store.put(CASE, NAME, BytesIO(content))
        assert await content_of(store, CASE) == content
    assert await store.has(CASE, NAME)
    assert await store.head(CASE, NAME) == PDF[:8]
    assert not await store.has(OTHER, NAME)
    for asked in (store.get, store.head):
        with pytest.raises(Problem, match=r"attachment\.not_found"):
            await asked(OTHER, NAME)


async def test_a_bucket_that_is_away_is_told_within_seconds(tmp_path: Path) -> None:
    (tmp_path / ACCESS_KEY_ID).write_text("key\n")
    (tmp_path / SECRET_ACCESS_KEY).write_text("secret\n")
    settings = AttachmentSettings(store="s3://papers/county", endpoint="http://127.0.0.1:9")
    store, begun = Attachments(settings, tmp_path), perf_counter()
    with pytest.raises(Problem, match=r"attachment\.store_unavailable") as away:
        await store.put(CASE, NAME, BytesIO(PDF))
    assert away.value.status == 503
    with pytest.raises(Problem, match=r"attachment\.store_unavailable"):
        await store.has(CASE, NAME)
    assert perf_counter() - begun < 20

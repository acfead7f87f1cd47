"""Files of an application over HTTP: taken in, listed, given out, and turned away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import IO

import pytest
from fastapi import FastAPI, Request

from schemas.events.intake import PaperAttached, PaperDetached
from services.kernel.actor import Actor
from services.kernel.file_kinds import MEDIA_TYPES
from services.runtime.problems import Problem
from services.runtime.uploads import received
from tests.intake.core.situations import CLERK, OUTSIDER, accepted, attached, drafted, submitted
from tests.intake.shell.desk import OneDesk, at_the_desk, settings_of
from tests.support.builders import CASE, COUNTY, HOUSING, TOWNSHIP, WATER, officer
from tests.support.files import HEIC, PDF, bomb, ofd, png, sheet, word

HERE = f"/v1/applications/{CASE}/attachments"


def stored(folder: Path) -> set[str]:
    """Give what lies in the store, by the names of the files."""
    return {
        str(path.relative_to(folder / "attachments"))
        for path in (folder / "attachments").rglob("*")
        if path.is_file()
    }


async def test_a_file_is_stored_put_on_record_listed_and_given_back(tmp_path: Path) -> None:
    desk = OneDesk(drafted())
    digest = sha256(PDF).hexdigest()
    async with at_the_desk(desk, CLERK, settings_of(tmp_path)) as client:
        sent = await client.put(f"{HERE}/identity", content=PDF)
        listed = (await client.get(HERE)).json()
        saved = await client.get(f"{HERE}/{digest}")
    assert sent.status_code == 200, sent.text
    assert sent.json()["attachment"]["sha256"] == digest
    assert desk.events == [attached(sha256=digest, size=len(PDF))]
    assert [file["name"] for file in listed] == ["identity"]
    assert stored(tmp_path) == {f"{CASE}/{digest}"}
    assert saved.content == PDF
    assert saved.headers["Content-Disposition"] == 'attachment; filename="identity.pdf"'
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in saved.headers["Content-Security-Policy"]


async def test_the_same_file_sent_twice_is_one_act(tmp_path: Path) -> None:
    desk = OneDesk(drafted())
    async with at_the_desk(desk, CLERK, settings_of(tmp_path)) as client:
        for _ in range(2):
            assert (await client.put(f"{HERE}/identity", content=PDF)).status_code == 200
    assert len(desk.events) == 1


async def test_a_file_larger_than_any_request_in_json_is_taken_up_to_its_own_limit(
    tmp_path: Path,
) -> None:
    large = b"%PDF-1.7\n" + bytes(9 << 20) + b"%%EOF"
    desk = OneDesk(drafted())
    async with at_the_desk(desk, CLERK, settings_of(tmp_path)) as client:
        assert (await client.put(f"{HERE}/identity", content=large)).status_code == 200
        got = await client.get(f"{HERE}/{sha256(large).hexdigest()}")
    assert got.content == large


@pytest.mark.parametrize("announced", [True, False])
async def test_fifty_megabytes_are_refused_and_nothing_is_kept(
    announced: bool, tmp_path: Path
) -> None:
    desk = OneDesk(drafted())

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield bytes(1 << 20)

    content = bytes(50 << 20) if announced else pieces()
    async with at_the_desk(desk, CLERK, settings_of(tmp_path)) as client:
        answer = await client.put(f"{HERE}/identity", content=content)
    assert (answer.status_code, answer.json()["code"]) == (413, "attachment.too_large")
    assert "20 MiB" in answer.json()["detail"]
    assert (desk.events, stored(tmp_path)) == ([], set())


@pytest.mark.parametrize(
    ("content", "declared", "status", "code"),
    [
        (b"", "application/pdf", 422, "attachment.empty"),
        (word(), "application/pdf", 422, "attachment.type_mismatch"),
        (HEIC, "image/heic", 415, "attachment.heic"),
        (bomb(), MEDIA_TYPES["docx"], 422, "attachment.unsafe"),
        (b"#!/bin/sh\nrm -rf /\n", "application/pdf", 415, "attachment.type_not_allowed"),
        (PDF[:-8], "application/pdf", 422, "attachment.damaged"),
    ],
    ids=["empty", "Word called PDF", "HEIC", "zip bomb", "script", "cut short"],
)
async def test_a_hostile_file_is_refused_with_what_to_do_and_nothing_is_kept(
    content: bytes, declared: str, status: int, code: str, tmp_path: Path
) -> None:
    desk = OneDesk(drafted())
    async with at_the_desk(desk, CLERK, settings_of(tmp_path)) as client:
        sent = {"Content-Type": declared}
        answer = await client.put(f"{HERE}/identity", content=content, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (desk.events, stored(tmp_path)) == ([], set())


@pytest.mark.parametrize(
    "name", ["..%2f..%2fetc%2fpasswd", "....", "identity.pdf", "%E5%BC%A0%E4%B8%89.jpg", "a" * 200]
)
async def test_the_name_of_a_file_is_never_a_path(name: str, tmp_path: Path) -> None:
    desk = OneDesk(drafted())
    async with at_the_desk(desk, CLERK, settings_of(tmp_path)) as client:
        answer = await client.put(f"{HERE}/{name}", content=PDF)
    assert (answer.status_code, answer.json()["code"]) == (422, "attachment.name_invalid")
    assert stored(tmp_path) == set()


@pytest.mark.parametrize("content", [ofd(), sheet(), png(), word()])
async def test_every_kind_that_is_allowed_is_served_as_what_it_is(
    content: bytes, tmp_path: Path
) -> None:
    desk = OneDesk(drafted())
    async with at_the_desk(desk, CLERK, settings_of(tmp_path)) as client:
        sent = (await client.put(f"{HERE}/consent", content=content)).json()["attachment"]
        got = await client.get(f"{HERE}/{sent['sha256']}")
    assert (got.headers["Content-Type"], got.content) == (sent["media_type"], content)


@pytest.mark.parametrize(
    ("history", "actor", "status", "code"),
    [
        ((), CLERK, 404, "intake.not_found"),
        ((drafted(),), OUTSIDER, 403, "rights.denied"),
        ((submitted(), accepted()), CLERK, 409, "intake.already_accepted"),
        ((drafted(),), officer("inspector", COUNTY), 403, "rights.denied"),
    ],
    ids=["no such case", "another village", "accepted", "inspector"],
)
async def test_a_file_that_the_rules_refuse_is_not_kept(
    history: tuple[object, ...], actor: Actor, status: int, code: str, tmp_path: Path
) -> None:
    desk = OneDesk(*history)  # type: ignore[arg-type]  # events of several kinds
    async with at_the_desk(desk, actor, settings_of(tmp_path)) as client:
        answer = await client.put(f"{HERE}/identity", content=PDF)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (desk.events, stored(tmp_path)) == ([], set())


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        (CLERK, 200),
        (officer("township_approver", TOWNSHIP), 200),
        (officer("joint_convener", HOUSING), 200),
        (officer("inspector", COUNTY), 200),
        (officer("department_reviewer", WATER), 403),
        (OUTSIDER, 403),
    ],
)
async def test_an_accepted_case_is_seen_by_those_through_whose_hands_it_goes(
    actor: Actor, status: int, tmp_path: Path
) -> None:
    desk = OneDesk(submitted(), attached(), accepted())
    async with at_the_desk(desk, actor, settings_of(tmp_path)) as client:
        assert (await client.get(HERE)).status_code == status


async def test_a_fingerprint_opens_nothing_of_another_case(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    async with at_the_desk(OneDesk(drafted()), CLERK, settings) as client:
        sent = (await client.put(f"{HERE}/identity", content=PDF)).json()["attachment"]
    async with at_the_desk(OneDesk(drafted()), CLERK, settings) as client:
        answer = await client.get(f"{HERE}/{sent['sha256']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "attachment.not_found")


async def test_a_file_is_taken_off_a_draft(tmp_path: Path) -> None:
    desk = OneDesk(drafted())
    async with at_the_desk(desk, CLERK, settings_of(tmp_path)) as client:
        await client.put(f"{HERE}/identity", content=PDF)
        assert (await client.delete(f"{HERE}/identity")).status_code == 200
        assert (await client.get(HERE)).json() == []
    assert [type(event) for event in desk.events] == [PaperAttached, PaperDetached]


async def test_half_a_file_is_no_file(tmp_path: Path) -> None:
    coming: list[dict[str, object]] = [
        {"type": "http.request", "body": PDF, "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return coming.pop(0)

    app = FastAPI()
    app.state.settings = settings_of(tmp_path)
    request = Request({"type": "http", "headers": [], "app": app}, receive)
    with pytest.raises(Problem, match=r"request\.refused"):
        async with received(request):
            pass


async def test_what_the_scanner_finds_is_not_kept(tmp_path: Path) -> None:
    async def finds(content: IO[bytes]) -> bool:
        return content.read() != PDF

    desk = OneDesk(drafted())
    async with at_the_desk(desk, CLERK, settings_of(tmp_path), scanner=finds) as client:
        answer = await client.put(f"{HERE}/identity", content=PDF)
        assert (await client.put(f"{HERE}/identity", content=png())).status_code == 200
    assert (answer.status_code, answer.json()["code"]) == (422, "attachment.infected")


async def test_a_store_that_is_away_is_told_and_nothing_is_on_record(tmp_path: Path) -> None:
    desk = OneDesk(drafted())
    async with at_the_desk(desk, CLERK, settings_of(tmp_path)) as client:
        (tmp_path / "attachments").rmdir()
        (tmp_path / "attachments").write_text("a file where the folder was")
        answer = await client.put(f"{HERE}/identity", content=PDF)
    assert (answer.status_code, answer.json()["code"]) == (503, "attachment.store_unavailable")
    assert desk.events == []

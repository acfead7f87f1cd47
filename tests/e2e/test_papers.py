"""Papers on the whole stack: a scan goes in, documents come out, and anybody can check them."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Any, Final

import httpx2
import pytest

from tests.support.files import PDF, word
from tests.support.letters import text_of
from tests.support.people import Clerk, Office, office, papers
from tests.support.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
ITEM: Final = "pension-alive-check"
"""At once, in the village, with a document: all within one test."""
LOOK_EVERY: Final = 0.1
PATIENCE: Final = 30.0


class Window:
    """The village's desk, with files in both directions."""

    def __init__(self, people: Office, clerk: Clerk) -> None:
        self.people, self.clerk = people, clerk
        self._signed = {"Authorization": f"Bearer {clerk.token}"}

    async def send(self, path: str, content: bytes, declared: str = "") -> httpx2.Response:
        """Upload a file."""
        headers = {**self._signed, "Content-Type": declared or "application/octet-stream"}
        return await self.people.http.put(
            self.people.address("intake") + path, content=content, headers=headers
        )

    async def get(self, service: str, path: str) -> httpx2.Response:
        """Ask, signed in."""
        return await self.people.http.get(self.people.address(service) + path, headers=self._signed)

    async def printed(self, service: str, path: str) -> str:
        """Give the text of a document; its applicant is known as soon as the fact has come."""
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self.get(service, path)
                assert answer.status_code == 200, answer.text
                if "𠮷" in (told := text_of(answer.content)):
                    assert answer.headers["Content-Type"] == "application/pdf"
                    return told
                await asyncio.sleep(LOOK_EVERY)

    async def checked(self, number: str, told: str) -> dict[str, Any]:
        """Give what everybody is told who holds the paper, as soon as the tables have it."""
        code = told.partition("核验码")[2][:8]
        address = self.people.address("supervision") + f"/v1/public/documents/{number}?code={code}"
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self.people.http.get(address)
                if answer.status_code == 200 and answer.json()["holder"]:
                    found: dict[str, Any] = answer.json()
                    return found
                assert answer.status_code in (200, 404, 429), answer.text
                await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))


async def test_a_scan_goes_in_and_documents_come_out_that_anybody_can_check(stack: Stack) -> None:
    async with office(stack) as people:
        window = Window(people, await people.clerk("village.clerk"))
        item = (await people.items())[ITEM]
        case_id = await drafted(window, item)
        here = f"/v1/applications/{case_id}"
        digest = await attached(window, item, here)

        submitted = await window.clerk.act("intake", f"{here}/submit", {})
        assert submitted.ok, submitted.body
        number = submitted.json()["case_number"]
        receipt = await window.printed("intake", f"{here}/receipt.pdf")
        assert number in receipt
        assert "王𠮷㵒" in receipt
        assert submitted.json()["query_code"] in receipt
        found = await window.checked(number, receipt)
        assert (found["kind"], found["holder"], found["standing"]) == (
            "receipt",
            "王*㵒",
            "in_force",
        )
        early = await window.get("intake", f"{here}/acceptance.pdf")
        assert (early.status_code, early.json()["code"]) == (404, "document.not_issued")

        accepted = await window.clerk.accept(case_id)
        assert accepted.ok, accepted.body
        assert number in await window.printed("intake", f"{here}/acceptance.pdf")
        listed = (await window.get("intake", f"{here}/attachments")).json()
        assert [file["sha256"] for file in listed] == [digest]
        await decided(window, item, f"{case_id}.1")
        decision = await window.printed("review", f"/v1/steps/{case_id}.1/decision.pdf")
        assert "准予决定书" in decision
        result = await window.printed("review", f"/v1/steps/{case_id}.1/result.pdf")
        step = (await window.get("review", f"/v1/steps/{case_id}.1")).json()
        found = await window.checked(step["document_number"], result)
        assert (found["kind"], found["standing"]) == ("result", "in_force")


async def drafted(window: Window, item: dict[str, Any]) -> str:
    """Put an application down; give its case."""
    body = {
        "item_code": item["code"],
        "applicant": {"name": "王𠮷㵒", "phone": "13900000001"},
        "materials": papers(item),
    }
    answer = await window.clerk.act("intake", "/v1/applications", body)
    assert answer.status == 201, answer.body
    return str(answer.json()["case_id"])


async def attached(window: Window, item: dict[str, Any], here: str) -> str:
    """Upload a scan of the first paper, see it listed, and get it back; give its fingerprint."""
    name = item["materials"][0]["code"]
    lying = await window.send(f"{here}/attachments/{name}", word(), "application/pdf")
    assert (lying.status_code, lying.json()["code"]) == (422, "attachment.type_mismatch")
    sent = await window.send(f"{here}/attachments/{name}", PDF)
    assert sent.status_code == 200, sent.text
    (listed,) = (await window.get("intake", f"{here}/attachments")).json()
    assert listed["sha256"] == sha256(PDF).hexdigest()
    saved = await window.get("intake", f"{here}/attachments/{listed['sha256']}")
    assert saved.content == PDF
    return str(listed["sha256"])


async def decided(window: Window, item: dict[str, Any], step_id: str) -> None:
    """Take the step, check, approve, and issue; it comes to the desk by reactions."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if (await window.get("review", f"/v1/steps/{step_id}")).status_code == 200:
                break
            await asyncio.sleep(LOOK_EVERY)
    findings = [{"rule": rule["code"], "found": "met"} for rule in item["review_rules"]]
    for path, body in (
        ("claim", {}),
        ("check", {"findings": findings}),
        ("decide", {"outcome": "approved", "reasons": "符合规定"}),
        ("issue", {}),
    ):
        if path == "check" and not findings:
            continue
        answer = await window.clerk.act("review", f"/v1/steps/{step_id}/{path}", body)
        assert answer.ok, (path, answer.body)

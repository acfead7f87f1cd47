"""Debian's chromium over the whole county as processes, and a clerk who works without one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from services.runtime.ids import new_case_id
from tests.support.people import CONFIRMED
from tests.support.stack import Stack

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "cunban-demo"
PAPER = ("code", "form", "count")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MARKS = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.kafka,
    pytest.mark.engine,
    pytest.mark.xdist_group("stack"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def portal(stack: Stack) -> str:
    """Address of the portal, ready."""
    asyncio.run(stack.wait_ready("portal"))
    return stack.url("portal")


@pytest.fixture(scope="module")
def chromium(portal: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


class Clerk:
    """An officer who works over HTTP, without a browser."""

    def __init__(self, stack: Stack, client: httpx2.Client, login: str) -> None:
        self._stack, self._client = stack, client
        body = {"login": login, "password": PASSWORD}
        token = self._post("supervision", "/v1/sessions", body)["token"]
        client.headers["Authorization"] = f"Bearer {token}"

    def hand_in(self, code: str) -> str:
        """Hand in an application with all its papers and accept it; give its case id."""
        item = self._client.get(f"{self._stack.url('intake')}/v1/items/{code}").json()
        papers = [{name: paper[name] for name in PAPER} for paper in item["materials"]]
        applicant = {"name": "张明明", "phone": "13800000000"}
        body = {"item_code": code, "applicant": applicant, "materials": papers, "submit": True}
        body |= CONFIRMED
        case_id = str(self._post("intake", "/v1/applications", body)["case_id"])
        self._post("intake", f"/v1/applications/{case_id}/accept", {})
        return case_id

    def _post(self, service: str, path: str, body: object) -> dict[str, object]:
        headers = {"Idempotency-Key": new_case_id()}
        answer = self._client.post(f"{self._stack.url(service)}{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        found: dict[str, object] = answer.json()
        return found


def sign_in(page: Page, portal: str, login: str) -> None:
    page.goto(portal)
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("h1")).to_have_text(re.compile("看板|待办"))

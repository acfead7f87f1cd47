"""The inspectors' board in Debian's chromium, over the whole county as processes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from services.runtime.ids import new_case_id
from tests.support.people import CONFIRMED
from tests.support.stack import Stack, stack

__all__ = ["stack"]

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
pytestmark = [
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


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


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


def test_the_board_moves_while_a_case_is_worked_and_its_figures_lead_to_the_case(
    stack: Stack, portal: str, page: Page
) -> None:
    asked = watched(page)
    sign_in(page, portal, "inspector")
    figure = page.locator("#f-accepted b")
    before = int(figure.inner_text())
    page.evaluate("window.sameDocument = true")

    with httpx2.Client(timeout=30, trust_env=False) as client:
        case_id = Clerk(stack, client, "village.clerk").hand_in("birth-registration")

    expect(figure).to_have_text(str(before + 1), timeout=15_000)
    assert page.evaluate("window.sameDocument") is True
    expect(page.locator("#line")).to_be_hidden()

    page.locator("#f-accepted").click()
    expect(page.locator("h1")).to_have_text("办件查询")
    expect(page.locator("tbody a[data-row]")).to_have_count(before + 1)
    page.locator(f"tbody a[href='/cases/{case_id}']").click()

    expect(page.locator("h1")).to_have_text("生育登记")
    expect(page.locator("#clocks-title")).to_be_visible()
    expect(page.get_by_text("始日不计").first).to_be_visible()
    expect(page.locator(".trace li").filter(has_text="受理").first).to_be_visible()
    assert elsewhere(asked, portal) == []


def sign_in(page: Page, portal: str, login: str) -> None:
    page.goto(portal)
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("h1")).to_have_text(re.compile("看板|待办"))


def watched(page: Page) -> list[str]:
    """Keep the address of everything that the page asks for."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    return asked


def elsewhere(asked: list[str], portal: str) -> list[str]:
    return [url for url in asked if urlsplit(url).netloc != urlsplit(portal).netloc]

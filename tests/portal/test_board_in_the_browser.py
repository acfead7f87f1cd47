"""The inspectors' board in Debian's chromium, over the whole county as processes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.portal.in_the_browser import MARKS, Clerk, chromium, portal, sign_in
from tests.support.stack import Stack, stack

__all__ = ["chromium", "portal", "stack"]

pytestmark = MARKS


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


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


def watched(page: Page) -> list[str]:
    """Keep the address of everything that the page asks for."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    return asked


def elsewhere(asked: list[str], portal: str) -> list[str]:
    return [url for url in asked if urlsplit(url).netloc != urlsplit(portal).netloc]

"""A phone on the spot, in Debian's chromium: pictures of a survey, narrow pages, large letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import httpx2
import pytest
from playwright.sync_api import Browser, FilePayload, Page, Request, expect

from services.kernel.calendar import local
from services.runtime import clock
from tests.portal.in_the_browser import MARKS, Clerk, chromium, portal, sign_in
from tests.support.files import HEIC, png
from tests.support.stack import Stack, stack

__all__ = ["chromium", "portal", "stack"]

pytestmark = MARKS
SETTING_OUT: Final = "rural-house-setting-out"
"""Whoever examines it goes to the spot."""
FOR_EVERYBODY: Final = (
    "/login",
    "/track",
    "/guides",
    f"/guides/{SETTING_OUT}",
    "/topics",
    "/verify",
)
FOR_CLERKS: Final = ("/worklist", f"/apply?item={SETTING_OUT}", "/cases", "/results", "/queue")
TOO_WIDE: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def _at(minutes: int) -> str:
    moment = local(clock.now() + timedelta(minutes=minutes))
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _picture(name: str, content: bytes, media_type: str) -> FilePayload:
    return {"name": name, "mimeType": media_type, "buffer": content}


def _claimed(page: Page, address: str) -> None:
    for _ in range(60):
        page.goto(address)
        if page.get_by_role("button", name="认领", exact=True).count():
            break
        page.wait_for_timeout(250)
    page.get_by_role("button", name="认领", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已认领")).to_be_visible()


def _told_everywhere(page: Page, selector: str, text: str) -> None:
    for _ in range(60):
        if page.locator(selector).filter(has_text=text).count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(text)


def test_pictures_taken_on_the_spot_are_sent_from_the_form_and_seen_in_the_trace(
    stack: Stack, portal: str, phone: Page
) -> None:
    with httpx2.Client(timeout=30, trust_env=False) as client:
        case_id = Clerk(stack, client, "village.clerk").hand_in(SETTING_OUT)
    sign_in(phone, portal, "heping.clerk")
    _claimed(phone, f"{portal}/steps/{case_id}.1")
    phone.locator("summary", has_text="约定勘查").click()
    form = phone.locator("form[action$='/schedule-survey']")
    form.locator("#schedule-survey-planned_at").fill(_at(60))
    for officer in form.get_by_role("checkbox").all()[:2]:
        officer.check()
    form.get_by_role("button", name="约定勘查").click()
    expect(phone.get_by_role("status").filter(has_text="勘查已约定")).to_be_visible()

    phone.locator("summary", has_text="记录勘查").click()
    form = phone.locator("form[action$='/record-survey']")
    form.locator("#record-survey-held_at").fill(_at(0))
    for officer in form.get_by_role("checkbox").all()[:2]:
        officer.check()
    form.get_by_label("通过", exact=True).check()
    form.get_by_label("勘查情况").fill("桩点与图纸相符")
    east = _picture("东面.png", png(), "image/png")
    apple = _picture("IMG_1.heic", HEIC, "image/heic")
    phone.locator("#record-survey-pictures").set_input_files([east, apple])
    expect(phone.locator("#record-survey-pictures-chosen li")).to_have_count(2)
    form.get_by_role("button", name="记录勘查").click()

    expect(phone.locator("#problem")).to_contain_text("IMG_1.heic")
    kept = phone.get_by_label("东面.png")
    expect(kept).to_be_checked()
    expect(phone.locator("#record-survey-findings")).to_have_value("桩点与图纸相符")
    picture = phone.locator(".picture img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("async (img) => { await img.decode(); return img.naturalWidth; }") > 0
    form.get_by_role("button", name="记录勘查").click()
    expect(phone.get_by_role("status").filter(has_text="勘查情况已记录")).to_be_visible()
    _told_everywhere(phone, ".trace li", "桩点与图纸相符")
    link = phone.locator(".trace a", has_text="第 1 张").get_attribute("href")
    assert phone.request.get(f"{portal}{link}").body() == png()
    assert phone.evaluate(TOO_WIDE) <= 0


def test_no_page_is_wider_than_a_phone_in_usual_and_in_large_letters(
    portal: str, phone: Page
) -> None:
    wide: list[str] = []

    def look(paths: tuple[str, ...]) -> None:
        for path in paths:
            phone.goto(f"{portal}{path}")
            if phone.evaluate(TOO_WIDE) > 0:
                wide.append(f"{path} {phone.evaluate('document.documentElement.className')}")

    look(FOR_EVERYBODY)
    phone.get_by_role("button", name="大字版").click()
    look(FOR_EVERYBODY)
    sign_in(phone, portal, "village.clerk")
    look(FOR_CLERKS)
    phone.get_by_role("button", name="标准字").click()
    look(FOR_CLERKS)
    assert wide == []


def test_large_letters_are_eighteen_points_at_least(portal: str, phone: Page) -> None:
    phone.goto(f"{portal}/guides/{SETTING_OUT}")
    phone.get_by_role("button", name="大字版").click()
    smallest = phone.evaluate(
        """Math.min(...[...document.querySelectorAll('main *')]
            .filter((shown) => shown.innerText && shown.checkVisibility())
            .map((shown) => parseFloat(getComputedStyle(shown).fontSize)))"""
    )
    assert smallest >= 24


def test_a_double_click_sends_one_form(portal: str, phone: Page) -> None:
    sign_in(phone, portal, "village.clerk")
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/apply"):
            sent.append(request.url)

    phone.on("request", note)
    phone.goto(f"{portal}/apply?item=land-lease-filing")
    phone.get_by_label("姓名（名称）", exact=True).fill("王双击")
    phone.locator("[name=phone]").fill("13300133007")
    phone.get_by_role("button", name="收件", exact=True).dblclick()
    expect(phone.get_by_text("收件凭证")).to_be_visible()
    assert len(sent) == 1

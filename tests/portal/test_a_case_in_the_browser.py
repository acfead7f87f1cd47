"""A case in Debian's chromium: village, township, decision, issue, collected at the village."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import httpx2
from playwright.sync_api import Browser, Page, expect

from services.kernel.calendar import local
from services.runtime import clock
from tests.portal.in_the_browser import MARKS, Clerk, chromium, portal, sign_in
from tests.support.stack import Stack, stack

__all__ = ["chromium", "portal", "stack"]

pytestmark = MARKS
PERMIT: Final = "further-birth-permit"
"""A township clerk examines and forwards, its approver decides."""
PATIENCE: Final = 15_000


@contextmanager
def _officer(chromium: Browser, portal: str, login: str) -> Iterator[Page]:
    """Give a browser of its own in which the officer is signed in."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, portal, login)
    yield page
    context.close()


def _open(page: Page, portal: str, step_id: str) -> None:
    page.goto(f"{portal}/steps/{step_id}")
    expect(page.locator("h1")).to_be_visible()


def _done(page: Page, button: str, told: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible(timeout=PATIENCE)


def _examine_and_forward(page: Page, portal: str, step_id: str) -> None:
    _open(page, portal, step_id)
    for met in page.get_by_label("符合", exact=True).all():
        met.check()
    _done(page, "提交审查情况", "审查情况已记录")
    _done(page, "认领", "已认领")
    page.get_by_label("同意上报", exact=True).check()
    page.locator("#reasons").fill("材料齐全")
    _done(page, "提交决定", "决定已作出")


def _approve(page: Page, portal: str, step_id: str) -> None:
    _arrived(page, portal, step_id)
    _done(page, "认领", "已认领")
    page.get_by_label("准予", exact=True).check()
    page.locator("#reasons").fill("符合条件")
    _done(page, "提交决定", "决定已作出")


def _now(minutes: int = 0) -> str:
    moment = local(clock.now() + timedelta(minutes=minutes))
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _hand_over(page: Page, portal: str, step_id: str) -> None:
    _open(page, portal, step_id)
    _done(page, "登记可领取", "已登记可领取")
    page.locator("summary", has_text="告知领取").click()
    page.get_by_label("电话", exact=True).check()
    page.locator("#notify-ready-told_at").fill(_now())
    _done(page, "告知领取", "告知情况已记录")
    page.get_by_label("村便民服务室", exact=True).check()
    page.get_by_label("申请人本人", exact=True).check()
    page.locator("#record-delivery-delivered_at").fill(_now(-90))
    page.get_by_role("button", name="记录送达", exact=True).click()
    # Refused, and told at the field; what was typed is still there.
    expect(page.locator("#record-delivery-delivered_at-told")).to_contain_text("不能早于颁发")
    page.locator("#record-delivery-delivered_at").fill(_now())
    page.locator("#record-delivery-identity_checked").check()
    _done(page, "记录送达", "领证时间已记录")


def test_a_permit_is_worked_from_the_village_to_its_collection(
    stack: Stack, portal: str, chromium: Browser
) -> None:
    with httpx2.Client(timeout=30, trust_env=False) as client:
        case_id = Clerk(stack, client, "village.clerk").hand_in(PERMIT)
    first, second = f"{case_id}.1", f"{case_id}.2"
    with _officer(chromium, portal, "heping.clerk") as clerk:
        _arrived(clerk, portal, first)
        _examine_and_forward(clerk, portal, first)
        with _officer(chromium, portal, "town.approver") as approver:
            _approve(approver, portal, second)
        _open(clerk, portal, second)
        expect(clerk.get_by_text("颁发送达期限")).to_be_visible()
        clerk.get_by_label("和平镇人民政府行政审批专用章", exact=True).check()
        _done(clerk, "颁证", "结果已颁发")
    with _officer(chromium, portal, "village.clerk") as village:
        _arrived(village, portal, second)
        _hand_over(village, portal, second)
        expect(village.get_by_text("已送达", exact=True)).to_be_visible()


def _arrived(page: Page, portal: str, step_id: str) -> None:
    """Wait until review has the step: it comes there by a reaction."""
    for _ in range(60):
        page.goto(f"{portal}/steps/{step_id}")
        if page.get_by_role("heading", level=1).inner_text().find("·") > 0:
            return
        page.wait_for_timeout(250)
    raise AssertionError(step_id)

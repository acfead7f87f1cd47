"""Captured without a line: the device's time is kept beside ours, and must be plausible."""

from __future__ import annotations

from datetime import timedelta

from services.intake.core.captures import OLDEST, SKEW
from tests.intake.core.situations import draft, drafted, intake, submit, submitted
from tests.support.builders import MONDAY
from tests.support.given import given

INSTANT = timedelta(milliseconds=1)


def test_a_device_may_be_five_minutes_ahead_and_a_month_late() -> None:
    for captured_at in (MONDAY + SKEW, MONDAY - OLDEST):
        given(intake).when(submit(captured_at=captured_at)).then(submitted(captured_at=captured_at))
        given(intake).when(draft(captured_at=captured_at)).then(drafted(captured_at=captured_at))


def test_nothing_was_captured_in_the_future() -> None:
    ahead = MONDAY + SKEW + INSTANT
    given(intake).when(submit(captured_at=ahead)).then_refused("intake.captured_in_future")
    given(intake).when(draft(captured_at=ahead)).then_refused("intake.captured_in_future")


def test_what_was_captured_more_than_a_month_ago_is_captured_anew() -> None:
    stale = MONDAY - OLDEST - INSTANT
    given(intake).when(submit(captured_at=stale)).then_refused(
        "intake.captured_too_early", naming="30"
    )


def test_a_draft_that_lay_too_long_is_captured_anew() -> None:
    put_down = drafted(captured_at=MONDAY)
    given(intake, put_down).when(
        submit(captured_at=MONDAY, at=MONDAY + OLDEST + INSTANT)
    ).then_refused("intake.captured_too_early")

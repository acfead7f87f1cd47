"""The table of hand-reckoned situations over the published calendars of 2024–2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import chinese_calendar
import pytest

from services.kernel.clock import Limit, Stop
from services.kernel.clock_shares import shares
from tests.kernel.clock_strategies import Course
from tests.kernel.situation_files import (
    ExpectedDay,
    SharedSituation,
    Situation,
    all_shared,
    all_situations,
    stop_of,
)
from tests.kernel.situations import DOCUMENT, in_document, written
from tests.kernel.test_clock_oracle import due_by_hand, minute_due_by_hand

SITUATIONS = all_situations()
RECKONABLE = [each for each in SITUATIONS if "error" not in each.expected]
SHARED = all_shared()
PUBLISHED = [each for each in RECKONABLE if not each.expected["provisional"]]
"""Those which the count by hand over chinesecalendar can reckon, too."""


def named(situations: list[Situation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("situation", situations, ids=lambda each: each.name)


@named(RECKONABLE)
def test_the_clock_says_what_was_reckoned_by_hand(situation: Situation) -> None:
    answer = situation.answer
    assert {key: answer[key] for key in situation.expected} == situation.expected


@named(RECKONABLE)
def test_each_day_that_matters_is_explained_as_reckoned_by_hand(situation: Situation) -> None:
    minutes = situation.ask.get("unit") == "working_minutes"
    lines = {date.fromisoformat(line["day"]): line for line in situation.answer["explanation"]}
    counted, numbers = 0, {}
    for day, line in lines.items():
        counted = _minutes_so_far(line["note"], counted) if minutes else counted + line["counts"]
        numbers[day] = counted if line["counts"] else 0
    explained = [
        ExpectedDay(each.day, numbers[each.day], lines[each.day]["why"], each.reckoned)
        for each in situation.days
    ]
    assert explained == list(situation.days)


@named(RECKONABLE)
def test_the_due_day_is_among_the_days_reckoned_by_hand(situation: Situation) -> None:
    due_on = datetime.fromisoformat(situation.expected["due_at"]).date()
    assert due_on in {each.day for each in situation.days}


@named(RECKONABLE)
def test_working_days_are_those_of_another_calendar(situation: Situation) -> None:
    """chinesecalendar, where it knows the year; where a notice was not out it may not be asked."""
    shut = {"weekend", "holiday"}
    for line in situation.answer["explanation"]:
        day = date.fromisoformat(line["day"])
        if day.year in situation.years and line["why"] != "start_day":
            assert chinese_calendar.is_workday(day) == (line["why"] not in shut), day


@named(PUBLISHED)
def test_another_count_over_another_calendar_comes_to_the_same(situation: Situation) -> None:
    course = _course(situation)
    by_hand = due_by_hand if course.limit.unit == "working_days" else _by_the_second
    assert by_hand(course) == datetime.fromisoformat(situation.expected["due_at"])


@named([each for each in SITUATIONS if "error" in each.expected])
def test_what_cannot_be_is_refused(situation: Situation) -> None:
    assert situation.answer["error"]["code"] == situation.expected["error"]


@pytest.mark.parametrize("situation", SHARED, ids=lambda each: each.name)
def test_each_counted_day_is_laid_to_those_who_held_it(situation: SharedSituation) -> None:
    held = {day: organisations for day, (organisations, _) in situation.laid.items()}
    assert {line.day: line.organisations for line in situation.days_laid} == held
    totals = {name: Fraction(days) for name, days in situation.totals.items()}
    assert shares(situation.days_laid) == totals
    answer = situation.answer
    assert {key: answer[key] for key in situation.expected} == situation.expected
    assert len(situation.days_laid) == answer["counted"]


def test_there_are_at_least_sixty_situations_each_with_its_own_title() -> None:
    titles = [(each.zh, each.en) for each in SITUATIONS]
    titles += [(each.zh, each.en) for each in SHARED]
    assert len(titles) >= 60
    assert len({zh for zh, _ in titles}) == len({en for _, en in titles}) == len(titles)


def test_the_document_prints_the_situations_as_they_are_reckoned_now() -> None:
    """Otherwise: `python -m tests.kernel.situations`."""
    assert in_document(DOCUMENT.read_text(encoding="utf-8")) == written()


def _course(situation: Situation) -> Course:
    """Without what is not yet known; an extension makes the limit longer."""
    ask = situation.ask
    known = datetime.fromisoformat(ask["as_of"]) if "as_of" in ask else None
    granted = ask.get("extension_granted_at")
    amount = ask["limit"]
    if known is None or granted is None or datetime.fromisoformat(granted) <= known:
        amount += ask.get("extension_days", 0)
    stops = [stop_of(stop) for stop in ask.get("stops", ())]
    return Course(
        datetime.fromisoformat(ask["start"]),
        Limit(amount, ask.get("unit", "working_days")),
        tuple(_known(stop, known) for stop in stops if known is None or stop.at <= known),
    )


def _known(stop: Stop, known: datetime | None) -> Stop:
    if known is None or stop.resumed_at is None or stop.resumed_at <= known:
        return stop
    return replace(stop, resumed_at=None)


def _by_the_second(course: Course) -> datetime:
    """The other count knows whole minutes only; the seconds of a start stay on the clock."""
    start = course.start.replace(second=0)
    return minute_due_by_hand(course.but(start=start)) + (course.start - start)


def _minutes_so_far(note: str, before: int) -> int:
    _, said, after = note.partition("累计 so far ")
    return (
        int("".join(char for char in after.partition("，")[0] if char.isdigit()))
        if said
        else before
    )

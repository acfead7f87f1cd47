"""Presence and acts, off the tables."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.events import external, presence
from schemas.events.base import REVIEW
from schemas.facts import Officer, Post
from services.supervision.core.attendance_day import Seen, board, organisation_days, person_days
from services.supervision.shell.queries_attendance import (
    activity_days,
    activity_of_day,
    presence_told,
)
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Log
from tests.supervision.streams import SESSION, Life, case_id, refused, signed_in
from tests.support.builders import OTHER_VILLAGE, VILLAGE, at, organisation
from tests.support.published_calendars import published_calendar

pytestmark = pytest.mark.engine
DAY = date(2025, 3, 3)
PHONE = "01942a3b-0000-7000-8000-0000000000ff"
PLACES = {path: organisation(path) for path in (VILLAGE, OTHER_VILLAGE)}


def officer(officer_id: str, where: str = VILLAGE) -> Officer:
    post = Post(organisation=where, role="village_clerk")
    return Officer(officer_id=officer_id, name="某", organisation=where, posts=(post,))


OFFICERS = [officer("o-li"), officer("o-wang"), officer("o-zhao", OTHER_VILLAGE)]


def day_at_the_desk() -> Log:
    log = Log()
    log.presence("o-li", signed_in(at("2025-03-03 08:20")), at("2025-03-03 08:20"))
    phone = signed_in(at("2025-03-03 09:00"), session=PHONE)
    log.presence("o-li", phone, at("2025-03-03 09:00"))
    log.presence("o-li", presence.SignedOut(session_id=PHONE), at("2025-03-03 10:00"))
    idle = presence.WentIdle(session_id=SESSION, since=at("2025-03-03 11:00"))
    log.presence("o-li", idle, at("2025-03-03 11:00"))
    log.presence("o-wang", signed_in(at("2025-03-03 08:45")), at("2025-03-03 08:45"))
    gone = presence.WentOffline(session_id=SESSION, since=at("2025-03-03 09:30"))
    log.presence("o-wang", gone, at("2025-03-03 09:31"))
    return log


def test_a_day_is_reckoned_from_what_the_stream_told(store: Store) -> None:
    log = day_at_the_desk()
    insert(store, log.messages[::-1], log.messages[:3])
    now = at("2025-03-03 12:00")
    told = presence_told(store, at("2025-03-03 00:00"), now)
    days = person_days(OFFICERS, PLACES, published_calendar(), Seen(told), DAY, now)
    seconds = [(d.sheet.active_seconds, d.sheet.idle_seconds, d.sheet.late) for d in days]
    # Signing out of the phone does not end the presence at the window.
    assert seconds == [(9000, 3600, False), (2700, 0, True), (0, 0, True)]
    sums = organisation_days(days)
    assert [(o.organisation, o.officers, o.seen, o.late) for o in sums] == [
        (OTHER_VILLAGE, 1, 0, 1),
        (VILLAGE, 2, 2, 1),
    ]
    assert sums[1].active_seconds + sums[1].idle_seconds + sums[1].absent_seconds == 2 * 12600


def test_the_board_shows_each_officer_now_and_since_when(store: Store) -> None:
    project(store, day_at_the_desk())
    now = at("2025-03-03 11:30")
    told = presence_told(store, at("2025-03-03 00:00"), now)
    lines = board(OFFICERS, PLACES, published_calendar(), Seen(told), DAY, now)
    assert [(x.officer_id, x.status, x.since, x.on_duty) for x in lines] == [
        ("o-li", "idle", at("2025-03-03 11:00"), True),
        ("o-wang", "absent", at("2025-03-03 09:30"), True),
        ("o-zhao", "absent", None, True),
    ]


def test_only_the_officers_asked_for_are_read(store: Store) -> None:
    project(store, day_at_the_desk())
    span = (at("2025-03-03 00:00"), at("2025-03-04 00:00"))
    assert set(presence_told(store, *span, ["o-wang"])) == {"o-wang"}
    assert presence_told(store, *span, []) == {}


def test_acts_are_counted_once_and_refused_ones_apart(store: Store) -> None:
    log = Log()
    life = Life(log, 1)
    life.submit(notices=1)
    life.accept()
    life.say(refused(), by="o-li", topic=REVIEW)
    insert(store, log.messages, log.messages[::-1])
    rows = activity_days(store, DAY, date(2025, 3, 4))
    assert [(r.officer_id, r.source, r.acts, r.refused, r.cases) for r in rows] == [
        ("o-li", "cunban", 2, 1, 1)
    ]
    found = activity_of_day(store, "o-li", DAY)
    # Seen by the county's clock: noticed at 10:01, accepted at 12:03; refused at 14:05.
    assert {hour: n for hour, n in enumerate(found.hours) if n} == {10: 1, 12: 1}
    assert [act.refused for act in found.acts] == [False, False, True]


def test_acts_of_an_imported_log_are_its_clerks_on_the_day_at_their_place(store: Store) -> None:
    log = Log()
    for number, day in enumerate((date(2011, 10, 11), date(2011, 10, 11), date(2011, 10, 12))):
        act = external.ExternalActRecorded(
            log="permits",
            log_case="case-1",
            log_act=f"task-{number}",
            activity="Check",
            officer="Resource21",
            organisation="Group 1",
            acted_on=day,
        )
        log.add(case_id(1), act, at("2011-10-12 05:00"), by="system")
    project(store, log)
    rows = activity_days(store, date(2011, 1, 1), date(2011, 12, 31), ["Resource21"])
    assert [(r.source, r.day, r.acts) for r in rows] == [
        ("permits", date(2011, 10, 11), 2),
        ("permits", date(2011, 10, 12), 1),
    ]

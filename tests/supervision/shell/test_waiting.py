"""How long people waited at the windows, whatever repeats and in whatever order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest

from schemas.events.appointment import (
    AppointmentBooked,
    AppointmentMissed,
    AppointmentServed,
    TicketCalled,
    TicketTaken,
)
from services.kernel.window_days import window_day
from services.supervision.shell.queries import Scope
from services.supervision.shell.queries_waiting import waiting
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Log
from tests.support.builders import APPLICANT, OTHER_VILLAGE, VILLAGE, at

pytestmark = pytest.mark.engine
TUESDAY: Final = date(2025, 3, 4)
COUNTY: Final = Scope(("/qingyun",), imported=False)
NINE: Final = at("2025-03-04 09:00")


def person_at(log: Log, place: str, number: int, minutes: int, *, day: date = TUESDAY) -> None:
    """Somebody books, takes a number at nine, is called after so many minutes, again, served."""
    key = window_day(place, day)
    one = {"appointment_id": f"{key}.{number}"}
    log.add(
        key,
        AppointmentBooked(
            **one,
            organisation=place,
            on=day,
            slot="09:00",
            applicant_ref=APPLICANT,
            channel="village",
            schedule_version=1,
            booked_at=NINE - timedelta(days=1),
        ),
        NINE - timedelta(days=1),
    )
    log.add(key, TicketTaken(**one, ticket=number, waiting_since=NINE), NINE)
    for time, called_at in ((1, NINE + timedelta(minutes=minutes)), (2, NINE + timedelta(hours=2))):
        call = TicketCalled(**one, ticket=number, desk="1", time=time, waiting_since=NINE)
        log.add(key, call, called_at)
    served = AppointmentServed(**one, ticket=number, desk="1", waiting_since=NINE)
    log.add(key, served, NINE + timedelta(hours=2))


def two_windows() -> Log:
    log = Log()
    for number, minutes in enumerate((5, 10, 30), 1):
        person_at(log, VILLAGE, number, minutes)
    person_at(log, OTHER_VILLAGE, 1, 1)
    key = window_day(OTHER_VILLAGE, TUESDAY)
    gone = AppointmentMissed(
        appointment_id=f"{key}.2", applicant_ref=APPLICANT, on=TUESDAY, slot="10:00"
    )
    log.add(key, gone, NINE + timedelta(hours=4))
    return log


def test_waiting_is_from_the_number_to_its_first_call(store: Store) -> None:
    log = two_windows()
    insert(store, log.messages[::-1], log.messages[:7])
    there, here = waiting(store, COUNTY, "organisation", TUESDAY, TUESDAY)
    assert (here.key, here.booked, here.came, here.called, here.served) == (VILLAGE, 3, 3, 3, 3)
    assert (here.mean_seconds, here.median_seconds, here.p90_seconds) == (900.0, 600.0, 1800.0)
    assert (there.key, there.missed, there.mean_seconds) == (OTHER_VILLAGE, 1, 60.0)


def test_only_the_days_and_the_windows_asked_for_are_counted(store: Store) -> None:
    log = two_windows()
    person_at(log, VILLAGE, 1, 20, day=date(2025, 3, 5))
    project(store, log)
    by_day = waiting(store, COUNTY, "day", TUESDAY, date(2025, 3, 31))
    assert [(row.key, row.booked) for row in by_day] == [("2025-03-04", 4), ("2025-03-05", 1)]
    own = Scope((VILLAGE,), imported=False)
    (row,) = waiting(store, own, "organisation", TUESDAY, TUESDAY)
    assert row.key == VILLAGE
    neighbour = Scope(("/qingyun/t-heping/v-dong",), imported=False)
    assert waiting(store, neighbour, "organisation", TUESDAY, TUESDAY) == ()


def test_where_nobody_was_called_there_is_no_mean(store: Store) -> None:
    log = Log()
    key = window_day(VILLAGE, TUESDAY)
    log.add(key, TicketTaken(appointment_id=f"{key}.1", ticket=1, waiting_since=NINE), NINE)
    project(store, log)
    (row,) = waiting(store, COUNTY, "organisation", TUESDAY, TUESDAY)
    assert (row.came, row.called, row.mean_seconds, row.p90_seconds) == (1, 0, None, None)

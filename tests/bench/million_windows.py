"""A year of the queues at sixty windows, made inside the engine."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from schemas.events.appointment import (
    AppointmentBooked,
    AppointmentServed,
    TicketCalled,
    TicketTaken,
)
from services.kernel.window_days import window_day
from services.supervision.shell.store.engine import Store
from tests.bench.stream_pattern import insert_pattern, written
from tests.supervision.log_of import Log
from tests.support.builders import APPLICANT, MONDAY, VILLAGE

_PEOPLE: Final = 10
_WINDOWS: Final = """
INSERT INTO events (topic, partition, offset, event_id, type, key, sequence, occurred_at,
    appended_at, source, actor, causation_id, correlation_id, batch, value)
SELECT topic, n % 6, (n * {people} + person) * 4 + nth AS nth_of_all,
    concat('00000000-0000-7000-8000-', leftPad(lower(hex(nth_of_all)), 12, '0')) AS event_id, type,
    concat('qingyun.t-', leftPad(toString(n % 12), 2, '0'), '.v-', leftPad(toString(n % 60), 2,
        '0'), '@', toString(day)) AS key,
    person * 4 + sequence, fromUnixTimestamp64Milli(instant, 'UTC'),
    fromUnixTimestamp64Milli(instant + 20, 'UTC'), source, actor, event_id, event_id, 1000,
    replaceAll(replaceAll(value, '{key}', key), '{nine}', formatDateTime(fromUnixTimestamp64Milli(
        began, 'UTC'), '%Y-%m-%dT%H:%i:%SZ'))
FROM (
    SELECT p.*, number AS n, person, toDate('{first_day}') + intDiv(number, 60) AS day,
        toInt64(toUnixTimestamp(toDateTime(day, 'UTC'))) * 1000 + 3600000 + person * 600000
            AS began,
        began + toInt64(nth * (1 + intHash32(number * 31 + person) % 40) * 20000) AS instant
    FROM numbers({days} * 60) AS w
    ARRAY JOIN range({people}) AS person
    CROSS JOIN pattern AS p
    WHERE p.shape = 9
)
"""


def put_windows(store: Store, began: datetime, days: int) -> None:
    """Ten people a day at each of sixty windows: booked, came, called, served."""
    key, log = window_day(VILLAGE, MONDAY.date()), Log()
    one: dict[str, Any] = {"appointment_id": f"{key}.1"}
    served = {**one, "ticket": 1, "desk": "1", "waiting_since": MONDAY}
    log.add(
        key,
        AppointmentBooked(
            **one, organisation=VILLAGE, on=MONDAY.date(), slot="09:00", applicant_ref=APPLICANT,
            channel="village", schedule_version=1, booked_at=MONDAY,
        ),
    )  # fmt: skip
    log.add(key, TicketTaken(**one, ticket=1, waiting_since=MONDAY))
    log.add(key, TicketCalled(**served, time=1))
    log.add(key, AppointmentServed(**served))
    insert_pattern(store, [(9, log.messages)])
    filled = {"key": key, "nine": written(MONDAY), "first_day": began.date(), "days": days}
    store.command(_WINDOWS.format(**filled, people=_PEOPLE))

"""A year of a county's cases, made inside the engine: the log's rows, and so all read models.

Whole streams as the services write them are drawn once (`Life`), laid into a small table, and
put down for each case with its own ids, places, people and instants. They come in as a projector
brings them in: by the time at which they were appended, a few days at once, so that the rows of
one case lie in several parts until the engine merges them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from schemas.events import results
from schemas.events.routing import CaseCompleted
from services.supervision.shell.store.engine import Store
from tests.bench.million_windows import put_windows
from tests.bench.stream_pattern import insert_pattern, make_pattern, written
from tests.supervision.log_of import Kept, Log
from tests.supervision.streams import Life, case_id, submitted
from tests.support.builders import APPLICANT, FORESTRY, MONDAY, VILLAGE, at, term

BEGAN: Final = datetime(2025, 1, 1, 0, 30, tzinfo=UTC)
DAYS: Final = 333
ENDED: Final = BEGAN + timedelta(days=DAYS)
"""The instant up to which the log goes."""
WINDOW_DAYS: Final = 3
_LONGEST_DAYS: Final = 25
_DOCUMENT: Final = "4228232025ABCDEFGHJ"
_FAMILY: Final = "01942a3b-0000-7000-8000-00000000fa11"
_STARTS: Final = "toInt64({began}) + intDiv(toInt64(n) * {span}, {cases})"
_HEX: Final = "leftPad(lower(hex(toUInt64(start))), 12, '0')"
_KEY: Final = (
    "concat(substring({hex}, 1, 8), '-', substring({hex}, 9, 4), '-7000-8000-',"
    " leftPad(lower(hex(toUInt64(n))), 12, '0'))"
)
# Each tenth of the cases takes longer than it was promised; of the last quarter every fiftieth
# stays where it is, and of the last sixth each tenth is never collected.
_CASES: Final = """
INSERT INTO events (topic, partition, offset, event_id, type, key, sequence, occurred_at,
    appended_at, source, actor, causation_id, correlation_id, batch, value)
SELECT topic, n % 6, n * 32 + nth, concat(substring(key, 1, 24), leftPad(lower(hex(n * 32 + nth)),
        12, '0')) AS event_id,
    type, key, sequence, fromUnixTimestamp64Milli(instant, 'UTC'),
    fromUnixTimestamp64Milli(instant + 20, 'UTC'), replaceAll(replaceAll(source, '{village}',
        village), '{department}', department), if(actor IN ('system', 'applicant'), actor, officer),
    event_id, event_id, {batch},
    {value}
FROM (
    SELECT p.*, n, start, instant, {key} AS key,
        concat('{county}/t-', leftPad(toString(n % 12), 2, '0'), '/v-',
            leftPad(toString(n % 60), 2, '0')) AS village,
        concat('{county}/d-', leftPad(toString(n % 21), 2, '0')) AS department,
        concat('o-', leftPad(toString(intHash32(n) % 300), 3, '0')) AS officer,
        concat('item-', toString(intHash32(n + 7) % 87)) AS item
    FROM (
        SELECT n, start, shape, if(intHash32(n) % 10 = 0, 17, 1 + intHash32(n + 1) % 12)
            * 86400000 AS lasts
        FROM (SELECT number AS n, {starts} AS start,
                toUInt8(multiIf(n % 10 = 0 AND n * 6 > {cases} * 5, 2, n % 20 = 1, 1,
                    n % 50 = 2, 3, 0)) AS shape
            FROM numbers({first}, {count}))
    ) AS c
    INNER JOIN pattern AS p ON p.shape = c.shape
    WHERE (start + toInt64(share * lasts) AS instant) >= {since} AND instant < {until}
        AND (n % 50 != 7 OR nth < 6 OR n * 4 < {cases} * 3)
)
"""


@dataclass(frozen=True, slots=True)
class County:
    """What was put in."""

    cases: int
    events: int


def fill_county(store: Store, cases: int, told: Callable[[str], None], *, tail: int = 40) -> County:
    """Fill an empty store; the last day comes in `tail` small inserts, as live ones are.

    Raises:
        StoreUnavailable: the store is away.
    """
    make_pattern(store)
    insert_pattern(store, [(shape, _life(shape)) for shape in range(4)])
    fixed = _fixed(cases)
    edges = [_ms(BEGAN + timedelta(days=day)) for day in range(0, DAYS, WINDOW_DAYS)]
    last_day = _ms(ENDED - timedelta(days=1))
    edges += [last_day + (_ms(ENDED) - last_day) * part // tail for part in range(tail + 1)]
    for number, (since, until) in enumerate(pairwise(edges), 1):
        store.command(_CASES.format(**fixed, **_ranges(cases, since, until), batch=number))
        told(f"{number} of {len(edges) - 1}")
    put_windows(store, BEGAN, DAYS)
    store.command("DROP TABLE pattern")
    return County(cases, int(store.whole("SELECT count() AS n FROM events")[0]["n"]))


def key_of(cases: int, number: int) -> str:
    """Give the id of a case of the filled county."""
    start = _ms(BEGAN) + number * (DAYS * 86_400_000) // cases
    digits = f"{start:012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-{number:012x}"


def number_of(number: int) -> str:
    """Give its case number."""
    return f"4228{number:08d}"


def document_of(number: int) -> str:
    """Give the number of the document that was issued in it."""
    return f"4228232025{number:09d}"


def applicant_of(store: Store, key: str) -> str:
    """Give whose case it is."""
    return str(
        store.rows("SELECT applicant_ref FROM cases WHERE case_id = {key:String}", {"key": key})[0][
            "applicant_ref"
        ]
    )


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _ranges(cases: int, since: int, until: int) -> dict[str, int]:
    """Give the cases that can have an event in between."""
    span = DAYS * 86_400_000
    first = max(0, (since - _LONGEST_DAYS * 86_400_000 - _ms(BEGAN)) * cases // span)
    last = min(cases, (until - _ms(BEGAN)) * cases // span + 2)
    return {"first": first, "count": max(0, last - first), "since": since, "until": until}


def _fixed(cases: int) -> dict[str, Any]:
    span = DAYS * 86_400_000
    hexed = _HEX
    return {
        "key": _KEY.format(hex=hexed),
        "starts": _STARTS.format(began=_ms(BEGAN), span=span, cases=cases),
        "value": _value(),
        "village": VILLAGE,
        "department": FORESTRY,
        "county": "/qingyun",
        "cases": cases,
    }


def _value() -> str:
    """Give what puts a case's own words in place of the pattern's."""
    found = "value"
    for old, new in (
        (case_id(1), "key"),
        (_FAMILY, "concat(substring(key, 1, 24), leftPad(lower(hex(intDiv(n, 200))), 12, 'f'))"),
        ("422800000001", "concat('4228', leftPad(toString(n), 8, '0'))"),
        (_DOCUMENT, "concat('4228232025', leftPad(toString(n), 9, '0'))"),
        (APPLICANT, "concat('p-', leftPad(lower(hex(intHash32(n) % 300000)), 24, '0'))"),
        (VILLAGE, "village"),
        (FORESTRY, "department"),
        ("rural-house", "item"),
        ('"o-li"', "concat('\"', officer, '\"')"),
        ('"o-wang"', "concat('\"', officer, '\"')"),
        *(
            (written(at(due)), _later(days))
            for due, days in (
                ("2025-03-10 17:30", 5),
                ("2025-03-17 17:30", 13),
                ("2025-03-31 17:30", 28),
                ("2025-03-06 17:30", 4),
                ("2025-03-19 17:30", 15),
                ("2025-04-02 17:30", 30),
                ("2025-04-01 17:30", 29),
                ("2025-04-16 17:30", 44),
            )
        ),
        (written(MONDAY), _later(0)),
    ):
        quoted = old.replace("'", "\\'")
        found = f"replaceAll({found}, '{quoted}', {new})"
    return found


def _later(days: int) -> str:
    return (
        f"formatDateTime(fromUnixTimestamp64Milli(start + {days * 86_400_000}, 'UTC'),"
        " '%Y-%m-%dT%H:%i:%SZ')"
    )


def _life(shape: int) -> Sequence[Kept]:
    """Give a case: 0 as most are, 1 with moved clocks, 2 never collected, 3 one of a family."""
    life = Life(Log(), 1)
    family = {"family_id": _FAMILY, "topic": "small-shop", "topic_version": 1, "members": 4}
    if shape == 3:
        life.say(submitted(1, family=family), by="applicant")
    else:
        life.submit()
    life.accept()
    life.work(1, "decide", moves=shape == 1)
    life.say(CaseCompleted(outcome="approved"), by="system")
    own = {"step_id": f"{life.case}.1", "officer_id": "o-wang"}
    due = term(10, "2025-03-31 17:30")
    life.say(
        results.DeliveryClockStarted(step_id=own["step_id"], organisation=FORESTRY, term=due),
        by="system",
    )
    life.say(
        results.ResultIssued(
            **own, organisation=FORESTRY, document_number=_DOCUMENT, name="批准书",
            issued_at=MONDAY, valid_from=MONDAY.date(), valid_until=None,
        )
    )  # fmt: skip
    if shape == 2:
        life.say(results.ResultReady(**own, organisation=VILLAGE, ready_at=MONDAY))
    else:
        life.say(
            results.ResultDelivered(
                **own, organisation=VILLAGE, delivery="village", delivered_at=MONDAY,
                received_by="applicant",
            )
        )  # fmt: skip
    return life.log.messages

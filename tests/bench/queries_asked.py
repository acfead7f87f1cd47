"""What supervision's API asks of the store, each beside plain SQL that reads it off the events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, get_args

from services.kernel.actor import Actor, Held
from services.supervision.core.timeliness import By, Unit
from services.supervision.shell.queries import CaseFilter, Scope
from services.supervision.shell.queries_cases import (
    case_by_number,
    count_cases,
    list_cases,
    whole_case,
)
from services.supervision.shell.queries_documents import case_of_document
from services.supervision.shell.queries_families import family_by_id
from services.supervision.shell.queries_papers import earlier_cases
from services.supervision.shell.queries_results import waiting_results
from services.supervision.shell.queries_timeliness import TimelinessAsked, timeliness
from services.supervision.shell.queries_waiting import waiting
from services.supervision.shell.queries_worklist import worklist
from services.supervision.shell.store.engine import Store
from tests.bench.million_cases import ENDED, applicant_of, document_of, key_of, number_of

LIST_MS: Final = 150.0
ONE_MS: Final = 20.0
_SCOPE: Final = Scope(("/qingyun",), imported=True)
_DEPARTMENT: Final = "/qingyun/d-05"
_OFFICER: Final = Actor("o-001", _DEPARTMENT, (Held(_DEPARTMENT, "department_reviewer"),))
_MONTH: Final = ((ENDED - timedelta(days=30)).date(), ENDED.date())
_OF_CASE: Final = "SELECT topic, sequence, value FROM events WHERE key = {key:String}"
_RECOUNT: Final = """
SELECT place, count() AS accepted, countIf(done <= due) AS on_time FROM (
    SELECT key, anyIf(source, type = 'cn.cunban.case.accepted.v1') AS place,
        minIf(occurred_at, type = 'cn.cunban.case.completed.v1') AS done,
        anyIf(parseDateTime64BestEffortOrZero(JSONExtractString(value, 'promised', 'due_at'), 3,
            'UTC'), type = 'cn.cunban.case.accepted.v1') AS due
    FROM events
    WHERE type IN ('cn.cunban.case.accepted.v1', 'cn.cunban.case.completed.v1')
    GROUP BY key
) GROUP BY place
"""
_OPEN: Final = """
SELECT key FROM events WHERE type IN ('cn.cunban.case.accepted.v1', 'cn.cunban.case.completed.v1')
GROUP BY key HAVING countIf(type = 'cn.cunban.case.completed.v1') = 0 ORDER BY key LIMIT 50
"""
_OPEN_STEPS: Final = """
SELECT key, JSONExtractString(value, 'step_id') AS step FROM events
WHERE type IN ('cn.cunban.step.opened.v1', 'cn.cunban.step.closed.v1')
GROUP BY key, step HAVING countIf(type = 'cn.cunban.step.closed.v1') = 0 LIMIT 50
"""
_UNDELIVERED: Final = """
SELECT key FROM events WHERE type IN ('cn.cunban.delivery-clock.started.v1',
    'cn.cunban.result.delivered.v1', 'cn.cunban.result.revoked.v1')
GROUP BY key HAVING countIf(type != 'cn.cunban.delivery-clock.started.v1') = 0 LIMIT 50
"""
_DOCUMENT: Final = """
SELECT key FROM events WHERE type = 'cn.cunban.result.issued.v1'
    AND JSONExtractString(value, 'document_number') = {document:String}
"""
_NUMBER: Final = """
SELECT key FROM events WHERE type = 'cn.cunban.application.submitted.v1'
    AND JSONExtractString(value, 'case_number') = {number:String}
"""
_APPLICANT: Final = """
SELECT key FROM events WHERE type = 'cn.cunban.case.accepted.v1'
    AND JSONExtractString(value, 'applicant_ref') = {applicant:String}
"""
_FAMILY: Final = """
SELECT key FROM events WHERE type = 'cn.cunban.application.submitted.v1'
    AND JSONExtractString(value, 'family', 'family_id') = {family:String}
"""
_TICKETS: Final = """
SELECT key, count() FROM events WHERE topic = 'window.appointment.events.v1'
    AND type = 'cn.cunban.appointment.ticket-called.v1' GROUP BY key
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and the plain SQL that finds the same things in the events."""

    name: str
    most_ms: float
    """What its slowest twentieth may take."""
    ask: Callable[[int], Any]
    """Asks the `n`th time, each time for something else where there is something to choose."""
    plain: str
    words: Callable[[int], dict[str, str]]
    """Parameters of `plain`."""


def all_asked(store: Store, cases: int) -> list[Asked]:
    """Give every list and query of supervision's API, over a county of so many cases.

    Raises:
        StoreUnavailable: the store is away.
    """

    def number(n: int) -> int:
        return (n * 7919 + 13) * 101 % (cases * 3 // 4)

    def words(n: int) -> dict[str, str]:
        chosen = number(n)
        return {
            "key": key_of(cases, chosen),
            "number": number_of(chosen),
            "document": document_of(chosen),
            "applicant": applicant_of(store, key_of(cases, chosen)),
            "family": families[n % len(families)],
        }

    families = [r["f"] for r in store.rows("SELECT DISTINCT family_id AS f FROM families LIMIT 50")]
    one = [
        ("a case", lambda n: whole_case(store, words(n)["key"]), _OF_CASE),
        (
            "public: a case by number",
            lambda n: case_by_number(store, number_of(number(n))),
            _NUMBER,
        ),
        (
            "public: a document by number",
            lambda n: case_of_document(store, document_of(number(n))),
            _DOCUMENT,
        ),
    ]
    lists = [
        ("cases, a page", lambda n: list_cases(store, _SCOPE, CaseFilter(), ENDED), _OPEN),
        ("cases, how many", lambda n: count_cases(store, _SCOPE, CaseFilter(), ENDED), _OPEN),
        ("worklist", lambda n: worklist(store, _OFFICER, ENDED), _OPEN_STEPS),
        *((f"timeliness by {by}", _timeliness(store, by), _RECOUNT) for by in get_args(By)),
        ("timeliness of steps", _timeliness(store, "organisation", "step"), _OPEN_STEPS),
        ("results", lambda n: waiting_results(store, _SCOPE, ENDED), _UNDELIVERED),
        ("waiting", lambda n: waiting(store, _SCOPE, "organisation", *_MONTH), _TICKETS),
        ("papers", lambda n: earlier_cases(store, words(n)["applicant"]), _APPLICANT),
        ("family", lambda n: family_by_id(store, words(n)["family"]), _FAMILY),
    ]
    return [Asked(name, ONE_MS, ask, plain, words) for name, ask, plain in one] + [
        Asked(name, LIST_MS, ask, plain, words) for name, ask, plain in lists
    ]


def all_past(store: Store) -> list[tuple[str, Callable[[int], Any]]]:
    """Give timeliness as of instants; no bar counts them."""
    return [
        (
            f"timeliness of {unit}s as of {days} days ago",
            _timeliness(store, "organisation", unit, ENDED - timedelta(days=days)),
        )
        for days in (1, 30, 180)
        for unit in get_args(Unit)
    ]


def _timeliness(
    store: Store, by: By, unit: Unit = "case", then: datetime | None = None
) -> Callable[[int], Any]:
    asked = TimelinessAsked(by, CaseFilter(), unit, then)
    return lambda _n: timeliness(store, _SCOPE, asked, ENDED)

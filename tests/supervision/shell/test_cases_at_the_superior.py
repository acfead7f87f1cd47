"""上报件: a case that lies at the superior is known as such, in lists and by itself."""

from __future__ import annotations

import pytest

from services.supervision.shell.queries import CaseFilter, Scope
from services.supervision.shell.queries_cases import list_cases, trace
from services.supervision.shell.queries_superior import AtSuperior, at_superior, cases_at_superior
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, accepted, case_id, submitted
from tests.support.builders import COUNTY, at

pytestmark = pytest.mark.engine
SCOPE = Scope((COUNTY,), imported=True)
NOW = at("2025-03-20 10:00")


def begun(log: Log, number: int, kind: str = "report_up") -> Life:
    life = Life(log, number)
    life.say(submitted(number), by="applicant")
    life.say(accepted(number, kind=kind))
    return life


def away(store: Store) -> dict[str, AtSuperior]:
    return cases_at_superior(store, list_cases(store, SCOPE, CaseFilter(), NOW).items)


def test_a_case_is_at_the_superior_from_the_report_until_its_result(store: Store) -> None:
    log = Log()
    up = begun(log, 1)
    begun(log, 2)
    project(store, log)
    assert away(store) == {}
    seen = len(log.messages)
    up.report_up()
    insert(store, log.messages[seen:], first=2)
    found = away(store)
    assert list(found) == [case_id(1)]
    assert found[case_id(1)].step_id == f"{case_id(1)}.1"
    assert at_superior(trace(store, case_id(1))) == found[case_id(1)]
    assert at_superior(trace(store, case_id(2))) is None
    seen = len(log.messages)
    up.hear_from_above()
    insert(store, log.messages[seen:], first=3)
    assert away(store) == {}
    assert at_superior(trace(store, case_id(1))) is None


def test_events_told_in_any_order_and_twice_leave_it_where_it_is(store: Store) -> None:
    log = Log()
    begun(log, 1).report_up()
    insert(store, log.messages[::-1], log.messages)
    assert list(away(store)) == [case_id(1)]

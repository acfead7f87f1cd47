"""通办: the office that took a case in for another place finds it again, and no other."""

from __future__ import annotations

from typing import Final

import pytest

from services.supervision.shell.queries import CaseFilter, Scope
from services.supervision.shell.queries_cases import count_cases, list_cases
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, case_id, submitted
from tests.support.builders import COUNTY, OTHER_VILLAGE, VILLAGE, at

pytestmark = pytest.mark.engine
NOW: Final = at("2025-03-04 10:00")
TAKER: Final = Scope((OTHER_VILLAGE,))
OWNER: Final = Scope((VILLAGE,))
BY_TAKER: Final = CaseFilter(taken_in_at=OTHER_VILLAGE)


def three(store: Store) -> None:
    log = Log()
    Life(log, 1).say(submitted(1, taken_in_at=OTHER_VILLAGE))
    Life(log, 2).say(submitted(2))
    Life(log, 3).say(submitted(3, taken_in_at="/qingyun/t-heping/v-other"))
    insert(store, log.messages, log.messages)


def found(store: Store, scope: Scope, asked: CaseFilter) -> list[str]:
    cases = [case.case_id for case in list_cases(store, scope, asked, NOW).items]
    assert count_cases(store, scope, asked, NOW) == len(cases)
    return cases


def test_whoever_took_it_in_finds_it_though_it_is_another_places(store: Store) -> None:
    three(store)
    assert found(store, TAKER, BY_TAKER) == [case_id(1)]
    assert found(store, TAKER, CaseFilter()) == []


def test_the_place_whose_case_it_is_sees_it_as_any_other(store: Store) -> None:
    three(store)
    assert found(store, OWNER, CaseFilter()) == [case_id(1), case_id(2), case_id(3)]
    assert found(store, OWNER, BY_TAKER) == [case_id(1)]


def test_nobody_asks_by_an_office_that_is_not_theirs(store: Store) -> None:
    three(store)
    stranger = CaseFilter(taken_in_at="/qingyun/t-heping/v-other")
    assert found(store, TAKER, stranger) == []
    assert found(store, Scope((COUNTY,)), stranger) == [case_id(3)]

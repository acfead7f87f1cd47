"""用印台账: every use of a seal once, the latest first, for one's own line only."""

from __future__ import annotations

from typing import Any, Final

import pytest

from schemas.events.seals import SealUsed
from services.supervision.shell.queries import Scope
from services.supervision.shell.queries_seals import SealFilter, SealUse, seal_uses
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, case_id
from tests.support.builders import COUNTY, HOUSING, LAND, VILLAGE, at

pytestmark = pytest.mark.engine
NOW: Final = at("2030-03-20 10:00")
WHOLE: Final = Scope((COUNTY,), imported=True)
ALL: Final = SealFilter()


def used(number: int, seal: str = "approval", **changes: Any) -> SealUsed:
    told: dict[str, Any] = {
        "step_id": f"{case_id(number)}.1",
        "organisation": HOUSING,
        "officer_id": "o-sun",
        "seal": seal,
        "kind": seal,
        "name": "住建局专用章",
        "document_number": f"D{number}",
        "occasion": "issue",
        "put_on_by": "o-hand",
        "used_at": at("2025-03-05 09:00"),
    }
    return SealUsed.model_validate(told | changes)


def stamped(log: Log, number: int, *uses: SealUsed) -> None:
    life = Life(log, number)
    life.submit()
    life.accept()
    life.work(1, "release")
    for use in uses:
        life.say(use)


def test_each_use_stands_once_however_often_it_came(store: Store) -> None:
    log = Log()
    stamped(log, 1, used(1), used(1, "closing"))
    insert(store, log.messages[::-1], log.messages)
    first, second = seal_uses(store, WHOLE, ALL, NOW).items
    assert {first.seal, second.seal} == {"approval", "closing"}
    assert (first.case_id, first.document_number, first.put_on_by) == (case_id(1), "D1", "o-hand")
    assert (first.occasion, first.step_id) == ("issue", f"{case_id(1)}.1")
    assert first.case_number


def test_the_latest_come_first_page_by_page_and_none_is_lost(store: Store) -> None:
    log = Log()
    for number in (1, 2, 3):
        stamped(log, number, used(number), used(number, "closing"))
    insert(store, log.messages)
    whole = seal_uses(store, WHOLE, ALL, NOW).items
    assert len(whole) == 6
    assert [u.used_at for u in whole] == sorted((u.used_at for u in whole), reverse=True)
    paged: list[SealUse] = []
    cursor = None
    while True:
        page = seal_uses(store, WHOLE, ALL, NOW, cursor, limit=2)
        paged += page.items
        if (cursor := page.next) is None:
            break
    assert tuple(paged) == whole


def test_as_of_an_instant_what_came_later_is_not_in_it(store: Store) -> None:
    log = Log()
    stamped(log, 1, used(1), used(1, occasion="correction"))
    insert(store, log.messages)
    last, first = seal_uses(store, WHOLE, ALL, NOW).items
    assert last.used_at > first.used_at
    assert (last.occasion, first.occasion) == ("correction", "issue")
    assert seal_uses(store, WHOLE, ALL, first.used_at).items == (first,)


def test_it_is_seen_by_its_own_line_and_filtered_by_place_and_seal(store: Store) -> None:
    log = Log()
    stamped(log, 1, used(1), used(1, "closing"))
    insert(store, log.messages)
    for place, seen in ((HOUSING, 2), (COUNTY, 2), (LAND, 0), (VILLAGE, 0)):
        assert len(seal_uses(store, Scope((place,), False), ALL, NOW).items) == seen
    for wanted, seen in (
        (SealFilter(HOUSING), 2),
        (SealFilter(LAND), 0),
        (SealFilter(seal="closing"), 1),
        (SealFilter(HOUSING, "worn"), 0),
    ):
        assert len(seal_uses(store, WHOLE, wanted, NOW).items) == seen

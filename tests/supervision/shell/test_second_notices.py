"""A second notice for the same papers can be counted from the events (domain §5)."""

from __future__ import annotations

from typing import Final

import pytest

from schemas.events.intake import DeficiencyNotified
from schemas.values import Defect
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import project
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, submitted

pytestmark = pytest.mark.engine
COUNTED: Final = (
    "SELECT source, count() AS notices,"
    " countIf(notEmpty(JSONExtract(value, 'repeated', 'Array(String)'))) AS repeated"
    " FROM events FINAL WHERE type = 'cn.cunban.application.deficiency-notified.v2'"
    " GROUP BY source"
)


def notice(ordinal: int, *repeated: str) -> DeficiencyNotified:
    defects = (Defect(material="sketch", problem="不清"),)
    return DeficiencyNotified(
        notice_number=f"N-{ordinal}", ordinal=ordinal, defects=defects, repeated=repeated
    )


def test_notices_that_ask_for_the_same_paper_again_are_told_apart(store: Store) -> None:
    log = Log()
    for number in (1, 2):
        life = Life(log, number)
        life.say(submitted(number))
        life.say(notice(1))
    life.say(notice(2, "sketch"))
    project(store, log)
    (row,) = store.rows(COUNTED, {})
    assert (row["notices"], row["repeated"]) == (3, 1)

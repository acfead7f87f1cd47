"""快递: the latest parcel of a case, read off its trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest

from services.supervision.core.parcels import Parcel, latest_parcel

SENT = {"by": "courier", "carrier": "邮政EMS", "tracking_number": "EMS1", "handed_at": "T1"}
AGAIN = {"by": "locker", "carrier": "蜜蜂箱", "tracking_number": "FX2", "handed_at": "T3"}


@dataclass(frozen=True)
class Told:
    sequence: int
    type: str
    fact: Mapping[str, Any]


def told(sequence: int, name: str, fact: Mapping[str, Any]) -> Told:
    return Told(sequence, f"cn.cunban.result.{name}.v1", fact)


DISPATCHED = told(1, "dispatched", SENT)
LOST = told(2, "delivery-failed", {"how": "lost", "found_at": "T2"})
RETURNED = told(2, "delivery-failed", {"how": "returned", "found_at": "T2"})
DISPATCHED_AGAIN = told(3, "dispatched", AGAIN)
ARRIVED = told(4, "delivered", {"delivery": "courier", "delivered_at": "T4"})
COLLECTED = told(4, "delivered", {"delivery": "window", "delivered_at": "T4"})


@pytest.mark.parametrize(
    ("trace", "number", "state", "until"),
    [
        ([DISPATCHED], "EMS1", "under_way", None),
        ([DISPATCHED, LOST], "EMS1", "lost", "T2"),
        ([DISPATCHED, RETURNED], "EMS1", "returned", "T2"),
        ([DISPATCHED, LOST, DISPATCHED_AGAIN], "FX2", "under_way", None),
        ([DISPATCHED, LOST, DISPATCHED_AGAIN, ARRIVED], "FX2", "delivered", "T4"),
        ([DISPATCHED, RETURNED, COLLECTED], "EMS1", "returned", "T2"),
    ],
)
def test_the_last_parcel_is_told_with_what_became_of_it(
    trace: list[Told], number: str, state: str, until: str | None
) -> None:
    for drawn in permutations(trace):
        found = latest_parcel(drawn)
        assert found is not None
        assert (found.tracking_number, found.state, found.until) == (number, state, until)


def test_what_was_never_sent_has_none() -> None:
    assert latest_parcel([COLLECTED]) is None
    assert latest_parcel([DISPATCHED]) == Parcel(**SENT, state="under_way", until=None)

"""What may happen while an application is handed in: each changes what is sent, in one table.

As with `acts.ACTS`, what comes new is added here, with a rate in `deploy/county/simulation.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Final

from services.runtime.clock import now
from services.runtime.simulation.visit import Json

ELSEWHERE: Final = "/elsewhere"
"""In place of the office that takes an application in for another."""
CAPTURED: Final = "captured_offline"
"""Comes in by the batch, not by a call of its own."""
BY_OFFICE: Final = {"kind": "public_office"}
"""Mandate of an agent of the village."""


@dataclass(frozen=True, slots=True)
class AtTheWindow:
    """Which applications it fits, and what it does to the body of one."""

    fits: Callable[[Mapping[str, Any]], bool]
    """Of the item, with the channel that it comes `through`."""
    change: Callable[[Json, Random], None]


def by_agent(body: Json, random: Random) -> None:
    """代办: the village's agent hands in for the applicant, by public office or with a paper."""
    body["agent"] = {"name": "代办员", "phone": f"139{random.randrange(10**8):08d}"}
    if random.random() < 0.5:
        body["mandate"] = dict(BY_OFFICE)
    else:
        today = now().date() - timedelta(days=1)
        number = f"委〔{random.randrange(10**6):06d}〕号"
        paper = {"kind": "power_of_attorney", "number": number, "valid_from": today.isoformat()}
        body["mandate"] = paper


def captured_offline(body: Json, random: Random) -> None:
    """离线采集: typed in without a line, some hours ago by the device's clock."""
    body["captured_at"] = (now() - timedelta(hours=random.randint(1, 72))).isoformat()


def draft_first(body: Json, random: Random) -> None:
    """草稿: put down, and handed in by a second act."""
    body["submit"] = False


def taken_elsewhere(body: Json, random: Random) -> None:
    """通办: brought to another village's window; which, the run fills in."""
    body["taken_in_at"] = ELSEWHERE


def _anywhere(item: Mapping[str, Any]) -> bool:
    return item.get("through", "village") == "village" and "village" in item.get(
        "accept_anywhere", ()
    )


def may_send_somebody(item: Mapping[str, Any]) -> bool:
    """Say whether the applicant need not come in person."""
    return not item.get("in_person")


def _any(item: Mapping[str, Any]) -> bool:
    return True


AT_THE_WINDOW: Final[Mapping[str, AtTheWindow]] = {
    "by_agent": AtTheWindow(may_send_somebody, by_agent),
    CAPTURED: AtTheWindow(_any, captured_offline),
    "draft_first": AtTheWindow(_any, draft_first),
    "taken_elsewhere": AtTheWindow(_anywhere, taken_elsewhere),
}
"""By the name of its rate."""


CONFIRMED: Final = {
    "confirm_duplicate": True,
    "duplicate_reason": "经核对，申请人另有其事，不是重复申请。",
}
"""A run with the same seed brings the same people for the same things again."""


def submission(
    item: Mapping[str, Any], applicant: Mapping[str, str], channel: str, papers: Sequence[Json]
) -> Json:
    """Give the body of an application that the applicant brings in person, handed in at once."""
    return {
        "item_code": item["code"],
        "applicant": applicant,
        "channel": channel,
        "materials": papers,
        "submit": True,
        **CONFIRMED,
    }


def topic_submission(
    items: Sequence[str],
    applicant: Mapping[str, str],
    channel: str,
    papers: Sequence[Mapping[str, Any]],
) -> Json:
    """Give the body of a topic, handed in with these of its items and one list of papers."""
    return {
        "items": list(items),
        "applicant": applicant,
        "channel": channel,
        "materials": list(papers),
        **CONFIRMED,
    }


def come(wanted: frozenset[str], item: Mapping[str, Any], body: Json, random: Random) -> list[str]:
    """Change `body` by one of what is wanted and fits; give its name, nothing where none does."""
    for name, way in AT_THE_WINDOW.items():
        if name in wanted and way.fits({**item, "through": body.get("channel", "village")}):
            way.change(body, random)
            return [name]
    return []

"""May the item be handed in here: its validity, channel, and the way that it must go."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from schemas.facts import Item, Organisation
from schemas.values import Channel
from services.kernel.authority_contradictions import is_cancelled
from services.kernel.calendar import local
from services.kernel.decider import Reference, Refused
from services.kernel.succession import heir_at, is_closed
from services.kernel.way import way_of

_COUNTERS: Final[dict[Channel, frozenset[str]]] = {
    "village": frozenset({"village"}),
    "township": frozenset({"township"}),
    "county": frozenset({"county", "department", "service_centre"}),
    "online": frozenset({"village", "township", "county", "department", "service_centre"}),
    "kiosk": frozenset({"village", "township", "service_centre"}),
}
"""Channel → the kinds of organisation that serve it."""


DOORS: Final[dict[Channel, str]] = {
    "village": "村便民服务室",
    "township": "乡镇便民服务中心",
    "county": "县级窗口",
    "online": "网上办事",
    "kiosk": "自助终端",
}
"""What people call the channels."""


def require_not_barred(item: Item, barred: str | None) -> None:
    """Pass where no negative list keeps the item away from the channel; `barred` is its reason.

    Raises:
        Refused: `intake.on_negative_list`, with the reason and the right door.
    """
    if barred is not None:
        raise Refused(
            "intake.on_negative_list",
            f"事项“{item.name}”列入负面清单：{barred[:1500]} 请到：{_doors(item)}。",
        )


def require_competent(
    item: Item, organisation: str, channel: Channel, at: datetime, facts: Reference
) -> None:
    """Pass where `organisation` may take the item in through `channel` on the day of `at`.

    Raises:
        Refused: `intake.item_not_in_force`, `intake.item_cancelled`, `intake.channel_closed` or
            `intake.organisation_not_competent`.
        UnknownReference: an organisation is not (yet) known.
    """
    if local(at).date() < item.valid_from:
        raise Refused(
            "intake.item_not_in_force",
            f"事项“{item.name}”第 {item.version} 版自 {item.valid_from} 起施行，请改用现行版本。",
        )
    if (change := item.authority_change) is not None and is_cancelled(item):
        raise Refused(
            "intake.item_cancelled",
            f"事项“{item.name}”已按{change.document}取消，不再受理；在办的照常办结。",
        )
    if channel not in item.channels:
        raise Refused(
            "intake.channel_closed",
            f"事项“{item.name}”不从{DOORS[channel]}受理，请到：{_doors(item)}。",
        )
    place = facts.organisation(organisation)
    if not _serves(place, channel, item) or way_of(item, organisation, facts) is None:
        raise Refused(
            "intake.organisation_not_competent",
            f"{place.name}不能经{DOORS[channel]}受理事项“{item.name}”，请到：{_doors(item)}。",
        )


def require_not_abolished(organisation: str, at: datetime, facts: Reference) -> None:
    """Pass where `organisation` is there on the day of `at`. What was put down there before may
    still be handed in and answered (ADR 0024); nothing new is begun.

    Raises:
        Refused: `intake.organisation_not_competent`, with who does its work now.
        UnknownReference: the organisation is not (yet) known.
    """
    place = facts.organisation(organisation)
    if is_closed(place, local(at).date()):
        now = facts.organisation(heir_at(organisation, at, facts)).name
        raise Refused(
            "intake.organisation_not_competent",
            f"{place.name}自 {place.closed_on} 起撤销，请改由{now}受理。",
        )


def _doors(item: Item) -> str:
    return "、".join(DOORS[channel] for channel in item.channels)


def _serves(place: Organisation, channel: Channel, item: Item) -> bool:
    if place.kind not in _COUNTERS[channel] or _county(place.path) != _county(item.department):
        return False
    # A department takes in its own items only; a service centre's counter, everybody's.
    return place.kind != "department" or place.path == item.department


def _county(path: str) -> str:
    return path.split("/", 2)[1]

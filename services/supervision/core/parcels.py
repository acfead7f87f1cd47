"""快递: where the result is on its way to the applicant, read off the trace of its case. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, TypeAlias

ParcelState: TypeAlias = Literal["under_way", "lost", "returned", "delivered"]
_DISPATCHED: Final = "cn.cunban.result.dispatched.v1"
_FAILED: Final = "cn.cunban.result.delivery-failed.v1"
_DELIVERED: Final = "cn.cunban.result.delivered.v1"
_TYPES: Final = frozenset({_DISPATCHED, _FAILED, _DELIVERED})


class Told(Protocol):
    """One event of the case; numbered within its topic."""

    @property
    def type(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def fact(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """The latest parcel of a case, as its applicant may know it. Instants are RFC 3339."""

    by: str
    """`courier` or `locker`."""
    carrier: str
    tracking_number: str
    handed_at: str
    state: ParcelState
    until: str | None
    """When it was delivered, lost or came back; None while it is under way."""


def latest_parcel(trace: Iterable[Told]) -> Parcel | None:
    """Give the parcel that was sent last, whatever the order of `trace`; None where none was."""
    told = sorted((t for t in trace if t.type in _TYPES), key=lambda t: t.sequence)
    places = [place for place, t in enumerate(told) if t.type == _DISPATCHED]
    if not places:
        return None
    sent, after = told[places[-1]].fact, told[places[-1] + 1 :]
    state: ParcelState = "under_way"
    until: str | None = None
    for event in after:
        if event.type == _DELIVERED and event.fact["delivery"] == "courier":
            state, until = "delivered", event.fact["delivered_at"]
        elif event.type == _FAILED:
            state, until = event.fact["how"], event.fact["found_at"]
    return Parcel(
        by=sent["by"],
        carrier=sent["carrier"],
        tracking_number=sent["tracking_number"],
        handed_at=sent["handed_at"],
        state=state,
        until=until,
    )

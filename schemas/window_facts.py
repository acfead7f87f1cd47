"""Reference facts of the windows: when which window gives out how many places."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.values import ItemCode, OrganisationPath, Text, Value


class NoShowRule(Value):
    """爽约规则. When a booking counts as missed, and what becomes of whoever misses too many."""

    grace_minutes: Annotated[int, Field(ge=0, le=240)]
    """After the end of the slot."""
    limit: Annotated[int, Field(ge=1, le=20)]
    """So many within `within_days`, and no booking online any more."""
    within_days: Annotated[int, Field(ge=1, le=90)]


class WindowSchedule(Value):
    """窗口预约安排. The slots of one organisation's windows, in one version."""

    kind_of_fact: ClassVar[str] = "window-schedule"

    organisation: OrganisationPath
    version: Annotated[int, Field(ge=1)]
    valid_from: date
    slot_minutes: Annotated[int, Field(ge=5, le=240)]
    capacity: Annotated[int, Field(ge=0, le=200)]
    """Places of each slot, over all desks; 0 where no more are given out."""
    days_ahead: Annotated[int, Field(ge=1, le=60)]
    """Calendar days that one may book ahead."""
    items: Annotated[tuple[ItemCode, ...], Field(max_length=200)] = ()
    """For what one may book; empty for everything."""
    no_show: NoShowRule
    source: Text

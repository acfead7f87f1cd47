"""`case.external.events.v1`: cases handled in another system; base facts and results only."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from schemas.events.base import EXTERNAL, Event
from schemas.values import CaseOutcome, Instant, Label, Text


class _External(Event):
    topics: ClassVar[tuple[str, ...]] = (EXTERNAL,)

    log: Label
    """Name of the system or log that it came from; `source` of the timeliness rows."""
    log_case: Label
    """The case's own name there."""


class ExternalCaseOpened(_External):
    """A case began in another system, at the event's time."""

    type: ClassVar[str] = "cn.cunban.external.case-opened.v1"

    item: Label
    organisation: Label
    responsible: Label | None = None
    channel: Label | None = None
    deadline: Instant | None = None
    """The log's own; never reckoned by us."""
    planned_end: Instant | None = None


class ExternalActRecorded(_External):
    """A clerk did something there, at the event's time."""

    type: ClassVar[str] = "cn.cunban.external.act-recorded.v1"

    log_act: Label
    """The act's own name there; with `log_case` it is unique in the log."""
    activity: Label
    officer: Label
    organisation: Label
    acted_on: date | None = None
    """Calendar day at the place of the act; without it the county's day counts."""


class ExternalCaseClosed(_External):
    """The case ended there, at the event's time."""

    type: ClassVar[str] = "cn.cunban.external.case-closed.v1"


class ExternalResultReported(_External):
    """上级批复推送. What a higher authority decided on a case that was reported up, told by its own
    system; the key is the case's own id with us, and routing ends the case with it."""

    type: ClassVar[str] = "cn.cunban.external.result-reported.v1"

    authority: Label
    document_number: Label
    """Of the authority's own document."""
    decided_on: date
    outcome: CaseOutcome
    remarks: Text | None = None

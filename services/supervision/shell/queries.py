"""What all queries share: whose cases may be seen, and what the figures count.

Every query is SQL with bound parameters. None reads a clock: `now` is the instant that the figures
are for (the tables' `as_of`), so that an answer can be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.kernel.actor import is_within
from services.supervision.core.timeliness import By, Deadline, Figure

ZONE: Final = "Asia/Shanghai"
"""A day is the calendar day of the county."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the asker may see; decided before, and part of every query."""

    within: tuple[str, ...]
    """Paths of organisations; each with its subtree."""
    imported: bool = False
    """Cases of other systems, whose organisations are names and no paths."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases; what is None does not filter."""

    subtree: str | None = None
    """Path of an organisation, with all below it."""
    organisation: str | None = None
    """Exactly this one: the list behind a row of timeliness."""
    officer: str | None = None
    item: str | None = None
    division: str | None = None
    day: date | None = None
    """Of acceptance, in the county."""
    source: str | None = None
    status: str | None = None
    figure: Figure | None = None
    """The cases that a figure of timeliness counts."""
    deadline: Deadline = "promised"
    first_day: date | None = None
    """Accepted on this day or later."""
    last_day: date | None = None
    """Accepted on this day or earlier."""
    family: str | None = None
    taken_in_at: str | None = None
    """Another office, which took them in (通办)."""
    """Handed in as one topic."""
    text: str | None = None
    """Part of a case number, or a whole case id."""


_DUE: Final[dict[Deadline, str]] = {"promised": "promised_due_at", "legal": "legal_due_at"}
_NOW: Final = "fromUnixTimestamp64Milli({now:Int64}, 'UTC')"
FIGURES: Final[dict[Figure, str]] = {
    "accepted": "accepted_at IS NOT NULL",
    "completed": "accepted_at IS NOT NULL AND completed_at IS NOT NULL",
    "open": "accepted_at IS NOT NULL AND completed_at IS NULL AND ended_at IS NULL",
    "open_overdue": "accepted_at IS NOT NULL AND completed_at IS NULL AND ended_at IS NULL"
    f" AND DUE < {_NOW}",
    "on_time": "accepted_at IS NOT NULL AND completed_at <= DUE",
    "late": "accepted_at IS NOT NULL AND completed_at > DUE",
}
"""What each figure counts, over columns of `cases` and the deadline chosen in place of DUE."""

KEYS: Final[dict[By, str]] = {
    "organisation": "organisation",
    "officer": "officer_id",
    "item": "item",
    "division": "ifNull(o.division, '')",
    "day": f"toString(toDate(accepted_at, '{ZONE}'))",
    "source": "source",
}
DIVISIONS: Final = (
    "LEFT JOIN (SELECT path, division FROM organisations FINAL) AS o ON o.path = organisation"
)


_TAKEN_IN: Final = (
    "case_id IN (SELECT key FROM events WHERE topic = 'case.intake.events.v1'"
    " AND type = 'cn.cunban.application.submitted.v1'"
    # Few are: the text is looked at before it is parsed.
    """ AND position(value, '"taken_in_at":"') > 0"""
    " AND JSONExtractString(value, 'taken_in_at') = {taken_in_at:String})"
)


def figure(name: Figure, deadline: Deadline) -> str:
    """Give the condition that a figure counts by."""
    return "(" + FIGURES[name].replace("DUE", _DUE[deadline]) + ")"


def milliseconds(instant: datetime) -> int:
    """Give an instant as the queries take it."""
    return round(instant.timestamp() * 1000)


def scoped(scope: Scope, parameters: dict[str, Any]) -> str:
    """Give the condition for `scope`, and put what it needs into `parameters`."""
    parameters |= {"scope": list(scope.within), "imported": int(scope.imported)}
    return (
        "((source != 'cunban' AND {imported:UInt8} = 1) OR (source = 'cunban' AND arrayExists("
        "p -> organisation = p OR startsWith(organisation, concat(p, '/')),"
        " {scope:Array(String)})))"
    )


def scoped_list(scope: Scope, asked: CaseFilter, parameters: dict[str, Any]) -> str:
    """Give the condition for `scope` of a list: who asks for what their own office took in sees it,
    whose ever the cases are (通办)."""
    within = scoped(scope, parameters)
    place = asked.taken_in_at
    if place is None or not any(is_within(place, own) for own in scope.within):
        return within
    return "source = 'cunban'"


def conditions(asked: CaseFilter, parameters: dict[str, Any]) -> list[str]:
    """Give the conditions for `asked`, and put what they need into `parameters`."""
    found = _equal(asked, parameters) + _days(asked, parameters)
    if asked.subtree is not None:
        parameters["subtree"] = asked.subtree
        found.append(
            "(organisation = {subtree:String}"
            " OR startsWith(organisation, concat({subtree:String}, '/')))"
        )
    if asked.figure is not None:
        found.append(figure(asked.figure, asked.deadline))
    if asked.division is not None:
        parameters["division"] = asked.division
        found.append(
            "organisation IN (SELECT path FROM organisations FINAL"
            " WHERE division = {division:String})"
        )
    if asked.family is not None:
        parameters["family"] = asked.family
        found.append("case_id IN (SELECT case_id FROM families WHERE family_id = {family:String})")
    if asked.taken_in_at is not None:
        parameters["taken_in_at"] = asked.taken_in_at
        found.append(_TAKEN_IN)
    if asked.text is not None:
        parameters["text"] = asked.text
        found.append(
            "(positionCaseInsensitiveUTF8(case_number, {text:String}) > 0"
            " OR case_id = {text:String})"
        )
    return found


def all_of(found: Sequence[str]) -> str:
    """Give conditions as one."""
    return " AND ".join(found) if found else "1"


def _equal(asked: CaseFilter, parameters: dict[str, Any]) -> list[str]:
    wanted = {
        "organisation": asked.organisation,
        "officer_id": asked.officer,
        "item": asked.item,
        "source": asked.source,
        "status": asked.status,
    }
    found = []
    for column, value in wanted.items():
        if value is not None:
            parameters[f"is_{column}"] = value
            found.append(f"{column} = {{is_{column}:String}}")
    # What is only put down is no case yet; whoever wants drafts asks for them.
    return found if asked.status == "drafted" else [*found, "status != 'drafted'"]


def _days(asked: CaseFilter, parameters: dict[str, Any]) -> list[str]:
    found = []
    for name, comparison, value in (
        ("on_day", "=", asked.day),
        ("first_day", ">=", asked.first_day),
        ("last_day", "<=", asked.last_day),
    ):
        if value is not None:
            parameters[name] = value.isoformat()
            found.append(f"toDate(accepted_at, '{ZONE}') {comparison} toDate({{{name}:String}})")
    return found

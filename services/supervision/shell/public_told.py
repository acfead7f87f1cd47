"""What is left for a villager to do: papers to supplement, a result to collect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from schemas.events.intake import DeficiencyNotified, DeficiencyNotifiedV1
from schemas.events.results import ReadyNotified, ResultCorrected, ResultDelivered, ResultReady
from services.kernel.decider import UnknownReference
from services.kernel.reference_book import ReferenceBook
from services.supervision.shell.names_of import organisation_name
from services.supervision.shell.queries_cases import WholeCase

_NOTICES: Final = frozenset({DeficiencyNotifiedV1.type, DeficiencyNotified.type})
_RESULT: Final = "cn.cunban.result."
_STILL_THERE: Final = frozenset({ReadyNotified.type, ResultCorrected.type})
"""Acts on a result after which it lies where it lay."""


def to_supplement(book: ReferenceBook, whole: WholeCase) -> dict[str, Any] | None:
    """Give number, time and papers of the notice that the applicant has to answer; None where
    nothing is wanted. What is wrong with a paper stands on the notice alone: it may name people."""
    if whole.case.status != "deficiency_notified":
        return None
    act = next((act for act in reversed(whole.trace) if act.type in _NOTICES), None)
    if act is None:
        return None
    names = _names_of_papers(book, whole)
    return {
        "notice_number": act.fact["notice_number"],
        "notified_at": act.occurred_at,
        "materials": [names.get(wanted, wanted) for wanted in _wanted(act.fact)],
    }


def to_collect(book: ReferenceBook, whole: WholeCase) -> dict[str, Any] | None:
    """Give where the result lies and since when, and when it came to the applicant; None where it
    is not ready, or is not there any more."""
    acts = [act for act in whole.trace if act.type.startswith(_RESULT)]
    last = next((act for act in reversed(acts) if act.type not in _STILL_THERE), None)
    if last is None or last.type not in (ResultReady.type, ResultDelivered.type):
        return None
    return {
        "place": organisation_name(book, last.organisation),
        "ready_at": last.fact.get("ready_at"),
        "delivered_at": last.fact.get("delivered_at"),
    }


def _names_of_papers(book: ReferenceBook, whole: WholeCase) -> dict[str, str]:
    try:
        item = book.item(whole.case.item, whole.case.item_version)
    except UnknownReference:
        return {}
    return {material.code: material.name for material in item.materials}


def _wanted(fact: Mapping[str, Any]) -> list[str]:
    if "missing" in fact:
        return list(fact["missing"])
    return list(dict.fromkeys(defect["material"] for defect in fact["defects"]))

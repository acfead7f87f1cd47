"""The pre-check of a case as pages show it: how far it has come, and its findings by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.kernel.decider import UnknownReference
from services.kernel.reference_book import ReferenceBook
from services.supervision.shell.queries_cases import WholeCase
from services.supervision.shell.queries_prechecks import Precheck, precheck_of


def told_precheck(book: ReferenceBook, whole: WholeCase) -> dict[str, Any] | None:
    """Give the last pre-check of a case for JSON; None where there was none.

    `status`: `requested`, `fine`, `deficient`, or `unanswered` where the case went on without it.
    """
    found = precheck_of(whole.trace)
    if found is None:
        return None
    names = _material_names(book, whole)
    return {
        "status": _status(found, whole.case.status),
        "ordinal": found.ordinal,
        "requested_at": found.requested_at,
        "due_at": found.term.due_at,
        "provisional": found.term.provisional,
        "answered_at": found.answered_at,
        "findings": [
            {
                "material": defect.material,
                "material_name": names.get(defect.material, defect.material),
                "problem": defect.problem,
            }
            for defect in found.defects
        ],
        "sound": list(found.sound),
    }


def _status(found: Precheck, of_case: str) -> str:
    if found.answered_at is None:
        return "requested" if of_case == "drafted" else "unanswered"
    return "deficient" if found.defects else "fine"


def _material_names(book: ReferenceBook, whole: WholeCase) -> Mapping[str, str]:
    try:
        item = book.item(whole.case.item, whole.case.item_version)
    except UnknownReference:
        return {}
    return {material.code: material.name for material in item.materials}

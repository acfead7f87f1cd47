"""From what was typed into a described form to the body of its act, and from problems to fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from services.kernel.calendar import ZONE
from services.portal.apis import ApiProblem
from services.portal.step_form import Field, StepForm

_YUAN: Final = re.compile(r"[0-9]{1,14}(\.[0-9]{1,2})?")
QUANTITY: Final = "quantity."
"""Form fields `quantity.<fee>`: how many of a fee, empty where none."""
OPINION: Final = "opinion."
REASONS: Final = "reasons."
PICTURES: Final = "pictures."
"""Form fields `pictures.<sha256>`: the name of a picture that lies with review."""
"""Form fields `opinion.<organisation>`, `reasons.<organisation>`: what a department said."""
_PLACE: Final[dict[str, str]] = {
    "routing.result_in_future": "decided_on",
    "routing.officer_unfit": "to_officer",
    "routing.outside_organisation": "to_organisation",
    "routing.stand_in_unfit": "stand_in",
    "routing.no_stand_in": "stand_in",
    "routing.period_unfit": "until",
    "review.held_in_future": "instant",
    "review.planned_in_past": "instant",
    "review.delivery_before_issue": "instant",
    "review.survey_by_one": "participants",
    "review.asks_itself": "asked",
    "review.already_asked": "asked",
    "review.organisation_unknown": "asked",
    "review.survey_not_scheduled": "survey",
    "review.survey_passed": "survey",
    "review.procedure_not_allowed": "procedure",
    "review.procedure_cap_exceeded": "announced_days",
    "review.extension_too_long": "days",
    "review.fee_not_listed": "charges",
    "review.payment_differs": "amount_fen",
    "review.delivery_not_offered": "delivery",
    "review.identity_unchecked": "identity_checked",
    "review.mandate_missing": "mandate",
    **dict.fromkeys(("review.seal_missing", "review.seal_not_in_force"), "seals"),
    "review.seal_hand_unfit": "put_on_by",
    "review.seal_unfit": "seals",
    "review.checks_unanswered": "found",
    "review.check_answer_unfit": "opinion",
    "review.parcel_differs": "tracking_number",
    "review.custody_out_of_order": "instant",
    "review.survey_until_unfit": "until",
    "review.nothing_to_correct": "what",
    "review.correction_differs": "old",
    "review.correction_unfit": "new",
    "review.department_skipped": "opinions",
    "review.not_convened": "opinions",
}
"""Refusal code → the field (or kind of field) at which it is told, too."""


def body_of(form: StepForm, typed: Mapping[str, str]) -> dict[str, Any]:
    """Give the JSON body of an act from what was typed; empty fields are left out, and what has
    not the form of its kind goes out as it was typed, for the service to refuse."""
    found = [(field.name, _value(field, typed)) for field in form.fields]
    return {name: value for name, value in found if value not in ("", [])}


def errors_of(form: StepForm, problem: ApiProblem | None) -> dict[str, str]:
    """Give by field what an answer says is wrong with it; nothing where the act as
    a whole was refused."""
    if problem is None:
        return {}
    told: dict[str, str] = {}
    for error in problem.errors:
        told.setdefault(str(error.get("field", "")).partition(".")[0], str(error.get("reason", "")))
    place = _PLACE.get(problem.code)
    told |= {f.name: problem.detail for f in form.fields if place in (f.name, f.kind)}
    return {field.name: told[field.name] for field in form.fields if field.name in told}


def prefixed(typed: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Give what was typed into fields whose name begins so, by the rest of the name."""
    return {
        name.removeprefix(prefix): text.strip()
        for name, text in typed.items()
        if name.startswith(prefix) and text.strip()
    }


def _value(field: Field, typed: Mapping[str, str]) -> Any:
    text = typed.get(field.name, "").strip()
    if field.kind in _READ:
        return _READ[field.kind](text)
    if field.kind in ("boxes", "pictures"):
        return sorted(prefixed(typed, f"{field.name}."))
    if field.kind == "charges":
        return [{"fee": fee, "quantity": whole(n)} for fee, n in prefixed(typed, QUANTITY).items()]
    if field.kind == "opinions":
        reasons = prefixed(typed, REASONS)
        return [
            {"organisation": place, "opinion": said, "reasons": reasons.get(place, "")}
            for place, said in prefixed(typed, OPINION).items()
        ]
    if field.kind == "checks":
        return [{"code": c, "found": f} for c, f in prefixed(typed, f"{field.name}.").items()]
    return text


def whole(text: str) -> int | str:
    """Give a number of at most five digits; what is none as it was typed."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else text


def _fen(text: str) -> int | str:
    return int(Decimal(text) * 100) if _YUAN.fullmatch(text) else text


def _instant(text: str) -> str:
    """Give local time as a browser writes it (`2026-03-09T09:30`) with the county's offset."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat()
    except ValueError:
        return text


def _ticked(text: str) -> bool | str:
    return True if text else ""


_READ: Final[dict[str, Callable[[str], Any]]] = {
    "whole": whole,
    "yuan": _fen,
    "instant": _instant,
    "tick": _ticked,
}

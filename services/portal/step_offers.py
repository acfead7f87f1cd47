"""Which described acts a step offers an officer as it stands, and among what they choose.

Only what would be refused anyway is left out; what may be done is decided by review.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from services.portal.guide_words import DELIVERY, PROCEDURE, SURVEY, yuan
from services.portal.session import Session
from services.portal.step_form import StepForm
from services.portal.step_forms import FORMS
from services.portal.words import (
    CARRIAGE,
    CHECK_FOUND,
    CORRECTED,
    FAILURE,
    NOTICE_WAY,
    OUTCOME,
    RECEIVER,
    REVOCATION,
    SURVEY_RESULT,
)

Choice: TypeAlias = tuple[str, str]
"""Code and word."""


_OF_DOCUMENT: Final = ("name", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class Desk:
    """What is known when a step is opened."""

    step: Mapping[str, Any]
    item: Mapping[str, Any]
    """In the version that the case keeps; empty where it is not told."""
    session: Session
    now_text: str
    """RFC 3339, UTC."""
    bodies: Sequence[Choice] = ()
    """Departments and townships that may be asked."""
    colleagues: Sequence[Choice] = ()
    """Officers that may be on site."""
    staff: Sequence[Choice] = ()
    """Officers to whom the step may be handed, or who stand in."""
    units: Sequence[Choice] = ()
    """Units of the organisation to which the step may be handed."""
    seals: Sequence[Choice] = ()
    """Seals that may be put on a result today."""
    hands: Sequence[Choice] = ()
    """Officers who may put one on; none where there is no seal."""
    reported_here: bool = False
    """Whether the case lies at a higher authority, sent up by this step."""

    @property
    def mine(self) -> bool:
        """Whether the officer has claimed the step."""
        claimed_by = self.step.get("claimed_by")
        return self.step["status"] == "claimed" and claimed_by == self.session.officer_id

    @property
    def decides(self) -> bool:
        """Whether the step decides."""
        return bool(self.step["duty"] == "decide")

    @property
    def is_open(self) -> bool:
        """Whether the step is not closed."""
        return bool(self.step["status"] != "closed")

    def may(self, action: str, *elsewhere: str) -> bool:
        """Say whether the officer may do it where the step is, or at one of `elsewhere`."""
        places = (self.step["organisation"], *elsewhere)
        return any(self.session.may(f"review.{action}", place) for place in places)

    def planned(self) -> list[str]:
        """Give the surveys that are planned and not carried out."""
        known = self.step.get("surveys") or ()
        return [s["survey"] for s in known if s["result"] == "planned"]

    def to_plan(self) -> list[str]:
        """Give the surveys that the item asks for and that have not passed."""
        passed = {s["survey"] for s in self.step.get("surveys") or () if s["result"] == "passed"}
        return [wanted for wanted in self.item.get("surveys") or () if wanted not in passed]

    def outstanding(self, by: str) -> list[str]:
        """Give those who were asked (`request`) or convened (`meeting`) and not heard."""
        consulted = self.step.get("consulted") or ()
        waited = (c for c in consulted if c.get("by") == by and not c["opinion"])
        return [c["organisation"] for c in waited if not c.get("absent")]

    def correctable(self) -> list[str]:
        """Give what there is to be put right: words of the document and of records."""
        document = self.step.get("document") or {}
        found = [] if self.step.get("revoked") else [w for w in _OF_DOCUMENT if document.get(w)]
        if self.step["duty"] == "opinion":
            return []
        if any(s["result"] != "planned" for s in self.step.get("surveys") or ()):
            found.append("survey_findings")
        consulted = self.step.get("consulted") or ()
        if any(c.get("by") == "meeting" and (c["opinion"] or c.get("absent")) for c in consulted):
            found.append("meeting_minutes")
        return found

    def to_answer(self) -> list[str]:
        """Give those who were asked and for whom the officer may answer."""
        asked = self.outstanding("request")
        return [path for path in asked if self.session.may("review.answer_opinion", path)]

    def to_look_up(self) -> list[Choice]:
        """Give what those for whom the officer may answer are to look up."""
        names = {check["code"]: check["name"] for check in self.item.get("internal_checks") or ()}
        mine = self.to_answer()
        asked = [c for c in self.step.get("consulted") or () if c["organisation"] in mine]
        return [(code, names.get(code, code)) for c in asked for code in c.get("checks") or ()]


@dataclass(frozen=True, slots=True)
class Offer:
    """A form that is shown."""

    form: StepForm
    choices: Mapping[str, Sequence[Choice]]
    """By field."""
    usual: Mapping[str, str]
    """What stands in a field at first, where the step itself says it."""
    open: bool
    """Whether it is unfolded: the act that comes next."""


def offers(desk: Desk) -> Iterator[Offer]:
    """Give the forms to be shown, in their order."""
    for act, fits in FITS.items():
        if fits(desk):
            yield Offer(FORMS[act], _choices(act, desk), _usual(act, desk), act in _NEXT)


def _fee(desk: Desk) -> Mapping[str, Any]:
    return desk.step.get("fee") or {}


def _owed(desk: Desk) -> bool:
    return bool(_fee(desk)) and not _fee(desk)["settled"]


def _stopped(desk: Desk) -> bool:
    return bool(desk.step.get("stopped_for")) and desk.now_text < desk.step["runs_again_at"]


def _may_extend(desk: Desk) -> bool:
    if not desk.is_open or desk.step.get("extended") or desk.item.get("kind") in (None, "instant"):
        return False
    if desk.item.get("shape") == "joint":
        return desk.session.holds("leader", desk.step["organisation"])
    return desk.may("extend") and not desk.mine


def _may_issue(desk: Desk) -> bool:
    approved = desk.step.get("outcome") == "approved" and desk.decides
    wanted = approved and desk.item.get("document") and not desk.step.get("document_number")
    return bool(wanted) and not _owed(desk) and desk.may("issue")


def _holds(desk: Desk) -> bool:
    return bool(desk.step.get("document_number")) and not desk.step.get("revoked")


def _to_deliver(desk: Desk) -> bool:
    waits = _holds(desk) and not desk.step.get("delivered")
    return waits and desk.may("record_delivery", desk.step.get("accepted_by") or "/")


def _at_hand(desk: Desk) -> bool:
    return _to_deliver(desk) and not desk.step.get("parcel")


def _out(desk: Desk) -> bool:
    return _to_deliver(desk) and bool(desk.step.get("parcel"))


def _lost(desk: Desk) -> bool:
    return _out(desk) and bool(desk.step["parcel"]["lost"]) and desk.may("reissue")


def _may_deliver(desk: Desk) -> bool:
    return _to_deliver(desk) and bool(_ways(desk))


def _ways(desk: Desk) -> list[str]:
    """Give how it may be delivered as it lies: by courier what was sent, anything else at hand."""
    ways, sent = desk.item.get("deliveries") or (), bool(desk.step.get("parcel"))
    return [way for way in ways if (way == "courier") == sent]


def _may_bill(desk: Desk) -> bool:
    wanted = desk.decides and desk.item.get("fees") and not _fee(desk)
    return bool(wanted) and desk.step.get("outcome") != "rejected" and desk.may("assess_fee")


FITS: Final[dict[str, Callable[[Desk], bool]]] = {
    "request-opinion": lambda d: d.mine and d.step["duty"] != "opinion" and bool(d.item),
    "answer-opinion": lambda d: d.is_open and bool(d.to_answer()),
    "schedule-survey": lambda d: d.mine and bool(d.to_plan()),
    "record-survey": lambda d: d.mine and bool(d.planned()),
    "convene": lambda d: d.mine and d.decides and bool(d.item) and not d.outstanding("meeting"),
    "record-meeting": lambda d: d.mine and bool(d.outstanding("meeting")),
    "stop-clock": lambda d: d.mine and bool(d.item.get("procedures")) and not _stopped(d),
    "resume-clock": lambda d: d.mine and _stopped(d),
    "extend": _may_extend,
    "assess-fee": _may_bill,
    "record-payment": lambda d: _owed(d) and d.may("record_payment"),
    "waive-fee": lambda d: _owed(d) and d.may("waive_fee"),
    "issue": _may_issue,
    "mark-ready": lambda d: _at_hand(d) and d.step.get("ready_place") != d.session.organisation,
    "notify-ready": lambda d: _at_hand(d) and bool(d.step.get("ready_place")),
    "dispatch": lambda d: _at_hand(d) and "courier" in (d.item.get("deliveries") or ()),
    "record-undelivered": _out,
    "reissue": _lost,
    "record-delivery": _may_deliver,
    "revoke": lambda d: _holds(d) and d.may("revoke"),
    "correct": lambda d: bool(d.correctable()) and d.may("correct"),
}
"""Act → whether the step as it stands, and the officer's posts, allow it."""
_NEXT: Final = frozenset(
    {"answer-opinion", "resume-clock", "record-payment", "issue", "mark-ready"}
    | {"reissue", "record-delivery"}
)


def _choices(act: str, desk: Desk) -> dict[str, Sequence[Choice]]:
    item, names = desk.item, dict(desk.bodies)
    held = [s["survey"] for s in desk.step.get("surveys") or () if s["result"] != "planned"]
    surveys = {"record-survey": desk.planned(), "correct": held}.get(act, desk.to_plan())
    met = [(path, names.get(path, path)) for path in desk.outstanding("meeting")]
    others = [body for body in desk.bodies if body[0] != desk.step["organisation"]]
    fees = item.get("fees") or ()
    return {
        "asked": others,
        "departments": others,
        "organisation": [(path, names.get(path, path)) for path in desk.to_answer()],
        "opinion": [(code, OUTCOME[code].word) for code in ("agreed", "disagreed")],
        "opinions": met,
        "absent": met,
        "survey": [(code, SURVEY.get(code, code)) for code in surveys],
        "participants": desk.colleagues,
        "result": list(SURVEY_RESULT.items()),
        "procedure": [_procedure(allowed) for allowed in item.get("procedures") or ()],
        "charges": [
            (fee["code"], f"{fee['name']}（{yuan(fee['amount_fen'])}/{fee['unit']}）")
            for fee in fees
        ],
        "delivery": [(code, DELIVERY.get(code, code)) for code in _ways(desk)],
        "received_by": list(RECEIVER.items()),
        "way": list(NOTICE_WAY.items()),
        "how": list((FAILURE if act == "record-undelivered" else REVOCATION).items()),
        "by": list(CARRIAGE.items()),
        "found": desk.to_look_up(),
        "found_as": list(CHECK_FOUND.items()),
        "seals": desk.seals,
        "put_on_by": desk.hands,
        "what": [(code, CORRECTED[code]) for code in desk.correctable()],
    }


def _procedure(allowed: Mapping[str, Any]) -> Choice:
    code = allowed["procedure"]
    return code, f"{PROCEDURE.get(code, code)}（上限 {allowed['cap']} 天）"


def _usual(act: str, desk: Desk) -> dict[str, str]:
    if act == "record-payment":
        return {"amount_fen": f"{_fee(desk)['total_fen'] / 100:.2f}"}
    sent = desk.step.get("parcel")
    return {"tracking_number": sent["tracking_number"]} if sent else {}

"""The forms of the acts on the route of a case, shown on the page of its open step.

Described like those of review (`step_forms`); they go to routing, whose versions are others than
the step's, so that their forms carry none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from services.portal.step_form import Field, StepForm
from services.portal.step_offers import Choice, Desk, Offer
from services.portal.words import OUTCOME

RouteAct: TypeAlias = Literal[
    "return", "upload-to-county", "transfer", "delegate", "take-over", "record-external-result"
]
PREFIX: Final = "route/"
"""Before the name of an act, in the address and among the forms of a page: it is routing's."""
RECORD: Final = "route/record-external-result"
"""Of the case, not of one of its steps; shown where the step that sent it up is."""
_WHY: Final = Field("reason", "理由", "Reason", hint="记入办件痕迹")

_FORMS: Final = (
    StepForm(
        "route/return",
        "退回上一环节",
        "Return to the step before",
        "已请求退回，环节交回后由上一环节重新办理。",
        (_WHY,),
        "环节时限重新起算，法定、承诺时限照走。",
    ),
    StepForm(
        "route/upload-to-county",
        "直接上传县级部门",
        "Send straight to the county",
        "已请求上传，环节交回后由县级部门办理。",
        (_WHY,),
        "仅限乡镇无法办理、且可在县级受理的事项。",
    ),
    StepForm(
        "route/transfer",
        "转办",
        "Hand over",
        "已转办。",
        (
            Field("to_officer", "转给办事员", "To whom", "choice", required=False),
            Field("to_organisation", "转给科室", "To which unit", "choice", required=False),
            _WHY,
        ),
        "只能转给本机构的科室或有该岗位的办事员，至少填一项。",
    ),
    StepForm(
        "route/delegate",
        "委托代办",
        "Name a stand-in",
        "已委托代办。",
        (
            Field("absent", "缺勤人员", "Absent", "choice"),
            Field("stand_in", "代办人", "Stand-in", "choice", "不选则按值班表", required=False),
            Field("since", "起", "From", "instant"),
            Field("until", "止", "Until", "instant", "须晚于现在"),
            _WHY,
        ),
    ),
    StepForm(
        "route/take-over",
        "提级办理",
        "Take over",
        "已提级，由您负责办理。",
        (_WHY,),
        "由上级机构直接办理，原办理人不再负责。",
    ),
    StepForm(
        RECORD,
        "登记上级批复",
        "Record the superior's decision",
        "上级批复已登记，办件已办结。",
        (
            Field("authority", "批复机关", "Authority", "line"),
            Field("document_number", "文号", "Number of its document", "line"),
            Field("decided_on", "批复日期", "Decided on", "day", "不晚于今天"),
            Field("outcome", "结果", "Outcome", "choice"),
            Field("remarks", "说明", "Remarks", required=False),
        ),
        "登记后办件即办结，不能更改；上级所用的日子不计入本县时限。",
    ),
)
_OUTCOMES: Final[tuple[Choice, ...]] = tuple(
    (code, OUTCOME[code].word) for code in ("approved", "rejected")
)
ROUTE_FORMS: Final[dict[str, StepForm]] = {form.act: form for form in _FORMS}
"""By `route/<act>`."""


def route_offers(desk: Desk) -> Iterator[Offer]:
    """Give the forms of the route's acts that the step as it stands, and the officer's posts,
    allow; what may be done is decided by routing."""
    for act, fits in _FITS.items():
        if desk.is_open and fits(desk):
            yield Offer(ROUTE_FORMS[act], _choices(desk), _usual(act, desk), open=False)
    if desk.reported_here and _may(desk, "record_external_result"):
        yield Offer(ROUTE_FORMS[RECORD], {"outcome": _OUTCOMES}, {}, open=True)


def _choices(desk: Desk) -> Mapping[str, Sequence[Choice]]:
    return {
        "to_officer": desk.staff,
        "to_organisation": desk.units,
        "absent": desk.staff,
        "stand_in": desk.staff,
    }


def _usual(act: str, desk: Desk) -> Mapping[str, str]:
    holder = desk.step.get("claimed_by") or ""
    return {"absent": holder} if act == "route/delegate" else {}


def _may(desk: Desk, action: str) -> bool:
    return desk.session.may(f"routing.{action}", desk.step["organisation"])


def _closes(desk: Desk) -> bool:
    if desk.step["status"] == "claimed" and not desk.mine:
        return False  # a colleague works on it; who is absent is helped by a transfer
    role = desk.step.get("role")
    return role is None or desk.session.holds(role, desk.step["organisation"])


def _is_above(desk: Desk) -> bool:
    return str(desk.step["organisation"]).startswith(desk.session.organisation + "/")


_FITS: Final[dict[str, Callable[[Desk], bool]]] = {
    "route/return": lambda d: d.step["duty"] != "opinion" and _may(d, "return") and _closes(d),
    "route/upload-to-county": lambda d: (
        _may(d, "upload") and _closes(d) and "county" in (d.item.get("channels") or ())
    ),
    "route/transfer": lambda d: _may(d, "transfer"),
    "route/delegate": lambda d: _may(d, "delegate"),
    "route/take-over": lambda d: _is_above(d) and _may(d, "take_over"),
}

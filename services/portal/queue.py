"""预约 and 叫号: the slots that anybody may see, and the queue of a window for its clerks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.datastructures import FormData
from fastapi.responses import RedirectResponse

from services.kernel.calendar import ZONE
from services.portal import acts
from services.portal.apis import ApiProblem
from services.portal.gate import OwnForm, PageRoute, Reach, Visitor, session_of
from services.portal.sending import FormHead, FormHeads, Sent, Target, Typed, send
from services.portal.session import Session
from services.portal.templating import Portal, address, page
from services.portal.windows import CHANNELS
from services.runtime import clock
from services.runtime.ids import new_case_id

QueueAct: TypeAlias = Literal["check-in", "call", "pass", "serve", "cancel", "miss"]
router = APIRouter(route_class=PageRoute, include_in_schema=False)
NO_SUCH_CASE: Final = ApiProblem(
    422,
    "portal.no_such_case",
    "没有找到这个办件编号",
    "请核对收件凭证上的编号；刚收的件稍等几秒再试，也可先留空、以后再补。",
)
Short = Annotated[str, Query(max_length=80)]
Day = Annotated[date | None, Query(alias="date")]
AppointmentKey = Annotated[str, Path(pattern=r"^[a-z0-9@.-]{6,200}$")]
DONE: Final[dict[str, str]] = {
    "book": "已预约。",
    "check-in": "已取号，请在大厅等候叫号。",
    "call": "已叫号。",
    "pass": "已过号，可重新叫号。",
    "serve": "已开始接待。",
    "cancel": "预约已取消，名额已放出。",
    "miss": "已记为爽约。",
}
STATUS: Final[dict[str, tuple[str, str]]] = {
    "booked": ("已预约", "calm"),
    "waiting": ("等候", "warn"),
    "called": ("已叫号", "good"),
    "passed": ("过号", "bad"),
    "served": ("已接待", "rest"),
    "cancelled": ("已取消", "rest"),
    "missed": ("爽约", "rest"),
}
ACTS: Final[dict[str, tuple[tuple[QueueAct, str], ...]]] = {
    "booked": (("check-in", "取号"), ("cancel", "取消"), ("miss", "爽约")),
    "waiting": (("call", "叫号"),),
    "called": (("serve", "接待"), ("pass", "过号")),
    "passed": (("call", "重新叫号"),),
    "served": (("serve", "关联办件"),),
}
"""What may be done with an appointment, by status; the first is what comes next."""


@router.get("/appointments")
async def public_slots(
    request: Request, portal: Reach, organisation: Short = "", on: Day = None
) -> Response:
    """预约时段. Which slots of which window have places left; nobody signs in."""
    windows = (await portal.apis.get("intake", "/v1/appointments/windows")).body
    wanted = on or _today()
    told, problem = None, None
    if organisation:
        try:
            told = await _slots(portal, organisation, wanted)
        except ApiProblem as refused:
            problem = refused
    shown = {"windows": windows, "organisation": organisation, "on": wanted.isoformat()}
    status = problem.status if problem else 200
    values = {**shown, "told": told, "problem": problem}
    return page(request, "slots.html", values, status, session_of(request))


@router.get("/appointments/mine")
async def mine(
    request: Request, portal: Reach, number: Short = "", query_code: Short = ""
) -> Response:
    """我的预约. One's own place in the queue by number and query code; nobody signs in."""
    values: dict[str, Any] = {"own": None, "problem": None}
    status = 200
    if number and query_code:
        path = f"/v1/public/appointments/{_segment(number)}"
        try:
            asked = {"query_code": query_code.strip()}
            values["own"] = (await portal.apis.get("intake", path, query=asked)).body
        except ApiProblem as problem:
            values["problem"], status = problem, problem.status
    shown = {**values, "number": number, "query_code": query_code, "status_of": STATUS}
    return page(request, "appointment.html", shown, status, session_of(request))


@router.get("/queue")
async def queue(
    request: Request, session: Visitor, portal: Reach, on: Day = None, done: Short = ""
) -> Response:
    """排队叫号. The officer's own window on a day: slots, bookings, and who is next."""
    values = await _queue_page(portal, session, on or _today())
    fresh = {"problem": None, "typed": Typed(), "receipt": None, "done": DONE.get(done, "")}
    return page(request, "queue.html", {**values, **fresh}, session=session)


@router.post("/queue")
async def book(request: Request, session: Visitor, portal: Reach, form: OwnForm) -> Response:
    """Book for a villager; the answer is a slip with number and query code."""
    target = Target("intake", "/v1/appointments")
    sent = await send(portal.apis, session, target, _booking(form, session), form)
    return await _shown(request, session, portal, form, ("book", sent))


@router.post("/queue/{appointment_id}/{act}")
async def act_on_appointment(
    request: Request,
    appointment_id: AppointmentKey,
    act: QueueAct,
    session: Visitor,
    portal: Reach,
    form: OwnForm,
) -> Response:
    """Take a number, call, pass, serve, cancel, put down as missed."""
    target = Target("intake", f"/v1/appointments/{appointment_id}/{act}")
    body = _body_of(act, form)
    try:
        if act == "serve":
            body = await _of_case(portal, session, acts.texts_of(form)["case_number"])
        sent = await send(portal.apis, session, target, body, form)
    except ApiProblem as problem:
        if problem.status == 401:
            raise
        sent = Sent(None, problem)
    if sent.problem is None:
        day = _day_of(form)
        return RedirectResponse(address("/queue", {"date": day.isoformat(), "done": act}), 303)
    return await _shown(request, session, portal, form, (f"{appointment_id}/{act}", sent))


async def _shown(
    request: Request, session: Session, portal: Portal, form: FormData, tried: tuple[str, Sent]
) -> Response:
    act, sent = tried
    values = await _queue_page(portal, session, _day_of(form))
    if sent.again is not None:
        values["heads"][act] = sent.again
    shown = {
        **values,
        "problem": sent.problem,
        "typed": acts.texts_of(form) if sent.problem else Typed(),
        "receipt": sent.answer.body if sent.answer else None,
        "done": "",
    }
    return page(request, "queue.html", shown, sent.problem.status if sent.problem else 200, session)


async def _queue_page(portal: Portal, session: Session, on: date) -> dict[str, Any]:
    asked = {"organisation": session.organisation, "date": on.isoformat()}
    slots: Any = None
    try:
        slots = await _slots(portal, session.organisation, on)
    except ApiProblem as problem:
        if problem.code != "appointments.not_offered":
            raise
    found = await portal.apis.get("intake", "/v1/appointments", session.token, asked)
    rows = sorted(found.body["appointments"], key=_turn)
    heads = FormHeads(None)
    for row in rows:
        for act, _ in ACTS.get(row["status"], ()):
            head = FormHead(new_case_id(), f'"{row["version"]}"')
            heads[f"{row['appointment_id']}/{act}"] = head
    return {
        "on": on.isoformat(),
        "slots": slots,
        "rows": rows,
        "heads": heads,
        "items": (await portal.apis.get("intake", "/v1/items")).body,
        "status_of": STATUS,
        "acts_of": ACTS,
    }


async def _slots(portal: Portal, organisation: str, on: date) -> Any:
    asked = {"organisation": organisation, "date": on.isoformat()}
    return (await portal.apis.get("intake", "/v1/appointments/slots", query=asked)).body


def _turn(row: Any) -> tuple[int, int, str]:
    """Those in the queue first, by number; then the bookings by slot; what has ended last."""
    order = {"called": 0, "waiting": 0, "passed": 1, "booked": 2}.get(row["status"], 3)
    return order, row.get("ticket") or 0, row["slot"]


def _booking(form: FormData, session: Session) -> dict[str, Any]:
    told = acts.texts_of(form)
    given = {name: told[name].strip() for name in ("slot", "item_code") if told[name].strip()}
    person = {n: told[n].strip() for n in ("name", "id_number", "phone") if told[n].strip()}
    if "id_number" in person:
        person["id_number"] = person["id_number"].upper()
    channel = next((CHANNELS[role] for role in session.roles if role in CHANNELS), "village")
    return {**given, "on": told["date"], "applicant": person, "channel": channel}


def _body_of(act: QueueAct, form: FormData) -> dict[str, Any]:
    told = acts.texts_of(form)
    match act:
        case "call":
            return {"desk": told["desk"].strip() or "1号窗口"}
        case "cancel":
            return {"reason": told["reason"].strip() or "办事人取消"}
        case "serve" | "check-in" | "pass" | "miss":
            return {}


async def _of_case(portal: Portal, session: Session, typed: str) -> dict[str, Any]:
    """Give the body that names the case of a number as it is printed on the receipt; an empty one
    where none was typed.

    Raises:
        ApiProblem: 422 `portal.no_such_case`; as `Apis.get`.
    """
    number = "".join(typed.split()).upper()
    if not number:
        return {}
    found = await portal.apis.get("supervision", "/v1/cases", session.token, {"text": number})
    named = [case for case in found.body["items"] if case["case_number"] == number]
    if len(named) != 1:
        raise NO_SUCH_CASE
    return {"case_id": named[0]["case_id"]}


def _segment(text: str) -> str:
    """Give one path segment: whatever was typed, no other address is asked."""
    kept = "".join(c for c in text.strip() if c.isascii() and (c.isalnum() or c in "-.@"))
    return kept if kept.strip(".") else "-"


def _day_of(form: FormData) -> date:
    try:
        return date.fromisoformat(acts.texts_of(form)["date"])
    except ValueError:
        return _today()


def _today() -> date:
    return clock.now().astimezone(ZONE).date()

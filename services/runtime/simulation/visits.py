"""What else may happen on a visit to the window: one small function an act, and one table of them.

Like `acts.ACTS`: what comes new is added here, with a rate in `deploy/county/simulation.yaml`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from services.runtime.simulation.picture import PAPERS
from services.runtime.simulation.visit import Json, Visit
from services.runtime.simulation.visits_of_people import (
    bar_agent,
    erase,
    has_somebody_to_send,
    is_warned,
    lift,
    look_up,
    next_free,
    rewrite,
    warn,
)

When: TypeAlias = Literal["coming", "drafted", "handed_in"]
"""Before anything is handed in · while it is a draft · after it was handed in."""
_DESK: Final = "1号窗口"


@dataclass(frozen=True, slots=True)
class VisitAct:
    """When it may happen, on which visits, and what is done then."""

    when: When
    fits: Callable[[Visit], bool]
    do: Callable[[Visit], Awaitable[None]]


async def book(visit: Visit) -> None:
    """预约: the next place that the window has, today if it can be; others may be quicker."""
    on, visit.free = await next_free(visit)
    if on is not None:
        await _take_place(visit, on)


async def move(visit: Visit) -> None:
    """改约: another slot of the same day, where it is still free and the old one has not begun."""
    moved = await visit.of_appointment("move", {"slot": visit.free.pop()}, 200, 409)
    visit.note("appointment", "moved" if moved.ok else "not_moved")


async def cancel(visit: Visit) -> None:
    """取消预约: and come without; once the slot has begun it is too late for that."""
    cancelled = await visit.of_appointment("cancel", {"reason": "临时有事，改日再来。"}, 200, 409)
    if cancelled.ok:
        visit.appointment = ""
        visit.note("appointment", "cancelled")


async def check_in(visit: Visit) -> None:
    """取号、叫号: on the day itself. Who does not, misses it: the clerk says so after the grace."""
    await visit.of_appointment("check-in", {}, 200)
    await visit.of_appointment("call", {"desk": _DESK}, 200)
    visit.called = True
    visit.note("appointment", "called")


async def pass_over(visit: Visit) -> None:
    """过号: not there when called, and called again."""
    await visit.of_appointment("pass", {}, 200)
    await visit.of_appointment("call", {"desk": _DESK}, 200)
    visit.note("appointment", "passed")


async def be_served(visit: Visit) -> None:
    """接待: the number is served, and bound to the case."""
    await visit.of_appointment("serve", {"case_id": visit.case_id}, 200)
    visit.note("appointment", "served")


async def attach(visit: Visit) -> None:
    """上传附件: a file for one or two of the materials."""
    for material in visit.item["materials"][: visit.random.randint(1, 2)]:
        await _put(visit, str(material["code"]))


async def detach(visit: Visit) -> None:
    """撤下附件: the wrong page went up with the draft; it is taken off, the right one put there."""
    code = str(visit.item["materials"][0]["code"])
    name = await _put(visit, code)
    visit.version = (await visit.take_off(name)).version
    visit.note("detached")
    await _put(visit, code)


async def precheck(visit: Visit) -> None:
    """网上预审: asked for a draft, and answered: all that is missing, or that it will do."""
    path = f"/v1/applications/{visit.case_id}"
    await visit.post(f"{path}/request-precheck", {}, (200,))
    there = {paper["code"] for paper in (await visit.ask(path)).json()["materials"]}
    required = [str(asked["code"]) for asked in visit.item["materials"] if asked["required"]]
    missing = [code for code in required if code not in there]
    defects = [{"material": code, "problem": "未提供，请补齐后提交。"} for code in missing]
    body: Json = {"defects": defects} if defects else {"fine": True}
    visit.version = (await visit.post(f"{path}/answer-precheck", body, (200,))).version
    visit.note("precheck", "deficient" if defects else "fine")


async def read_receipt(visit: Visit) -> None:
    """打印收件凭证."""
    receipt = await visit.ask(f"/v1/applications/{visit.case_id}/receipt.pdf")
    visit.note("receipt", "printed" if receipt.body.startswith(b"%PDF-") else str(receipt.status))


async def _take_place(visit: Visit, on: date) -> None:
    slot = visit.random.choice(visit.free)
    body = {
        "organisation": visit.organisation,
        "on": on.isoformat(),
        "slot": slot,
        "applicant": visit.applicant,
        "item_code": visit.item["code"],
        "channel": visit.channel,
    }
    booked = await visit.post("/v1/appointments", body, (201, 409))
    if not booked.ok:
        visit.note("appointment", "full")
        return
    visit.appointment, visit.on = str(booked.json()["appointment_id"]), on
    visit.free.remove(slot)
    visit.note("appointment", "today" if on == visit.today else "ahead")


async def _put(visit: Visit, material: str) -> str:
    visit.papers += 1
    name, kind = f"{material}.{visit.papers}", visit.random.choice(sorted(PAPERS))
    visit.version = (await visit.put(name, PAPERS[kind])).version
    visit.note("attached", kind)
    return name


def _always(visit: Visit) -> bool:
    return True


def _has_materials(visit: Visit) -> bool:
    return bool(visit.item["materials"])


def _keeps_place(visit: Visit) -> bool:
    return bool(visit.appointment)


def _could_move(visit: Visit) -> bool:
    return bool(visit.appointment and visit.free)


def _is_the_day(visit: Visit) -> bool:
    return bool(visit.appointment) and visit.on == visit.today


def _is_called(visit: Visit) -> bool:
    return visit.called


VISITS: Final[Mapping[str, VisitAct]] = {
    "look_up": VisitAct("coming", _always, look_up),
    "erase_person": VisitAct("coming", _always, erase),
    "book": VisitAct("coming", _always, book),
    "move_booking": VisitAct("coming", _could_move, move),
    "cancel_booking": VisitAct("coming", _keeps_place, cancel),
    "check_in": VisitAct("coming", _is_the_day, check_in),
    "pass_over": VisitAct("coming", _is_called, pass_over),
    "rewrite_draft": VisitAct("drafted", _always, rewrite),
    "bar_agent": VisitAct("drafted", has_somebody_to_send, bar_agent),
    "warn_applicant": VisitAct("drafted", _always, warn),
    "precheck": VisitAct("drafted", _always, precheck),
    "detach": VisitAct("drafted", _has_materials, detach),
    "attach": VisitAct("handed_in", _has_materials, attach),
    "be_served": VisitAct("handed_in", _is_called, be_served),
    "lift_restriction": VisitAct("handed_in", is_warned, lift),
    "read_receipt": VisitAct("handed_in", _always, read_receipt),
}
"""By the name of its rate, in the order in which they are done."""


async def visited(when: When, wanted: frozenset[str], visit: Visit) -> None:
    """Do what is wanted of `when`, where it fits."""
    for name, act in VISITS.items():
        if act.when == when and name in wanted and act.fits(visit):
            await act.do(visit)

"""What else may happen on a visit to the window: one small function an act, and one table of them.

Like `acts.ACTS`: what comes new is added here, with a rate in `deploy/county/simulation.yaml`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final, Literal, TypeAlias

from services.runtime.simulation.desk import Answer
from services.runtime.simulation.picture import PAPERS

When: TypeAlias = Literal["coming", "drafted", "handed_in"]
"""Before anything is handed in · while it is a draft · after it was handed in."""
_DAYS_AHEAD: Final = 7
"""What every window of the county gives out at least."""
_DESK: Final = "1号窗口"


@dataclass(slots=True)
class Visit:
    """Somebody at the window of `organisation`, for one item."""

    item: Mapping[str, Any]
    """As `GET /v1/items` gives it."""
    applicant: Mapping[str, str]
    organisation: str
    channel: str
    today: date
    """Local day."""
    random: Random
    """The same seed, the same choices."""
    ask: Callable[[str], Awaitable[Answer]]
    """Get a path of intake."""
    post: Callable[[str, dict[str, Any], Sequence[int]], Awaitable[Answer]]
    """Post a body to a path of intake; an answer of another status raises."""
    put: Callable[[str, bytes], Awaitable[Answer]]
    """Put a file of this name to the application."""
    take_off: Callable[[str], Awaitable[Answer]]
    """Take the file of this name off the draft."""
    done: list[str]
    case_id: str = ""
    """Once there is a case."""
    version: int | None = None
    """Of the application, after the last act."""
    appointment: str = ""
    """Its id, while a place is kept."""
    on: date | None = None
    """For when."""
    free: list[str] = field(default_factory=list)
    """Slots of that day which had places left, but the one that was taken."""
    called: bool = False
    """Whether the number was called to a desk."""
    papers: int = 0
    """Files that were attached, those taken off again included."""

    def note(self, what: str, which: str = "") -> None:
        """Write down what was done."""
        self.done.append(f"{what}:{which}" if which else what)

    async def of_appointment(self, act: str, body: dict[str, Any], *expected: int) -> Answer:
        """Do something with the place that is kept."""
        return await self.post(f"/v1/appointments/{self.appointment}/{act}", body, expected)


@dataclass(frozen=True, slots=True)
class VisitAct:
    """When it may happen, on which visits, and what is done then."""

    when: When
    fits: Callable[[Visit], bool]
    do: Callable[[Visit], Awaitable[None]]


async def book(visit: Visit) -> None:
    """预约: the next place that the window has, today if it can be; others may be quicker."""
    for ahead in range(_DAYS_AHEAD + 1):
        on = visit.today + timedelta(days=ahead)
        path = f"/v1/appointments/slots?organisation={visit.organisation}&date={on}"
        answer = await visit.ask(path)
        if not answer.ok:  # the window gives out no places
            return
        visit.free = [slot["slot"] for slot in answer.json()["slots"] if slot["left"]]
        if visit.free:
            await _take_place(visit, on)
            return


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
    body: dict[str, Any] = {"defects": defects} if defects else {"fine": True}
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
    "book": VisitAct("coming", lambda visit: True, book),
    "move_booking": VisitAct("coming", _could_move, move),
    "cancel_booking": VisitAct("coming", _keeps_place, cancel),
    "check_in": VisitAct("coming", _is_the_day, check_in),
    "pass_over": VisitAct("coming", _is_called, pass_over),
    "precheck": VisitAct("drafted", lambda visit: True, precheck),
    "detach": VisitAct("drafted", _has_materials, detach),
    "attach": VisitAct("handed_in", _has_materials, attach),
    "be_served": VisitAct("handed_in", _is_called, be_served),
    "read_receipt": VisitAct("handed_in", lambda visit: True, read_receipt),
}
"""By the name of its rate, in the order in which they are done."""


async def visited(when: When, wanted: frozenset[str], visit: Visit) -> None:
    """Do what is wanted of `when`, where it fits."""
    for name, act in VISITS.items():
        if act.when == when and name in wanted and act.fits(visit):
            await act.do(visit)

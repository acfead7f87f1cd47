"""What a window does with what is known of people: rows of `visits.VISITS`."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any, Final

from services.runtime.clock import now
from services.runtime.ids import new_case_id
from services.runtime.simulation.applicants import somebody
from services.runtime.simulation.at_the_window import BY_OFFICE, may_send_somebody
from services.runtime.simulation.visit import Visit

_DAYS_AHEAD: Final = 7
"""What every window of the county gives out at least."""
_TERM: Final = timedelta(days=30)
_PAUSE: Final = 0.05
_DONE: Final = 409
"""Of a draft: what is known of its people stands in the way."""
_MERITS: Final = "《信用修复管理办法》"


async def next_free(visit: Visit) -> tuple[date | None, list[str]]:
    """Give the next day on which the window has places left, and its slots; None where it gives
    out none."""
    for ahead in range(_DAYS_AHEAD + 1):
        on = visit.today + timedelta(days=ahead)
        path = f"/v1/appointments/slots?organisation={visit.organisation}&date={on}"
        answer = await visit.ask(path)
        if not answer.ok:
            break
        if free := [str(slot["slot"]) for slot in answer.json()["slots"] if slot["left"]]:
            return on, free
    return None, []


async def look_up(visit: Visit) -> None:
    """预填: what is known of the applicant by number."""
    visit.note("person", "known" if await visit.person(visit.applicant) else "new")


async def erase(visit: Visit) -> None:
    """删除个人信息: somebody else asks for a place, and then wants to be forgotten."""
    other, (on, free) = somebody(visit.random), await next_free(visit)
    if on is None:
        return
    place = {"organisation": visit.organisation, "on": on.isoformat(), "slot": free[-1]}
    booked = await visit.post("/v1/appointments", {**place, "applicant": other}, (201, 409))
    if booked.ok:
        path = f"/v1/appointments/{booked.json()['appointment_id']}/cancel"
        await visit.post(path, {"reason": "不再办理，撤回同意。"}, (200, 409))
    path = f"/v1/people/{await visit.person(other)}"
    operator = visit.desk_of("operator")
    asked = await operator.act("intake", f"{path}/erasures", {"ground": "consent_withdrawn"})
    if not asked.ok:  # has a case under way, of another run with this seed
        visit.note("person", "kept")
        return
    confirmed = f"{path}?confirmation={asked.json()['confirmation']}"
    forgotten = await operator.take_off("intake", confirmed, key=new_case_id())
    visit.note("person", "erased" if forgotten.ok else str(forgotten.status))


async def rewrite(visit: Visit) -> None:
    """修改草稿: put down anew as a whole, with the time at which it was captured."""
    await _put_down(visit, {})
    visit.note("rewritten")


async def bar_agent(visit: Visit) -> None:
    """代办人失信受限: no draft in an agent's name is taken while a restriction is in force; the
    applicant comes in person, and the agent's credit is repaired."""
    agent, before = somebody(visit.random), dict(visit.body)
    await _put_down(visit, {"agent": agent, "mandate": BY_OFFICE})
    path = await _restrict(visit, await visit.person(agent), "false-papers", "agent")
    barred = await _until_barred(visit, agent)
    visit.body = {n: v for n, v in before.items() if n not in {"agent", "mandate"}}
    await _put_down(visit, {})
    await _lift(visit, path)
    visit.note("agent", "barred" if barred else "not_barred")


async def warn(visit: Visit) -> None:
    """信用提示: the applicant broke a commitment; whoever hands in is told so, and goes on."""
    ref = await visit.person(visit.applicant)
    visit.restriction = await _restrict(visit, ref, "broken-commitment", "applicant")
    visit.note("restricted")


async def lift(visit: Visit) -> None:
    """解除信用限制."""
    await _lift(visit, visit.restriction)
    visit.restriction = ""
    visit.note("lifted")


def has_somebody_to_send(visit: Visit) -> bool:
    """Say whether an agent may hand it in."""
    return may_send_somebody(visit.item)


def is_warned(visit: Visit) -> bool:
    """Say whether a restriction is in force."""
    return bool(visit.restriction)


async def _put_down(visit: Visit, more: dict[str, Any], *expected: int) -> int:
    """Put the draft down with `more`, captured now, so that it is another one each time."""
    visit.body = {**visit.body, **more, "captured_at": now().isoformat()}
    answer = await visit.rewrite(visit.body, expected or (200,))
    if answer.ok:
        visit.version = answer.version
    return answer.status


async def _until_barred(visit: Visit, agent: dict[str, str]) -> bool:
    """Put the draft down until intake has heard of the restriction."""
    loop = asyncio.get_running_loop()
    until = loop.time() + visit.desk_of("operator").patience
    while loop.time() < until:
        if await _put_down(visit, {"agent": agent}, 200, _DONE) == _DONE:
            return True
        await asyncio.sleep(_PAUSE)
    return False


async def _restrict(visit: Visit, ref: str, kind: str, subject: str) -> str:
    """Impose a restriction of `kind`; give its path."""
    path, since = f"/v1/people/{ref}/restrictions", visit.today
    fact = {
        "kind": kind,
        "subject": subject,
        "basis": f"信用认定书〔{visit.case_id}〕",
        "reason": "经查实，已书面告知。",
        "source": "县信用信息平台",
        "since": since.isoformat(),
        "until": (since + _TERM).isoformat(),
        "appeal": "可自收到之日起六十日内申请行政复议。",
    }
    imposed = await visit.post_as("inspector", path, fact, (201,))
    return f"{path}/{imposed.json()['restrictions'][-1]['restriction_id']}"


async def _lift(visit: Visit, path: str) -> None:
    why = {"basis": _MERITS, "reason": "已纠正失信行为，准予修复。"}
    await visit.post_as("inspector", f"{path}/lift", why, (200,))

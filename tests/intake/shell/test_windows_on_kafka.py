"""Appointments and restrictions over HTTP and a real log."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.codec import encode
from schemas.events.appointment import AppointmentMissed
from schemas.events.base import APPOINTMENT
from schemas.window_facts import WindowSchedule
from services.intake.shell.credit import CREDIT_SERVICE
from services.intake.shell.window_service import APPOINTMENTS
from services.intake.shell.wiring import SERVICE
from services.kernel.identifiers import applicant_ref, query_code
from services.kernel.reference_book import ReferenceBook
from services.kernel.window_days import window_day
from services.runtime import clock
from services.runtime.reference_files import read_county
from services.runtime.topics_admin import Layout, apply_topics
from services.runtime.verify import Verifier
from tests.intake.shell.running import SECRET, Officer, intake, next_working_days
from tests.runtime.toy_log import read, until, write
from tests.support.broker import TestBroker
from tests.support.builders import envelope, officer
from tests.support.people import papers

pytestmark = pytest.mark.kafka
VILLAGE: Final = "/qingyun/t-heping/v-dongping"
CLERK: Final = officer("village_clerk", VILLAGE, "o-000101")
INSPECTOR: Final = officer("inspector", "/qingyun", "o-000003")
CAPACITY: Final = 20
ASKING: Final = 200


@pytest.fixture
async def bootstrap(tmp_path: Path) -> AsyncIterator[str]:
    """A broker of its own: the names of the topics are the real ones."""
    broker = TestBroker(tmp_path)
    await broker.start()
    await apply_topics(broker.bootstrap, Layout(stream_partitions=1))
    try:
        yield broker.bootstrap
    finally:
        await broker.kill()


@pytest.fixture(scope="module")
def book() -> ReferenceBook:
    """The demo county, with one window of twenty places a slot."""
    facts = list(read_county(Path("deploy/county")).facts)
    (former,) = (f for f in facts if isinstance(f, WindowSchedule) and f.organisation == VILLAGE)
    wide = former.model_copy(
        update={"version": 2, "capacity": CAPACITY, "valid_from": date(2025, 6, 1)}
    )
    return ReferenceBook([*facts, wide])


def somebody(number: int) -> dict[str, str]:
    return {"name": "张三", "phone": f"138{number:08d}"}


def ref_of(number: int) -> str:
    who = somebody(number)
    return applicant_ref(SECRET, f"{who['name']}/{who['phone']}")


def booking(on: date, number: int, **changes: Any) -> dict[str, Any]:
    return {"on": on.isoformat(), "slot": "09:00", "applicant": somebody(number), **changes}


async def test_two_hundred_ask_at_once_for_twenty_places_and_twenty_get_one(
    bootstrap: str, book: ReferenceBook
) -> None:
    (on,) = next_working_days(book, 1)
    async with intake(bootstrap, book) as client:
        clerk = Officer(client, CLERK)
        # Every tenth asks twice at once, under two keys.
        people = [n for n in range(ASKING) for _ in range(2 if n % 10 == 0 else 1)]
        answers = await asyncio.gather(
            *(clerk.post("/v1/appointments", booking(on, n)) for n in people)
        )
        told = Counter((a.status_code, a.json().get("code")) for a in answers)
        assert told[201, None] == CAPACITY
        refused = {(409, "appointments.slot_full"), (409, "appointments.already_booked")}
        assert set(told) <= {(201, None), *refused}
        won = [a.json() for a in answers if a.status_code == 201]
        assert len({w["appointment_id"] for w in won}) == CAPACITY
        assert len({w["applicant_ref"] for w in won}) == CAPACITY
        assert all(w["query_code"] == query_code(SECRET, w["appointment_id"]) for w in won)

        async def shown_full() -> bool:
            query = {"organisation": VILLAGE, "date": on.isoformat()}
            slots = (await client.get("/v1/appointments/slots", params=query)).json()["slots"]
            return bool({s["slot"]: s["left"] for s in slots}["09:00"] == 0)

        await until(shown_full)
        freed = won[0]["appointment_id"]
        await clerk.post(f"/v1/appointments/{freed}/cancel", {"reason": "另有安排"})
        again = await asyncio.gather(
            *(clerk.post("/v1/appointments", booking(on, ASKING + n)) for n in range(8))
        )
        assert Counter(a.status_code for a in again) == {201: 1, 409: 7}
    types = Counter(dict(r.headers)["ce_type"] for r in await read(bootstrap, APPOINTMENT))
    assert types[b"cn.cunban.appointment.booked.v1"] == CAPACITY + 1
    verifier = Verifier(bootstrap, book, lambda topic, number: None)
    for service in (SERVICE, APPOINTMENTS, CREDIT_SERVICE):
        await verifier.service(service)
    assert verifier.verdict.findings == []
    assert verifier.verdict.commands == len(people) + 9


async def test_a_villager_books_comes_is_called_and_served_with_a_case(
    bootstrap: str, book: ReferenceBook
) -> None:
    on, next_day = next_working_days(book, 2)
    async with intake(bootstrap, book) as client:
        clerk = Officer(client, CLERK)
        key = "the same key as before"
        first = await clerk.post("/v1/appointments", booking(on, 1), key.replace(" ", "-"))
        again = await clerk.post("/v1/appointments", booking(on, 1), key.replace(" ", "-"))
        assert (first.status_code, first.content) == (201, again.content)
        assert first.headers["ETag"] == '"1"'
        address = first.headers["Location"]
        own = f"/v1/public{address.removeprefix('/v1')}"
        code = first.json()["query_code"]
        seen = (await client.get(own, params={"query_code": code.lower()})).json()
        assert (seen["status"], seen["slot"], seen["ahead"]) == ("booked", "09:00", 0)
        assert "applicant_ref" not in seen
        guessed = await client.get(own, params={"query_code": "00000000"})
        assert (guessed.status_code, guessed.json()["code"]) == (404, "public.not_found")
        moved = await clerk.post(f"{address}/move", {"slot": "09:30"})
        assert (moved.json()["slot"], moved.headers["ETag"]) == ("09:30", '"2"')
        # It is not the day yet, so nobody takes a number, and nobody is called.
        early = await clerk.post(f"{address}/check-in", {})
        assert (early.status_code, early.json()["code"]) == (409, "appointments.other_day")
        uncalled = await clerk.post(f"{address}/call", {"desk": "1号窗口"})
        assert uncalled.json()["code"] == "appointments.not_checked_in"
        for act in ("pass", "serve"):
            answer = await clerk.post(f"{address}/{act}", {})
            assert answer.json()["code"] == "appointments.not_checked_in"
        soon = await clerk.post(f"{address}/miss", {})
        assert soon.json()["code"] == "appointments.not_yet_missed"
        shown = await clerk.get("/v1/appointments", organisation=VILLAGE, date=on.isoformat())
        assert [a["status"] for a in shown.json()["appointments"]] == ["booked"]
        assert (await clerk.get(address)).json()["slot"] == "09:30"
        empty = await clerk.get("/v1/appointments", organisation=VILLAGE, date=next_day.isoformat())
        assert empty.json()["appointments"] == []
        elsewhere = Officer(client, officer("village_clerk", "/qingyun/t-qingshi/v-liulin"))
        assert (await elsewhere.get(address)).status_code == 403
        other = await elsewhere.post(f"{address}/cancel", {"reason": "不是我的"})
        assert other.json()["code"] == "rights.denied"
        for unknown in (f"{address[:-1]}7", "/v1/appointments/qingyun@2026-02-31.1"):
            assert (await clerk.get(unknown)).json()["code"] == "appointments.not_found"


async def test_what_a_window_does_not_offer_is_said_before_anything_is_written(
    bootstrap: str, book: ReferenceBook
) -> None:
    (on,) = next_working_days(book, 1)
    async with intake(bootstrap, book) as client:
        clerk = Officer(client, CLERK)
        nowhere = booking(on, 1, organisation="/qingyun/d-land")
        answer = await clerk.post("/v1/appointments", nowhere)
        assert (answer.status_code, answer.json()["code"]) == (404, "appointments.not_offered")
        no_item = await clerk.post("/v1/appointments", booking(on, 1, item_code="no-such"))
        assert no_item.json()["code"] == "intake.item_not_in_force"
        far = on + timedelta(days=40)
        late = await clerk.post("/v1/appointments", booking(far, 1))
        assert late.json()["code"] == "appointments.too_far_ahead"
        sunday = on + timedelta(days=6 - on.weekday())
        query = {"organisation": VILLAGE, "date": sunday.isoformat()}
        closed = (await client.get("/v1/appointments/slots", params=query)).json()
        assert (closed["open"], closed["slots"]) == (False, [])
        assert closed["why_closed"]
    kinds = {dict(r.headers)["ce_type"] for r in await read(bootstrap, APPOINTMENT)}
    assert kinds == {b"cn.cunban.action.refused.v1"}


async def test_who_missed_three_days_at_other_windows_books_no_more_online(
    bootstrap: str, book: ReferenceBook
) -> None:
    (on,) = next_working_days(book, 1)
    today = clock.now().date()
    for back in (3, 5, 9):
        day = today - timedelta(days=back)
        key = window_day("/qingyun/t-heping", day)
        gone = AppointmentMissed(
            appointment_id=f"{key}.1", applicant_ref=ref_of(1), on=day, slot="09:00"
        )
        await write(bootstrap, APPOINTMENT, encode(envelope(gone)._replace(key=key)))
    async with intake(bootstrap, book) as client:
        clerk = Officer(client, CLERK)
        online = await clerk.post("/v1/appointments", booking(on, 1, channel="online"))
        assert (online.status_code, online.json()["code"]) == (
            409,
            "appointments.online_suspended",
        )
        assert (await clerk.post("/v1/appointments", booking(on, 1))).status_code == 201
        other = await clerk.post("/v1/appointments", booking(on, 2, channel="online"))
        assert other.status_code == 201


async def test_a_restriction_meets_its_subject_until_one_event_lifts_it(
    bootstrap: str, book: ReferenceBook
) -> None:
    today = clock.now().date()
    fact = {
        "kind": "false-papers",
        "basis": "青监决〔2026〕3号",
        "reason": "提交伪造的四邻意见，已依法处理完毕",
        "source": "县监察",
        "since": (today - timedelta(days=2)).isoformat(),
        "until": (today + timedelta(days=90)).isoformat(),
        "appeal": "六十日内申请复议",
    }
    async with intake(bootstrap, book) as client:
        clerk, inspector = Officer(client, CLERK), Officer(client, INSPECTOR)
        address = f"/v1/people/{ref_of(1)}/restrictions"
        assert (await clerk.post(address, fact)).json()["code"] == "rights.denied"
        no_rule = await inspector.post(address, {**fact, "kind": "no-such-rule"})
        assert (no_rule.status_code, no_rule.json()["code"]) == (404, "credit.rule_not_in_force")
        imposed = await inspector.post(address, fact)
        assert imposed.status_code == 201
        assert imposed.json()["restrictions"][0]["restriction_id"] == "r1"
        seen = await clerk.get(address)
        assert seen.json()["restrictions"][0]["in_force"] is True

        item = next(i for i in book.items() if i.code == "minimum-living" and i.valid_from <= today)
        handed_in = {
            "item_code": "minimum-living",
            "applicant": somebody(1),
            "materials": papers(item.model_dump(mode="json")),
            "submit": True,
        }

        async def blocked() -> bool:
            answer = await clerk.post("/v1/applications", handed_in)
            return bool(answer.json().get("code") == "intake.restricted")

        await until(blocked)
        told = (await clerk.post("/v1/applications", handed_in)).json()
        assert "青监决〔2026〕3号" in told["detail"]
        draft = await clerk.post("/v1/applications", {**handed_in, "submit": False})
        assert draft.json()["code"] == "intake.restricted"
        as_agent = {
            **handed_in,
            "applicant": somebody(2),
            "agent": somebody(1),
            "mandate": {"kind": "public_office"},
        }
        by_agent = await clerk.post("/v1/applications", as_agent)
        assert by_agent.json()["code"] == "intake.restricted"
        assert "代办人" in by_agent.json()["detail"]

        # What its rule does not block is taken in, and shown.
        register = {**handed_in, "item_code": "birth-registration", "materials": []}
        warned = await clerk.post("/v1/applications", register)
        assert warned.status_code == 201
        assert [w["basis"] for w in warned.json()["warnings"]] == ["青监决〔2026〕3号"]

        lifted = await inspector.post(
            f"{address}/r1/lift", {"basis": "青信修〔2026〕1号", "reason": "已改正"}
        )
        assert lifted.json()["restrictions"][0]["lifted"] is True

        async def free_again() -> bool:
            answer = await clerk.post("/v1/applications", handed_in)
            return answer.status_code == 201 and "warnings" not in answer.json()

        await until(free_again)
        assert (await clerk.get(address)).json()["restrictions"][0]["in_force"] is False

"""预约 and 叫号: what anybody sees, what the clerks do, each act once and in words."""

from __future__ import annotations

from typing import Any, Final

import httpx2
import orjson
import pytest

from tests.portal.pages import Page
from tests.portal.site import CLERK, Site

DAY: Final = "2026-11-23"
KEY: Final = f"qingyun.t-heping.v-dongping@{DAY}"
SLOTS: Final[dict[str, Any]] = {
    "organisation": CLERK.organisation,
    "on": DAY,
    "slot_minutes": 30,
    "days_ahead": 7,
    "open": True,
    "why_closed": "",
    "slots": [
        {"slot": "08:30", "capacity": 2, "left": 0},
        {"slot": "09:00", "capacity": 2, "left": 1},
    ],
}
WINDOWS: Final = [{"organisation": CLERK.organisation, "name": "东坪村便民服务室", "days_ahead": 7}]
ITEMS: Final = [{"code": "minimum-living", "name": "最低生活保障"}]


def row(number: int, status: str, **more: Any) -> dict[str, Any]:
    return {
        "appointment_id": f"{KEY}.{number}",
        "status": status,
        "version": number,
        "slot": "09:00",
        "applicant_ref": "p-0123456789abcdef01234567",
        "item_code": "minimum-living",
        **more,
    }


ROWS: Final = [
    row(1, "booked"),
    row(2, "waiting", ticket=2, waiting_since="2026-11-23T01:00:00+00:00"),
    row(3, "called", ticket=1, waiting_since="2026-11-23T00:50:00+00:00", desk="2号窗口"),
    row(4, "served", ticket=3, case_id=None),
    row(5, "cancelled"),
]


@pytest.fixture
def window(site: Site) -> Site:
    site.services.say("GET intake /v1/items", ITEMS)
    site.services.say("GET intake /v1/appointments/slots", SLOTS)
    site.services.say("GET intake /v1/appointments/windows", WINDOWS)
    queue = {"organisation": CLERK.organisation, "on": DAY, "appointments": ROWS}
    site.services.say("GET intake /v1/appointments", queue)
    return site.signed_in(CLERK)


def test_anybody_sees_which_slots_have_places_left(site: Site) -> None:
    site.services.say("GET intake /v1/appointments/windows", WINDOWS)
    assert "东坪村便民服务室" in site.browser.get("/appointments").text
    site.services.say("GET intake /v1/appointments/slots", SLOTS)
    asked = {"organisation": CLERK.organisation, "date": DAY}
    text = site.browser.get("/appointments", params=asked).text
    assert "约满" in text
    assert "09:00" in text
    assert Page(text).unlabelled == []


def test_a_day_off_is_told_with_its_reason(site: Site) -> None:
    site.services.say("GET intake /v1/appointments/windows", WINDOWS)
    closed = {**SLOTS, "open": False, "why_closed": "公休日 weekend", "slots": []}
    site.services.say("GET intake /v1/appointments/slots", closed)
    asked = {"organisation": CLERK.organisation, "date": DAY}
    assert "公休日" in site.browser.get("/appointments", params=asked).text


def test_a_villager_sees_the_own_place_in_the_queue_by_number_and_code(site: Site) -> None:
    own = {
        "appointment_id": f"{KEY}.2",
        "organisation": CLERK.organisation,
        "on": DAY,
        "slot": "09:00",
        "status": "waiting",
        "ticket": 7,
        "desk": None,
        "ahead": 3,
    }
    site.services.say(f"GET intake /v1/public/appointments/{KEY}.2", own)
    asked = {"number": f" {KEY}.2", "query_code": "7K3MXY2P"}
    text = site.browser.get("/appointments/mine", params=asked).text
    assert "3 人" in text
    assert Page(text).unlabelled == []


def test_a_wrong_code_is_told_and_no_other_address_is_asked(site: Site) -> None:
    site.services.refuse("GET intake /v1/public/appointments/v1items", 404, "public.not_found")
    asked = {"number": "v1/items", "query_code": "7K3MXY2P"}
    answer = site.browser.get("/appointments/mine", params=asked)
    assert answer.status_code == 404
    assert "public.not_found" in answer.text


def test_the_queue_is_for_those_who_are_signed_in(site: Site) -> None:
    assert site.browser.get("/queue").headers["location"].startswith("/login")


def test_the_queue_shows_who_is_next_and_what_may_be_done_with_whom(window: Site) -> None:
    text = window.browser.get("/queue", params={"date": DAY}).text
    page = Page(text)
    posted = [form.action for form in page.forms if form.action.startswith(f"/queue/{KEY}")]
    # In the queue by number first, then who is still to come; nothing for what has ended.
    assert posted == [
        f"/queue/{KEY}.3/serve",
        f"/queue/{KEY}.3/pass",
        f"/queue/{KEY}.2/call",
        f"/queue/{KEY}.1/check-in",
        f"/queue/{KEY}.1/cancel",
        f"/queue/{KEY}.1/miss",
        f"/queue/{KEY}.4/serve",
    ]
    assert page.form(f"/queue/{KEY}.2/call").fields["etag"] == '"2"'
    assert page.unlabelled == []
    assert "最低生活保障" in text


def test_a_call_names_its_desk_and_goes_back_to_the_day(window: Site) -> None:
    form = Page(window.browser.get("/queue", params={"date": DAY}).text).form(
        f"/queue/{KEY}.2/call"
    )
    window.services.say(f"POST intake /v1/appointments/{KEY}.2/call", ROWS[1])
    answer = window.browser.post(form.action, data={**form.fields, "desk": "3号窗口"})
    assert answer.headers["location"] == f"/queue?date={DAY}&done=call"
    sent = window.services.of("POST")[0]
    assert orjson.loads(sent.content) == {"desk": "3号窗口"}
    assert sent.headers["if-match"] == '"2"'
    assert sent.headers["idempotency-key"] == form.fields["key"]


def test_a_refusal_is_told_and_the_next_try_is_a_new_command(window: Site) -> None:
    form = Page(window.browser.get("/queue", params={"date": DAY}).text).form(
        f"/queue/{KEY}.2/call"
    )
    told = "2 号已由“1号窗口”叫号，请叫下一号。"
    window.services.refuse(
        f"POST intake /v1/appointments/{KEY}.2/call", 409, "appointments.already_called", told
    )
    answer = window.browser.post(form.action, data=form.fields)
    assert (answer.status_code, told in answer.text) == (409, True)
    assert Page(answer.text).form(form.action).fields["key"] != form.fields["key"]


CASE: Final = {
    "case_id": "0195573a-8d6b-7c11-9a4e-0c5b3f2a1d77",
    "case_number": "410322250303WZAFAD3KS",
}


def served(window: Site, typed: str, *found: dict[str, str]) -> httpx2.Response:
    form = Page(window.browser.get("/queue", params={"date": DAY}).text).form(
        f"/queue/{KEY}.4/serve"
    )
    assert "case_id" not in form.fields
    window.services.say("GET supervision /v1/cases", {"items": found})
    window.services.say(f"POST intake /v1/appointments/{KEY}.4/serve", ROWS[3])
    sent = {**form.fields, "case_number": typed}
    answer: httpx2.Response = window.browser.post(form.action, data=sent)
    return answer


def test_a_case_is_named_by_the_number_on_its_receipt(window: Site) -> None:
    longer = {**CASE, "case_id": "x", "case_number": "410322250303WZAFAD3KS2"}
    assert served(window, " 410322250303wzafad3ks ", longer, CASE).status_code == 303
    (asked,) = [r for r in window.services.of("GET") if r.url.path == "/v1/cases"]
    assert asked.url.query == b"text=410322250303WZAFAD3KS"
    assert orjson.loads(window.services.of("POST")[0].content) == {"case_id": CASE["case_id"]}


def test_a_number_that_no_case_has_serves_nobody_and_says_what_to_do(window: Site) -> None:
    answer = served(window, "4103", CASE)
    assert answer.status_code == 422
    assert "没有找到这个办件编号" in answer.text
    assert window.services.of("POST") == []


def test_a_visitor_without_a_case_is_served_all_the_same(window: Site) -> None:
    assert served(window, "").status_code == 303
    assert orjson.loads(window.services.of("POST")[0].content) == {}


def test_a_booking_gives_a_slip_with_its_query_code(window: Site) -> None:
    form = Page(window.browser.get("/queue", params={"date": DAY}).text).form("/queue")
    receipt = {**row(6, "booked"), "on": DAY, "query_code": "7K3MXY2P"}
    window.services.say("POST intake /v1/appointments", receipt, 201)
    filled = {"slot": "09:00", "item_code": "", "name": "张三", "phone": "13800000000"}
    answer = window.browser.post("/queue", data={**form.fields, **filled})
    assert "7K3MXY2P" in answer.text
    assert orjson.loads(window.services.of("POST")[0].content) == {
        "on": DAY,
        "slot": "09:00",
        "applicant": {"name": "张三", "phone": "13800000000"},
        "channel": "village",
    }


def test_an_uncertain_booking_keeps_its_key_and_what_was_typed(window: Site) -> None:
    form = Page(window.browser.get("/queue", params={"date": DAY}).text).form("/queue")
    window.services.refuse("POST intake /v1/appointments", 503, "log.unavailable")
    filled = {"slot": "09:00", "name": "张三", "phone": "13800000000"}
    answer = window.browser.post("/queue", data={**form.fields, **filled})
    again = Page(answer.text).form("/queue")
    assert (again.fields["key"], again.fields["name"]) == (form.fields["key"], "张三")


def test_an_office_without_places_to_book_says_so(site: Site) -> None:
    site.services.say("GET intake /v1/items", ITEMS)
    site.services.refuse("GET intake /v1/appointments/slots", 404, "appointments.not_offered")
    queue = {"organisation": CLERK.organisation, "on": DAY, "appointments": []}
    site.services.say("GET intake /v1/appointments", queue)
    text = site.signed_in(CLERK).browser.get("/queue").text
    assert "不提供预约" in text
    assert "当日没有预约" in text

"""Signing in, the beat, signing out; and who may send a form."""

from __future__ import annotations

from urllib.parse import quote

import orjson
import pytest

from services.portal.gate import local_address
from services.portal.session import Seal
from tests.portal.site import CLERK, INSPECTOR, Site

TOKEN = "a.b.c"
SIGNED_IN = {
    "token": TOKEN,
    "expires_at": "2026-03-02T21:00:00Z",
    "officer": {
        "officer_id": "o-037",
        "name": "沈文博",
        "organisation": "/qingyun/s-supervision",
        "posts": [{"organisation": "/qingyun", "role": "inspector"}],
    },
}


def test_an_inspector_who_signs_in_comes_to_the_board(site: Site) -> None:
    site.services.say("POST supervision /v1/sessions", SIGNED_IN, 201)
    form = site.form(None, login="inspector", password="secret", next="")
    answer = site.browser.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert site.browser.get("/").headers["location"] == "/board"
    sent = orjson.loads(site.services.asked[0].content)
    assert (sent["login"], sent["password"]) == ("inspector", "secret")


def test_the_cookie_is_closed_to_scripts_and_bound_to_this_site(site: Site) -> None:
    site.services.say("POST supervision /v1/sessions", SIGNED_IN, 201)
    answer = site.browser.post("/login", data=site.form(None, login="i", password="p"))
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert TOKEN not in cookie


def test_a_wrong_password_is_told_and_the_login_is_kept(site: Site) -> None:
    site.services.refuse("POST supervision /v1/sessions", 401, "auth.refused")
    answer = site.browser.post("/login", data=site.form(None, login="who", password="wrong"))
    assert answer.status_code == 401
    assert 'value="who"' in answer.text
    assert "auth.refused" in answer.text
    assert "wrong" not in answer.text
    assert "set-cookie" not in answer.headers


def test_whoever_is_not_signed_in_comes_back_to_the_page_after_signing_in(site: Site) -> None:
    answer = site.browser.get("/cases?status=accepted")
    assert answer.headers["location"] == "/login?next=%2Fcases%3Fstatus%3Daccepted"
    site.services.say("POST supervision /v1/sessions", SIGNED_IN, 201)
    form = site.form(None, login="i", password="p", next="/cases?status=accepted")
    answer = site.browser.post("/login", data=form)
    assert answer.headers["location"] == "/cases?status=accepted"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", ""]
)
def test_signing_in_never_leads_to_another_site(elsewhere: str) -> None:
    assert local_address(elsewhere) == "/"


def test_an_ended_session_leads_to_the_sign_in_page_and_drops_the_cookie(site: Site) -> None:
    site.services.refuse("GET supervision /v1/cases", 401, "auth.expired")
    answer = site.signed_in(INSPECTOR).browser.get("/cases")
    assert answer.headers["location"] == "/login?next=%2Fcases"
    assert "max-age=0" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("/apply?item=felling-permit", "/apply?item=felling-permit"),
        ("/steps/abc.1/decide", "/steps/abc.1"),
        ("/applications/abc/accept", "/applications/abc"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_and_says_that_nothing_was_done(
    site: Site, page: str, back: str
) -> None:
    headers = {"referer": f"http://testserver{page}"}
    answer = site.browser.post("/apply", data=site.form(None), headers=headers)
    target = answer.headers["location"]
    assert target == f"/login?next={quote(back, safe='')}&lost=1"
    assert "刚才提交的内容没有办理" in site.browser.get(target).text


def test_a_form_from_elsewhere_leads_to_no_page_of_theirs(site: Site) -> None:
    headers = {"referer": "https://evil.example/steps/abc.1"}
    answer = site.browser.post("/apply", data=site.form(None), headers=headers)
    assert answer.headers["location"] == "/login?lost=1"


def test_a_beat_of_an_ended_session_takes_the_open_page_to_the_sign_in_page(site: Site) -> None:
    site.services.refuse("POST supervision /v1/sessions/current/beat", 401, "auth.revoked")
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": "http://testserver/board?by=item",
        "X-Form-Token": site.app.state.portal.seal.form_token(INSPECTOR),
    }
    answer = site.signed_in(INSPECTOR).browser.post("/beat", headers=headers)
    assert answer.headers["hx-redirect"] == "/login?next=%2Fboard%3Fby%3Ditem"


def test_every_request_to_a_service_carries_the_officers_own_token(site: Site) -> None:
    site.services.say("POST supervision /v1/sessions/current/beat", None, 204)
    answer = site.signed_in(CLERK).browser.post("/beat", data=site.form(CLERK))
    assert answer.status_code == 204
    assert site.services.asked[0].headers["authorization"] == f"Bearer {CLERK.token}"


def test_signing_out_ends_the_session_at_supervision_and_here(site: Site) -> None:
    site.services.say("DELETE supervision /v1/sessions/current", None, 204)
    answer = site.signed_in(CLERK).browser.post("/logout", data=site.form(CLERK))
    assert answer.headers["location"] == "/login"
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert [request.url.path for request in site.services.of("DELETE")] == ["/v1/sessions/current"]


def test_a_session_that_supervision_could_not_end_is_not_said_to_be_ended(site: Site) -> None:
    answer = site.signed_in(CLERK).browser.post("/logout", data=site.form(CLERK))
    assert answer.status_code == 503
    assert "set-cookie" not in answer.headers
    assert "实时监察服务暂时连接不上" in answer.text


def test_a_form_of_another_session_is_refused_before_anything_is_asked(site: Site) -> None:
    answer = site.signed_in(CLERK).browser.post("/beat", data=site.form(INSPECTOR))
    assert answer.status_code == 403
    assert site.services.asked == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_form_sent_by_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    site.signed_in(CLERK)
    answer = site.browser.post("/beat", data=site.form(CLERK), headers=headers)
    assert answer.status_code == 403
    assert site.services.asked == []


def test_a_cookie_signed_with_another_secret_is_no_session() -> None:
    cookie = Seal(b"one" * 8).cookie_of(CLERK)
    assert Seal(b"one" * 8).session_in(cookie) == CLERK
    assert Seal(b"two" * 8).session_in(cookie) is None
    assert Seal(b"one" * 8).session_in(cookie[:-2] + "xx") is None


def test_two_counties_on_one_machine_keep_their_sessions_apart(site: Site) -> None:
    assert site.app.state.portal.cookie == "cunban-8080"


def test_large_letters_are_kept_in_the_browser(site: Site) -> None:
    form = site.form(None, size="large", next="/track")
    assert site.browser.post("/size", data=form).headers["location"] == "/track"
    assert 'class="large"' in site.browser.get("/track").text

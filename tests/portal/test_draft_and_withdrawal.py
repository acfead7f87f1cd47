"""草稿 and 撤回: a draft is handed in, and what nobody wants any more is withdrawn."""

from __future__ import annotations

import orjson
import pytest

from tests.portal.pages import Page
from tests.portal.site import APPROVER, Site
from tests.portal.test_papers import CASE, HERE, application, opened


@pytest.mark.parametrize("status", ["drafted", "submitted", "awaiting_supplement"])
def test_an_application_is_withdrawn_by_the_applicants_word(site: Site, status: str) -> None:
    form = opened(site, application(status)).form(f"/applications/{CASE}/withdraw")
    site.services.say(f"POST intake {HERE}/withdraw", {"case_id": CASE})
    answer = site.browser.post(form.action, data={**form.fields, "reason": "改日再办 "})
    assert answer.headers["location"] == f"/applications/{CASE}?done=withdraw"
    (sent,) = site.services.of("POST")
    assert orjson.loads(sent.content) == {"reason": "改日再办"}
    assert sent.headers["if-match"] == '"1"'
    assert "申请已撤回" in site.browser.get(answer.headers["location"]).text


@pytest.mark.parametrize("status", ["accepted", "not_accepted", "withdrawn"])
def test_what_is_settled_is_not_withdrawn(site: Site, status: str) -> None:
    page = opened(site, application(status))
    assert [form.action for form in page.forms if form.action.endswith("/withdraw")] == []


def test_why_it_was_not_withdrawn_is_told_and_the_words_stay(site: Site) -> None:
    form = opened(site, application("submitted")).form(f"/applications/{CASE}/withdraw")
    site.services.refuse(f"POST intake {HERE}/withdraw", 409, "intake.already_accepted")
    answer = site.browser.post(form.action, data={**form.fields, "reason": "改日再办"})
    assert answer.status_code == 409
    assert "改日再办" in answer.text
    refusal = answer.text.index(f'action="/applications/{CASE}/refuse"')
    assert "改日再办" not in answer.text[refusal : answer.text.index("</form>", refusal)]


def test_whoever_withdraws_what_a_colleague_accepted_sees_both_texts(site: Site) -> None:
    form = opened(site, application("submitted")).form(f"/applications/{CASE}/withdraw")
    site.services.refuse(f"POST intake {HERE}/withdraw", 412, "request.stale")
    site.services.answers[f"GET intake {HERE}"].clear()
    site.services.say(f"GET intake {HERE}", application("accepted"), headers={"ETag": '"2"'})
    text = site.browser.post(form.action, data={**form.fields, "reason": "改日再办"}).text
    at = text.index("他人已先办理")
    assert "改日再办" in text[at : text.index("</section>", at)]


def test_a_draft_is_handed_in_and_a_duplicate_is_confirmed_with_a_reason(site: Site) -> None:
    form = opened(site, application("drafted")).form(f"/applications/{CASE}/submit")
    site.services.refuse(f"POST intake {HERE}/submit", 409, "intake.duplicate")
    text = site.browser.post(form.action, data=form.fields).text
    again = Page(text).form(f"/applications/{CASE}/submit")
    site.services.answers[f"POST intake {HERE}/submit"].clear()
    site.services.say(f"POST intake {HERE}/submit", {"case_id": CASE}, 201)
    site.browser.post(again.action, data={**again.fields, "duplicate_reason": "另一处房屋"})
    first, second = [orjson.loads(sent.content) for sent in site.services.of("POST")]
    assert first == {}
    assert second == {"confirm_duplicate": True, "duplicate_reason": "另一处房屋"}


def test_who_takes_nothing_in_is_offered_neither(site: Site) -> None:
    opened(site, application("drafted"))
    text = site.signed_in(APPROVER).browser.get(f"/applications/{CASE}").text
    acts = [form.action for form in Page(text).forms if form.action.startswith("/applications/")]
    assert acts == []

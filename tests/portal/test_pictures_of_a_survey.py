"""现场照片: chosen on the page, uploaded with the record, and none twice."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

import orjson
import pytest

from schemas.events.review import SurveyRecorded
from tests.portal.filled_forms import PLANNED
from tests.portal.pages import Form, Page
from tests.portal.site import REVIEWER, Site
from tests.portal.steps import CASE, MINE, SINGLE, STEP
from tests.portal.test_a_whole_case import Office, _at
from tests.review.core.situations import CHECKER, CONVENER
from tests.support.files import HEIC, JPEG, png

TAKES: Final = f"/steps/{STEP}/record-survey"
PICTURES: Final = f"/v1/steps/{STEP}/pictures"
SEEN: Final = {
    "survey": "siting",
    "held_at": "2026-03-09T08:00",
    "participants.o-018": "1",
    "result": "passed",
    "findings": "四至相符",
}


@pytest.fixture
def desk(site: Site) -> Site:
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    site.services.say("GET intake /v1/items/full", SINGLE)
    site.services.say("GET review /v1/officers", [{"officer_id": "o-017", "name": "郭志远"}])
    said = {**MINE, **PLANNED}
    site.services.say(f"GET review /v1/steps/{STEP}", said, headers={"ETag": '"2"'})
    site.services.say(f"POST review /v1/steps/{STEP}/record-survey", said)
    return site.signed_in(REVIEWER)


def opened(desk: Site) -> Form:
    return Page(desk.browser.get(f"/steps/{STEP}").text).form(TAKES)


def heads(form: Form) -> dict[str, str]:
    return {name: form.fields[name] for name in ("form_token", "key", "etag")}


def chosen(*pictures: tuple[str, bytes, str]) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("pictures", picture) for picture in pictures]


def takes(desk: Site, number: int, content: bytes) -> None:
    told = {"sha256": sha256(content).hexdigest()}
    desk.services.say(f"PUT review {PICTURES}/picture.{number}", told)


def test_nobody_is_asked_for_a_fingerprint(desk: Site) -> None:
    text = desk.browser.get(f"/steps/{STEP}").text
    at = text.index(f'action="{TAKES}"')
    form = text[at : text.index("</form>", at)]
    assert 'enctype="multipart/form-data"' in form
    assert 'name="pictures" type="file" multiple' in form
    assert "SHA" not in form


def test_each_picture_goes_to_review_and_the_record_names_them_all(desk: Site) -> None:
    form = opened(desk)
    takes(desk, 1, JPEG)
    takes(desk, 2, png())
    files = chosen(("东面.jpg", JPEG, "image/jpeg"), ("西面.png", png(), "image/png"))
    answer = desk.browser.post(TAKES, data={**heads(form), **SEEN}, files=files)
    assert answer.headers["location"] == f"/steps/{STEP}?done=record-survey"
    assert [sent.content for sent in desk.services.of("PUT")] == [JPEG, png()]
    (record,) = desk.services.of("POST")
    assert orjson.loads(record.content)["pictures"] == sorted(
        sha256(content).hexdigest() for content in (JPEG, png())
    )
    assert record.headers["if-match"] == '"2"'


def refused(desk: Site) -> str:
    form = opened(desk)
    takes(desk, 1, JPEG)
    desk.services.refuse(
        f"PUT review {PICTURES}/picture.2", 415, "attachment.heic", "请改为 JPEG 后重拍。"
    )
    files = chosen(("东面.jpg", JPEG, "image/jpeg"), ("IMG_2.heic", HEIC, "image/heic"))
    answer = desk.browser.post(TAKES, data={**heads(form), **SEEN}, files=files)
    assert answer.status_code == 415
    assert desk.services.of("POST") == []
    return answer.text


def test_a_picture_that_is_refused_is_told_by_its_name_and_nothing_is_recorded(
    desk: Site,
) -> None:
    text = refused(desk)
    at = text.index('id="record-survey-pictures-told"')
    assert "IMG_2.heic：请改为 JPEG 后重拍。" in text[at:]
    assert "勘查尚未记录" in text
    assert Page(text).unlabelled == []


def test_what_was_taken_stays_in_the_form_and_need_not_be_chosen_again(desk: Site) -> None:
    form = Page(refused(desk)).form(TAKES)
    kept = f"pictures.{sha256(JPEG).hexdigest()}"
    assert form.fields[kept] == "东面.jpg"
    assert form.fields["held_at"] == SEEN["held_at"]
    again = {**heads(form), **SEEN, kept: form.fields[kept]}
    answer = desk.browser.post(TAKES, data=again, files=chosen(("", b"", "")))
    assert answer.status_code == 303
    record: dict[str, Any] = orjson.loads(desk.services.of("POST")[0].content)
    assert record["pictures"] == [sha256(JPEG).hexdigest()]


def test_a_form_brings_thirty_pictures_at_most(desk: Site) -> None:
    files = chosen(*((f"{n}.jpg", JPEG, "image/jpeg") for n in range(31)))
    answer = desk.browser.post(TAKES, data={**heads(opened(desk)), **SEEN}, files=files)
    assert answer.status_code == 422
    assert "一次最多选 30 张" in answer.text
    assert desk.services.of("PUT") == []


def test_review_takes_them_by_its_own_rules(site: Site) -> None:
    office = Office(site)
    for act, filled in (
        ("check", {"found__eligible": "met", "found__area": "met"}),
        ("claim", {}),
    ):
        assert office.does(CHECKER if act == "check" else CONVENER, act, **filled) == 303
    both = {f"participants__{found.officer_id}": "1" for found in (CHECKER, CONVENER)}
    plan = {"survey": "siting", "planned_at": _at(60), **both}
    assert office.does(CONVENER, "schedule-survey", **plan) == 303
    seen = {"survey": "siting", "held_at": _at(-1), "result": "passed", "findings": "相符"}
    pictures = chosen(("东面.jpg", JPEG, "image/jpeg"), ("西面.png", png(), "image/png"))
    assert office.does(CONVENER, "record-survey", pictures, **seen, **both) == 303
    recorded = office.desk.told[-1]
    assert isinstance(recorded, SurveyRecorded)
    assert len(recorded.pictures) == 2
    page = site.browser.get(f"/steps/{office.step_id}/pictures/{recorded.pictures[0]}")
    assert page.headers["content-type"] in ("image/jpeg", "image/png")

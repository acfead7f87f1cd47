"""Papers through the portal: files in and out, documents, and their check for everybody."""

from __future__ import annotations

from typing import Any

import pytest

from services.portal.papers import free_name
from tests.portal.pages import Page
from tests.portal.site import CLERK, REVIEWER, Site
from tests.support.files import PDF

CASE = "0195573a-8d6b-7c11-9a4e-0c5b3f2a1d77"
HERE = f"/v1/applications/{CASE}"
FILE = {"name": "identity", "material": "identity", "sha256": "ab" * 32, "size": 2048}
IDENTITY = {"code": "identity", "name": "身份证", "form": "copy", "count": 1}
ITEM = {"code": "rural-house", "name": "建房", "materials": [IDENTITY]}


def application(status: str, **more: Any) -> dict[str, Any]:
    return {
        "case_id": CASE,
        "status": status,
        "case_number": "410322250303WZAFAD3KS",
        "item_code": "rural-house",
        "organisation": CLERK.organisation,
        "materials": [],
        "wanting": [],
        "attachments": [{**FILE, "media_type": "application/pdf"}],
        **more,
    }


def opened(site: Site, said: dict[str, Any]) -> Page:
    site.signed_in(CLERK)
    site.services.say(f"GET intake {HERE}", said, headers={"ETag": '"1"'})
    site.services.say("GET intake /v1/items/rural-house", ITEM)
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    return Page(site.browser.get(f"/applications/{CASE}").text)


def test_an_application_offers_its_documents_its_files_and_a_way_to_add_one(site: Site) -> None:
    page = opened(site, application("awaiting_supplement"))
    for path in ("receipt.pdf", "deficiency.pdf", f"attachments/{FILE['sha256']}"):
        assert f"/applications/{CASE}/{path}" in page.addresses
    assert f"/applications/{CASE}/acceptance.pdf" not in page.addresses
    assert page.form(f"/applications/{CASE}/attachments").fields.keys() >= {"material", "file"}
    assert page.unlabelled == []


def test_nothing_is_added_to_what_was_accepted(site: Site) -> None:
    page = opened(site, application("accepted"))
    assert f"/applications/{CASE}/acceptance.pdf" in page.addresses
    assert all(form.action != f"/applications/{CASE}/attachments" for form in page.forms)


def test_a_file_goes_to_intake_under_the_next_free_name(site: Site) -> None:
    site.signed_in(CLERK)
    site.services.say(f"GET intake {HERE}/attachments", [FILE])
    site.services.say(f"PUT intake {HERE}/attachments/identity.2", {"case_id": CASE})
    answer = site.browser.post(
        f"/applications/{CASE}/attachments",
        data=site.form(CLERK, material="identity"),
        files={"file": ("张三身份证.pdf", PDF * 20_000, "application/pdf")},
    )
    assert answer.headers["location"] == f"/applications/{CASE}?done=attach"
    (sent,) = site.services.of("PUT")
    assert sent.content == PDF * 20_000
    assert sent.headers["content-type"] == "application/pdf"
    assert sent.headers["authorization"] == f"Bearer {CLERK.token}"


def test_a_form_that_is_not_ours_brings_no_file(site: Site) -> None:
    site.signed_in(CLERK)
    answer = site.browser.post(
        f"/applications/{CASE}/attachments",
        data={"material": "identity"},
        files={"file": ("x.pdf", PDF, "application/pdf")},
    )
    assert answer.status_code == 403
    assert site.services.of("PUT") == []


def test_why_a_file_was_refused_is_told_on_the_page(site: Site) -> None:
    opened(site, application("submitted"))
    site.services.say(f"GET intake {HERE}/attachments", [])
    site.services.refuse(
        f"PUT intake {HERE}/attachments/identity", 415, "attachment.heic", "请选择 JPEG 后重拍。"
    )
    answer = site.browser.post(
        f"/applications/{CASE}/attachments",
        data=site.form(CLERK, material="identity"),
        files={"file": ("IMG_1.heic", b"x", "image/heic")},
    )
    assert answer.status_code == 415
    assert "请选择 JPEG 后重拍。" in answer.text
    again = Page(answer.text).form(f"/applications/{CASE}/attachments")
    assert again.fields.keys() >= {"material", "file"}


def test_a_form_without_a_file_is_shown_again(site: Site) -> None:
    opened(site, application("submitted"))
    form = site.form(CLERK, material="identity")
    answer = site.browser.post(f"/applications/{CASE}/attachments", data=form)
    assert answer.status_code == 422
    assert "请选择材料和文件后再上传。" in answer.text
    assert Page(answer.text).form(f"/applications/{CASE}/attachments")


def test_a_file_is_taken_off_a_draft_and_off_nothing_else(site: Site) -> None:
    away = f"/applications/{CASE}/attachments/identity/detach"
    assert away not in opened(site, application("submitted")).addresses
    site.services.answers[f"GET intake {HERE}"].clear()
    form = opened(site, application("drafted")).form(away)
    site.services.say(f"DELETE intake {HERE}/attachments/identity", {"case_id": CASE})
    answer = site.browser.post(away, data=form.fields)
    assert answer.headers["location"] == f"/applications/{CASE}?done=detach"
    assert len(site.services.of("DELETE")) == 1


@pytest.mark.parametrize(
    ("path", "call"),
    [
        (f"/applications/{CASE}/receipt.pdf", f"GET intake {HERE}/receipt.pdf"),
        (f"/steps/{CASE}.2/decision.pdf", f"GET review /v1/steps/{CASE}.2/decision.pdf"),
        (
            f"/applications/{CASE}/attachments/{'ab' * 32}",
            f"GET intake {HERE}/attachments/{'ab' * 32}",
        ),
    ],
)
def test_a_file_comes_through_as_it_is_to_whoever_is_signed_in(
    site: Site, path: str, call: str
) -> None:
    assert site.browser.get(path).headers["location"].startswith("/login")
    site.signed_in(REVIEWER)
    as_saved = {"Content-Type": "application/pdf", "Content-Disposition": "attachment"}
    site.services.say(call, {"stands": "for a file"}, headers=as_saved)
    answer = site.browser.get(path)
    assert answer.content == b'{"stands":"for a file"}'
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_anybody_reads_whether_a_document_holds(site: Site) -> None:
    told = {
        "number": "4103222025WZAFAD3KS",
        "kind": "result",
        "name": "建房许可证",
        "standing": "revoked",
        "holder": "张*明",
        "valid_from": "2025-03-03",
        "issued_at": "2025-03-03T01:00:00.000Z",
        "revoked_at": "2025-06-03T01:00:00.000Z",
        "as_of": "2025-06-03T02:00:00.000Z",
    }
    site.services.say("GET supervision /v1/public/documents/4103222025WZAFAD3KS", told)
    answer = site.browser.get("/verify/4103222025WZAFAD3KS?code=ABCD1234")
    assert answer.status_code == 200
    for said in ("已被撤销", "revoked", "张*明", "建房许可证"):
        assert said in answer.text
    (asked,) = site.services.of("GET")
    assert asked.url.params["code"] == "ABCD1234"
    assert "authorization" not in asked.headers


def test_a_qr_code_may_lead_to_the_portal(site: Site) -> None:
    path = "/v1/public/documents/X"
    answer = site.browser.get(f"{path}?code=AB12", headers={"Accept": "text/html,*/*"})
    assert answer.headers["location"] == "/verify/X?code=AB12"
    site.services.say(f"GET supervision {path}", {"standing": "in_force"})
    answer = site.browser.get(f"{path}?code=AB12", headers={"Accept": "application/json"})
    assert answer.json() == {"standing": "in_force"}


def test_a_document_that_is_not_genuine_is_told_so(site: Site) -> None:
    call = "GET supervision /v1/public/documents/X"
    site.services.refuse(call, 404, "document.not_verified", "谨防伪造。")
    answer = site.browser.get("/verify/X?code=ABCD1234")
    assert (answer.status_code, "谨防伪造。" in answer.text) == (404, True)


def test_number_and_code_may_be_typed_from_the_paper(site: Site) -> None:
    assert "/verify" in [form.action for form in Page(site.browser.get("/verify").text).forms]
    answer = site.browser.get("/verify?number=4103-b1 &code=ABCD1234")
    assert answer.headers["location"] == "/verify/4103-B1?code=ABCD1234"


def test_the_first_free_name_is_taken() -> None:
    assert free_name("identity", []) == "identity"
    assert free_name("identity", ["identity", "identity.3"]) == "identity.2"

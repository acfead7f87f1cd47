"""附件: a file of a material, from the draft to the day on which the papers are fixed."""

from __future__ import annotations

from services.intake.core.attaching import MOST
from services.intake.core.decide import decider
from services.intake.core.view import view
from tests.intake.core.situations import (
    CONSENT,
    PHOTO,
    SCAN,
    accepted,
    attach,
    attached,
    detach,
    detached,
    draft,
    drafted,
    intake,
    not_accepted,
    notified,
    submit,
    submitted,
    supplemented,
    withdrawn,
)
from tests.support.builders import CASE, county, item, later
from tests.support.given import given

DRAFT = (drafted(), attached())
LISTED = {
    "name": "identity",
    "material": "identity",
    "sha256": SCAN,
    "size": 1024,
    "media_type": "application/pdf",
}


def test_a_file_is_attached_to_a_draft() -> None:
    given(intake, drafted()).when(attach()).then(attached())


def test_the_same_file_attached_again_is_nothing_new() -> None:
    given(intake, *DRAFT).when(attach(at=later(9))).then()
    given(intake, submitted(), attached()).when(attach(at=later(9))).then()


def test_a_file_of_a_draft_is_replaced_under_its_name() -> None:
    replaced = given(intake, *DRAFT).when(attach(sha256=PHOTO))
    replaced.then(attached(sha256=PHOTO))
    after = given(intake, *DRAFT, attached("consent"), attached(sha256=PHOTO)).state
    told = view(CASE, after, None)["attachments"]
    assert isinstance(told, list)
    assert [(paper["name"], paper["sha256"]) for paper in told] == [
        ("identity", PHOTO),
        ("consent", SCAN),
    ]


def test_the_second_sheet_of_a_material_has_a_name_of_its_own() -> None:
    given(intake, *DRAFT).when(attach("identity.2")).then(attached("identity.2"))


def test_what_the_item_does_not_ask_for_is_not_attached() -> None:
    told = given(intake, drafted()).when(attach("moon-map.3"))
    told.then_refused("intake.material_not_listed", naming="moon-map")


def test_what_was_handed_in_is_neither_replaced_nor_taken_off() -> None:
    handed_in = given(intake, *DRAFT, submitted())
    handed_in.when(attach(sha256=PHOTO)).then_refused(
        "intake.attachment_taken", naming="identity.2"
    )
    handed_in.when(detach()).then_refused("intake.attachment_fixed")
    awaiting = given(intake, *DRAFT, submitted(), notified())
    awaiting.when(attach(sha256=PHOTO)).then_refused("intake.attachment_taken")
    awaiting.when(attach("consent.2")).then(attached("consent.2"))


def test_a_file_is_taken_off_a_draft_once() -> None:
    given(intake, *DRAFT).when(detach()).then(detached())
    given(intake, *DRAFT, detached()).when(detach()).then()
    given(intake, *DRAFT, detached()).when(attach()).then(attached())


def test_there_is_an_end_to_the_files_of_one_application() -> None:
    names = ["identity", *(f"identity.{number}" for number in range(1, MOST))]
    full = given(intake, drafted(), *map(attached, names))
    full.when(attach("consent")).then_refused("intake.too_many_attachments", naming=str(MOST))
    full.when(attach("identity", sha256=PHOTO)).then(attached("identity", sha256=PHOTO))


def test_writing_the_draft_anew_keeps_its_files() -> None:
    again = given(intake, *DRAFT).when(draft(materials=CONSENT))
    state = given(intake, *DRAFT, *again.events).state
    assert view(CASE, state, None)["attachments"] == [LISTED]


def test_the_files_go_with_the_application_to_its_end() -> None:
    handed_in = given(intake, *DRAFT).when(submit()).events
    for more in ((), (notified(),), (notified(), supplemented()), (accepted(),), (not_accepted(),)):
        state = given(intake, *DRAFT, *handed_in, *more).state
        assert view(CASE, state, None)["attachments"] == [LISTED]
    taken_back = given(intake, *DRAFT, *handed_in, withdrawn()).state
    assert view(CASE, taken_back, None)["attachments"] == []


def test_a_draft_rewritten_for_another_item_keeps_only_what_that_one_asks_for() -> None:
    identity = {"code": "identity", "name": "身份证", "form": "original"}
    other = decider(county(item("village_decides", materials=[identity])))
    known = given(other, *DRAFT, attached("consent"), attached("consent.2"))
    for_another = {"item_code": "village-decides", "materials": ()}
    taken_off = (detached("consent"), detached("consent.2"))
    known.when(draft(**for_another)).then(*taken_off, drafted(**for_another))
    handed_in = known.when(submit(**for_another)).events
    assert tuple(handed_in[:2]) == taken_off
    assert len(handed_in) == 3

"""Review's documents: what each says, printed and read again."""

from __future__ import annotations

from dataclasses import replace

from schemas.events.base import Event
from schemas.events.intake import CaseAccepted
from services.kernel.identifiers import document_code
from services.review.core.view import view
from services.review.shell.letters import Correspondence, Letter, as_it_reads
from services.review.shell.letters_api import FOLDER
from services.runtime.printing import printed, qr_svg
from tests.review.core.situations import (
    FULL_ITEM,
    REMEDY,
    checked,
    claimed,
    decided,
    over,
    received,
    review,
    step_id,
    terms_of,
)
from tests.review.core.situations_of_clocks import extended, stopped
from tests.review.core.situations_of_custody import reissued
from tests.review.core.situations_of_results import issued
from tests.support.builders import APPLICANT, CASE, HOUSING, VILLAGE, WATER, county, envelope
from tests.support.given import given
from tests.support.letters import PUBLIC, SECRET, text_of

NUMBER = "410322250303WZAFAD3KS"
TERMS = terms_of(FULL_ITEM)
ACCEPTED = CaseAccepted(
    case_number=NUMBER,
    item_code="full",
    item_version=1,
    kind="commitment",
    organisation=VILLAGE,
    department=HOUSING,
    applicant_ref=APPLICANT,
    legal=TERMS.legal,
    promised=TERMS.promised,
)
NAMES = {APPLICANT: "王𠮷㵒"}
LETTERS = Correspondence(
    accepted=ACCEPTED, item=FULL_ITEM, reference=county(FULL_ITEM), name_of=NAMES.get
)
OPEN = (received(of=FULL_ITEM), claimed())


def told_by(event: Event, ordinal: int = 4, of: Correspondence = LETTERS) -> tuple[Letter, str]:
    """Print the letter of an event; give it with the text on the paper."""
    letter = of.of(envelope(event), ordinal)
    code = document_code(SECRET, letter.number)
    known = {**letter.facts, "number": letter.number, "code": code, "qr": qr_svg(PUBLIC)}
    return letter, text_of(printed(FOLDER / f"{letter.template}.typ", known, letter.at))


def test_an_approval_says_why_and_names_those_overruled() -> None:
    letter, told = told_by(decided("approved", over(WATER)))
    assert letter.number == f"{NUMBER}-D4"
    for said in ("准予决定书", "王𠮷㵒：", "符合条件", "《土地管理法》第六十二条", "决定准予"):
        assert said in told
    assert "机构d-water：已由专家论证" in told
    assert "十日内向您颁发、送达" in told


def test_a_rejection_gives_reasons_law_and_remedy() -> None:
    _, told = told_by(decided("rejected", remedy=REMEDY))
    assert "不予批准决定书" in told
    assert REMEDY in told
    assert "颁发、送达" not in told


def test_the_notice_of_a_stop_tells_procedure_days_and_the_new_dates() -> None:
    event = stopped()
    letter, told = told_by(event, 1)
    assert letter.number == f"{NUMBER}-T1"
    for said in ("第四十五条", event.notice_number, f"{event.announced_days}个工作日"):
        assert "".join(said.split()) in told
    assert "本环节办理期限" in told


def test_the_notice_of_an_extension_tells_days_reasons_and_the_new_dates() -> None:
    event = extended()
    letter, told = told_by(event, 1)
    assert letter.number == f"{NUMBER}-Y1"
    for said in ("第四十二条", "10个工作日", "".join(event.reasons.split()), "延长后的期限"):
        assert said in told


def test_the_certificate_bears_its_number_and_how_long_it_holds() -> None:
    letter, told = told_by(issued())
    assert letter.number == issued().document_number
    assert letter.at == issued().issued_at
    for said in (issued().name, issued().document_number, "王𠮷㵒", "持有人"):
        assert said in told
    assert "长期有效" in told_by(issued(valid_until=None))[1]


def test_a_duplicate_bears_its_own_number_and_names_the_one_that_it_replaces() -> None:
    letter, told = told_by(reissued())
    assert letter.number == reissued().document_number
    assert letter.at == reissued().reissued_at
    for said in (reissued().document_number, "第1次补发", f"原编号{issued().document_number}作废"):
        assert said in told
    assert "补发" not in told_by(issued())[1]


def test_the_certificate_names_its_seals() -> None:
    stamped = replace(LETTERS, seals=("青云县自然资源局行政审批专用章", "办结专用章"))
    told = told_by(issued(), of=stamped)[1]
    for said in ("加盖印章", "青云县自然资源局行政审批专用章、办结专用章"):
        assert said in told
    assert "加盖印章" not in told_by(issued())[1]


def test_a_corrected_certificate_is_printed_as_it_reads_now() -> None:
    now = {"name": "更正后的名称", "valid_from": "2025-03-04", "valid_until": None}
    corrected = as_it_reads(issued(), {"document": now})
    told = told_by(corrected)[1]
    for said in ("更正后的名称", "2025年3月4日", "长期有效"):
        assert said in told
    assert as_it_reads(issued(), {}) == issued()
    assert as_it_reads(issued(), {"document": {"name": "", "valid_from": ""}}) == issued()


def test_a_step_names_the_documents_that_it_has_brought_forth() -> None:
    def documents(*events: Event) -> object:
        told = view(CASE, given(review, *OPEN, *events).state, step_id(4))["documents"]
        assert isinstance(told, list)
        return [(document["kind"], document["ordinal"]) for document in told]

    assert documents() == []
    assert documents(stopped()) == [("stop", 1)]
    assert documents(checked(), decided("rejected")) == [("decision", 4)]
    assert documents(checked(), decided(), issued()) == [("decision", 4), ("result", 1)]
    assert documents(checked(), decided("forwarded")) == []

"""Documents as PDF: text stays text, rare characters print, and the QR code leads to the check."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import typst
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.kernel.identifiers import document_code
from services.runtime.printing import Printer, printed, qr_svg
from tests.support.letters import PUBLIC, SECRET, dark_modules, expected_modules, text_of

REFUSAL = Path("services/intake/shell/documents/refusal.typ").resolve()
AT = datetime(2025, 3, 3, 1, tzinfo=UTC)
NUMBER = "410322250303WZAFAD3KS-N1"


def facts(**changes: str) -> dict[str, Any]:
    """Give everything that a refusal says."""
    return {
        "case_number": "410322250303WZAFAD3KS",
        "item": "农村宅基地审批",
        "applicant": "张明",
        "issuer": "东坪村便民服务室",
        "issued_on": "2025年3月3日",
        "reason": "不在本村",
        "basis": "行政许可法第三十二条",
        "remedy": "六十日内申请复议",
        "number": NUMBER,
        "code": "ABCD1234",
        "qr": qr_svg(PUBLIC),
        **changes,
    }


@pytest.mark.parametrize(
    "name", ['#read("/intake/shell/api.py")', "*张三*", "$x^2$", "= 一", "@ref", "\\#", "// 无"]
)
def test_a_name_is_printed_as_it_is_and_never_read_as_typst(name: str) -> None:
    told = text_of(printed(REFUSAL, facts(applicant=name), AT))
    assert "".join(name.split()) + "：" in told


@pytest.mark.parametrize("name", ["㵒", "王𠮷", "䶮", "㛃"])
def test_rare_characters_of_names_are_printed(name: str) -> None:
    assert name in text_of(printed(REFUSAL, facts(applicant=name), AT))


@for_all(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40))
@settings(max_examples=30, deadline=None)
def test_no_text_keeps_a_document_from_being_printed(reason: str) -> None:
    assert printed(REFUSAL, facts(reason=reason), AT).startswith(b"%PDF-")


def test_the_same_facts_are_the_same_bytes() -> None:
    assert printed(REFUSAL, facts(), AT) == printed(REFUSAL, facts(), AT)
    assert printed(REFUSAL, facts(), AT) != printed(REFUSAL, facts(applicant="李四"), AT)


def test_a_missing_fact_is_an_error_and_no_empty_line() -> None:
    known = facts()
    del known["reason"]
    with pytest.raises(typst.TypstError):
        printed(REFUSAL, known, AT)


def test_the_qr_code_holds_the_address_of_the_check() -> None:
    address = f"{PUBLIC}/v1/public/documents/{NUMBER}?code={document_code(SECRET, NUMBER)}"
    assert Printer(PUBLIC, SECRET).address_of(NUMBER) == address
    assert dark_modules(qr_svg(address)) == expected_modules(address)
    assert dark_modules(qr_svg(address)) != expected_modules(address + "0")


async def test_printing_leaves_the_event_loop_to_others() -> None:
    printer, turns = Printer(PUBLIC, SECRET), 0
    begun = perf_counter()
    printing = asyncio.gather(
        *(printer.pdf(REFUSAL, NUMBER, facts(reason=f"理由{n}"), AT) for n in range(12))
    )
    while not printing.done():
        await asyncio.sleep(0)
        turns += 1
    made = await printing
    assert all(pdf.startswith(b"%PDF-") for pdf in made)
    assert turns > 12, f"{turns} turns in {perf_counter() - begun:.3f} s"
    printer.close()

"""Earlier papers and licences of an applicant, off the tables."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.events import results
from schemas.events.custody import ResultReissued
from schemas.values import Material
from services.kernel.reference_book import ReferenceBook
from services.supervision.shell.api_people import offered
from services.supervision.shell.queries_documents import case_of_document
from services.supervision.shell.queries_papers import earlier_cases
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import project
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, accepted, case_id, submitted
from tests.support.builders import APPLICANT, HOUSING, MONDAY, item

pytestmark = pytest.mark.engine
STRANGER = "p-ffffffffffffffffffffffff"
PAPERS = (Material(code="identity", form="original"), Material(code="consent", count=2))
MATERIALS = [
    {"code": "identity", "name": "身份证", "form": "original", "reusable": True},
    {"code": "consent", "name": "四邻意见", "form": "copy", "count": 2},
]
BOOK = ReferenceBook([item(code="rural-house", materials=MATERIALS)])


def issued(number: int) -> results.ResultIssued:
    return results.ResultIssued(
        step_id=f"{case_id(number)}.1",
        organisation=HOUSING,
        officer_id="o-wang",
        document_number="4103222025ABCDEFGHJ",
        name="宅基地批准书",
        issued_at=MONDAY,
        valid_from=date(2025, 3, 3),
        valid_until=None,
    )


def test_the_papers_and_results_of_accepted_cases_are_offered_the_latest_first(
    store: Store,
) -> None:
    log = Log()
    for number in (1, 2):
        life = Life(log, number)
        life.say(submitted(number, materials=PAPERS))
        life.say(accepted(number))
    Life(log, 1).say(issued(1))
    Life(log, 3).say(submitted(3, materials=PAPERS))
    other = Life(log, 4)
    other.say(submitted(4, materials=PAPERS, applicant_ref=STRANGER))
    other.say(accepted(4, applicant_ref=STRANGER))
    project(store, log)
    found = earlier_cases(store, APPLICANT)
    assert {case.case_id for case in found} == {case_id(1), case_id(2)}
    by_case = {case.case_id: offered(BOOK, case) for case in found}
    told = by_case[case_id(1)]
    assert [paper["code"] for paper in told["papers"]] == ["identity"]
    assert told["papers"][0]["name"] == "身份证"
    assert [result["name"] for result in told["results"]] == ["宅基地批准书"]
    assert by_case[case_id(2)]["results"] == []


def test_a_paper_that_was_itself_reused_is_offered_from_where_it_was_seen(store: Store) -> None:
    log = Log()
    life = Life(log, 1)
    reused = (Material(code="identity", form="reused", reused_from=case_id(9)),)
    life.say(submitted(1, materials=reused))
    life.say(accepted(1))
    project(store, log)
    (case,) = earlier_cases(store, APPLICANT)
    assert offered(BOOK, case)["papers"] == []


def test_what_was_corrected_is_offered_as_it_stands(store: Store) -> None:
    log = Log()
    life = Life(log, 1)
    life.say(submitted(1, materials=PAPERS))
    life.say(accepted(1))
    life.say(issued(1))
    life.say(
        results.ResultCorrected(
            step_id=f"{case_id(1)}.1",
            organisation=HOUSING,
            officer_id="o-wang",
            document_number=issued(1).document_number,
            what="name",
            old="宅基地批准书",
            new="农村宅基地批准书",
            reasons="名称漏字",
            corrected_at=MONDAY,
        )
    )
    project(store, log)
    (case,) = earlier_cases(store, APPLICANT)
    assert [result["name"] for result in offered(BOOK, case)["results"]] == ["农村宅基地批准书"]


def test_what_was_revoked_is_not_offered(store: Store) -> None:
    log = Log()
    life = Life(log, 1)
    life.say(submitted(1, materials=PAPERS))
    life.say(accepted(1))
    life.say(issued(1))
    life.say(
        results.ResultRevoked(
            step_id=f"{case_id(1)}.1",
            organisation=HOUSING,
            officer_id="o-wang",
            document_number=issued(1).document_number,
            how="revoked",
            grounds="申请人提供虚假材料",
            basis="行政许可法第六十九条",
            notice_number="撤〔2025〕1号",
            revoked_at=MONDAY,
        )
    )
    project(store, log)
    (case,) = earlier_cases(store, APPLICANT)
    assert offered(BOOK, case)["results"] == []


def test_of_what_was_lost_the_duplicate_is_offered(store: Store) -> None:
    log = Log()
    life = Life(log, 1)
    life.say(submitted(1, materials=PAPERS))
    life.say(accepted(1))
    life.say(issued(1))
    life.say(
        ResultReissued(
            step_id=f"{case_id(1)}.1",
            organisation=HOUSING,
            officer_id="o-wang",
            document_number="4103222025ABCDEFGHK",
            replaces=issued(1).document_number,
            duplicate=1,
            name="宅基地批准书",
            valid_from=date(2025, 3, 3),
            valid_until=None,
            reissued_at=MONDAY,
        )
    )
    project(store, log)
    (case,) = earlier_cases(store, APPLICANT)
    assert [r["document_number"] for r in case.results] == ["4103222025ABCDEFGHK"]
    (whole,) = [case_of_document(store, n) for n in ("4103222025ABCDEFGHK",)]
    assert whole is not None
    assert whole.case.case_id == case_id(1)


def test_nobody_known_has_no_papers(store: Store) -> None:
    assert earlier_cases(store, STRANGER) == ()

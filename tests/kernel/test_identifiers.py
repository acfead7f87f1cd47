"""Numbers that a villager reads aloud, types wrong, and must not be able to guess."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events.review import StepClaimed, StepReleased
from services.kernel.identifiers import (
    ALPHABET,
    PaperKind,
    applicant_ref,
    case_number,
    document_code,
    document_number,
    fingerprint,
    is_case_number,
    is_document_number,
    notice_number,
    paper_number,
    paper_of,
    query_code,
)

CASE: Final = "01942a3b-0000-7000-8000-000000000001"
SECRET: Final = b"of the county, thirty-two bytes!"

numbers = st.builds(
    case_number,
    st.uuids().map(str),
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
)


def test_a_case_number_tells_division_and_day() -> None:
    number = case_number(CASE, "410322105207", date(2025, 3, 3))
    assert number == "410322250303WZAFAD3KS"
    assert is_case_number(number)


@given(numbers)
def test_every_number_that_is_given_out_is_one(number: str) -> None:
    assert is_case_number(number)
    assert len(number) == 21


@given(numbers, st.integers(0, 20), st.sampled_from(ALPHABET))
@settings(max_examples=400)
def test_one_wrong_character_is_noticed(number: str, place: int, wrong: str) -> None:
    typed = number[:place] + wrong + number[place + 1 :]
    assert is_case_number(typed) == (typed == number)


@given(numbers, st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=400)
def test_two_exchanged_characters_are_noticed(number: str, one: int, other: int) -> None:
    typed = list(number)
    typed[one], typed[other] = typed[other], typed[one]
    assert is_case_number("".join(typed)) == ("".join(typed) == number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "410322250303WZAFAD3K",
        "410322250303WZAFAD3KSS",
        "410322250303wzafad3ks",
        "410322250303WZAFAD3KS\n",
        "４10322250303WZAFAD3KS",
        "410322251303WZAFAD3KS",
        "410322250332WZAFAD3KS",
        "410322250303WZAFAD3KO",
    ],
)
def test_what_is_not_written_like_a_case_number_is_none(text: str) -> None:
    assert not is_case_number(text)


@given(st.uuids().map(str), st.uuids().map(str))
def test_different_cases_of_one_day_have_different_numbers(one: str, other: str) -> None:
    day = date(2025, 3, 3)
    same = case_number(one, "410322105207", day) == case_number(other, "410322105207", day)
    assert same == (one == other)


def test_each_notice_of_a_case_has_a_number_of_its_own() -> None:
    number = case_number(CASE, "410322105207", date(2025, 3, 3))
    assert notice_number(number, 1) == f"{number}-B1"
    assert notice_number(number, 2) == f"{number}-B2"


@given(st.uuids().map(str))
def test_a_query_code_is_eight_characters_that_hang_on_the_secret(case_id: str) -> None:
    code = query_code(SECRET, case_id)
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert code == query_code(SECRET, case_id) != query_code(SECRET + b"!", case_id)


def test_a_person_has_one_pseudonym_however_the_number_is_typed() -> None:
    ref = applicant_ref(SECRET, "41032219900101123X")
    assert ref == applicant_ref(SECRET, " 41032219900101123x ")
    assert ref != applicant_ref(SECRET, "410322199001011231")
    assert ref != applicant_ref(b"another secret", "41032219900101123X")
    assert ref[:2] == "p-"
    assert len(bytes.fromhex(ref[2:])) == 12


def test_no_query_code_can_be_read_off_a_pseudonym() -> None:
    bits = int(applicant_ref(SECRET, CASE.upper())[2:12], 16)
    read_off = "".join(ALPHABET[bits >> shift & 31] for shift in range(35, -5, -5))
    assert read_off != query_code(SECRET, CASE.upper())


def test_equal_events_have_equal_fingerprints_and_others_others() -> None:
    claimed = StepClaimed(step_id=f"{CASE}.1", officer_id="o-li")
    assert fingerprint(claimed) == fingerprint(claimed.model_copy())
    assert fingerprint(claimed) != fingerprint(StepClaimed(step_id=f"{CASE}.2", officer_id="o-li"))
    released = StepReleased(step_id=f"{CASE}.1", officer_id="o-li", reason="x")
    assert len({fingerprint(claimed), fingerprint(released)}) == 2
    assert len(fingerprint(claimed)) == 16


def test_a_document_number_tells_division_and_year_and_is_checked() -> None:
    number = document_number(CASE, "410322105207", 2025)
    assert re.fullmatch(r"4103222025[0-9A-HJKMNP-TV-Z]{9}", number)
    assert is_document_number(number)
    assert number == document_number(CASE, "410322105207", 2025)
    assert number != document_number(CASE, "410322105207", 2026)
    for place, character in enumerate(number):
        wrong = "7" if character != "7" else "8"
        assert not is_document_number(number[:place] + wrong + number[place + 1 :])
    assert not is_case_number(number)


@pytest.mark.parametrize(
    "kind", ["receipt", "acceptance", "deficiency", "refusal", "decision", "stop", "extension"]
)
def test_the_number_of_a_paper_says_of_which_case_and_kind_it_is(kind: PaperKind) -> None:
    number = case_number(CASE, "410322105207", date(2025, 3, 3))
    which = 1 if kind == "receipt" else 3
    assert paper_of(paper_number(number, kind, which)) == (number, kind, which)


def test_a_deficiency_notice_has_the_number_of_its_event() -> None:
    number = case_number(CASE, "410322105207", date(2025, 3, 3))
    assert paper_number(number, "deficiency", 2) == notice_number(number, 2)


@pytest.mark.parametrize("tail", ["-", "-S", "-S0", "-X1", "-S100", "-s1", "-S1-B1", "/S1", " "])
def test_what_is_no_number_of_a_paper_is_known(tail: str) -> None:
    assert paper_of(case_number(CASE, "410322105207", date(2025, 3, 3)) + tail) is None


def test_the_code_of_a_document_is_no_other_code_of_the_case() -> None:
    code = document_code(SECRET, CASE)
    assert code != query_code(SECRET, CASE)
    assert code != document_code(SECRET[::-1], CASE)
    assert re.fullmatch(f"[{ALPHABET}]{{8}}", code)

"""Identity numbers: what is taken, what is refused and how it is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.shell.identity import checked_number
from services.runtime.problems import Problem
from services.runtime.simulation.identities import NUMBERS, credit_code, resident_number
from tests.intake.shell.window import window
from tests.support.identities import COMPANY, RESIDENT

TODAY = date(2026, 3, 2)


def refused(number: str, kind: Any = "person", document: Any = None) -> Problem:
    with pytest.raises(Problem) as raised:
        checked_number(number, kind, document, TODAY, "applicant")
    assert (raised.value.code, raised.value.status) == ("intake.identity_invalid", 422)
    assert number not in f"{raised.value.detail}{raised.value.errors}"
    return raised.value


def exchanged(number: str, place: int) -> str:
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


@given(st.integers(0, NUMBERS - 1), st.integers(0, 31**5 - 1))
def test_numbers_that_are_made_up_here_pass(person: int, body: int) -> None:
    number, code = resident_number(person), credit_code(body)
    assert checked_number(number, "person", None, TODAY, "a") == (number, "resident_id")
    assert checked_number(code, "legal_person", None, TODAY, "a") == (code, "credit_code")


@given(st.integers(0, NUMBERS - 1), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(person: int, place: int, off: int) -> None:
    number = resident_number(person)
    digit = (int(number[place]) + off) % 10
    refused(f"{number[:place]}{digit}{number[place + 1 :]}")


@given(st.integers(0, NUMBERS - 1), st.integers(0, 15))
def test_two_digits_exchanged_are_noticed(person: int, place: int) -> None:
    number = resident_number(person)
    if number[place] != number[place + 1]:
        refused(exchanged(number, place))


def test_blanks_hyphens_and_small_letters_do_not_matter() -> None:
    ends_in_x = next(n for n in map(resident_number, range(50)) if n.endswith("X"))
    spaced = f"{ends_in_x[:6]} {ends_in_x[6:14]}-{ends_in_x[14:].lower()}"
    assert checked_number(spaced, "person", None, TODAY, "a")[0] == ends_in_x


@pytest.mark.parametrize(
    ("number", "kind", "document", "what", "told"),
    [
        (RESIDENT[:-1], "person", None, "length", "18 位"),
        (RESIDENT[:5] + "A" + RESIDENT[6:], "person", None, "form", "前 17 位"),
        ("422823900101123", "person", None, "old", "2013"),
        ("999999190001010027", "person", None, "checksum", "校验位"),
        ("422823190002300022", "person", None, "component", "第 7 至 14 位"),
        (COMPANY[:9] + "I" + COMPANY[10:], "legal_person", None, "form", "大写字母"),
        (RESIDENT, "legal_person", "resident_id", "kind", "统一社会信用代码"),
        (COMPANY, "person", "credit_code", "kind", "个人证件"),
        (COMPANY[:-1] + "A", "legal_person", None, "checksum", "校验位"),
        (RESIDENT, "person", "hk_macao_taiwan_residence", "form", "810000"),
        ("810000199001010001", "person", "hk_macao_taiwan_residence", "checksum", "校验位"),
        ("C12345678", "person", "hk_macao_permit", "form", "H 或 M"),
        ("1234567", "person", "taiwan_permit", "form", "8 位"),
        ("X2345", "person", "permanent_residence", "form", "9 开头"),
        ("E1", "person", "passport", "form", "5 至 15"),
    ],
)
def test_what_is_wrong_is_said_without_repeating_the_number(
    number: str, kind: Any, document: Any, what: str, told: str
) -> None:
    problem = refused(number, kind, document)
    (error,) = problem.errors
    assert (error.place, error.field) == ("body", "applicant.id_number")
    assert error.kind == f"identity_{what}"
    assert told in error.reason.zh


def test_nobody_is_born_tomorrow() -> None:
    with pytest.raises(Problem) as raised:
        checked_number(RESIDENT, "person", None, date(1899, 12, 31), "applicant")
    assert raised.value.errors[0].kind == "identity_component"


@pytest.mark.parametrize(
    ("number", "document"),
    [
        ("810000199001010019", "hk_macao_taiwan_residence"),
        ("H12345678", "hk_macao_permit"),
        ("M1234567890", "hk_macao_permit"),
        ("12345678", "taiwan_permit"),
        ("E12345678", "passport"),
        ("911124198908030034", "permanent_residence"),
        ("CHN110089080300", "permanent_residence"),
    ],
)
def test_other_papers_are_taken_by_their_kind(number: str, document: Any) -> None:
    assert checked_number(number, "person", document, TODAY, "a") == (number, document)


async def test_a_wrong_number_is_refused_at_the_window_and_nothing_is_written() -> None:
    async with window() as desk:
        wrong = exchanged(RESIDENT, 10)
        answer = await desk.apply(applicant={"name": "张小明", "id_number": wrong})
        by_agent = await desk.apply(agent={"name": "李四", "id_number": wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, "intake.identity_invalid")
    assert wrong not in answer.text
    assert [e["field"] for e in by_agent.json()["errors"]] == ["agent.id_number"]
    assert desk.county.events == []

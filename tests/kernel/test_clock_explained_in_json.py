"""`cunban clock explain`, one line at a time: the form of the answer, and every bad line."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.clock import COUNTY_HOURS
from services.kernel.explain import LONGEST_LINE, explain_line
from tests.kernel.clock_strategies import CALENDAR, UNTIMED, Course, courses

WORKED_EXAMPLE = (
    '{"start": "2025-01-22T20:55:00+08:00", "limit": 5, "unit": "working_days", '
    '"stops": [{"at": "2025-01-24T01:49:00+08:00", "resume": null, "announced_days": 3}], '
    '"extension_days": 0, "as_of": null}'
)
QUESTION = {"start": "2025-03-03T10:00:00+08:00", "limit": 5, "unit": "working_days"}
STOP = {"at": "2025-03-04T10:00:00+08:00", "resume": None, "announced_days": 3}


def answer(question: dict[str, Any] | str | bytes) -> dict[str, Any]:
    line = json.dumps(question) if isinstance(question, dict) else question
    written = explain_line(line, CALENDAR, COUNTY_HOURS)
    assert "\n" not in written
    read: dict[str, Any] = json.loads(written)
    return read


def code(question: dict[str, Any] | str | bytes) -> str:
    refused = answer(question)
    assert list(refused) == ["error"]
    assert list(refused["error"]) == ["code", "field", "detail"]
    assert refused["error"]["detail"]
    return str(refused["error"]["code"])


def test_the_worked_example_is_answered_in_the_fields_of_the_contract() -> None:
    given_back = answer(WORKED_EXAMPLE)
    assert list(given_back) == [
        "due_at",
        "counted",
        "remaining",
        "stopped",
        "provisional",
        "explanation",
    ]
    assert given_back["due_at"] == "2025-02-08T17:30:00+08:00"
    assert (given_back["counted"], given_back["remaining"]) == (5, 0)
    assert (given_back["stopped"], given_back["provisional"]) == (False, False)
    by_day = {line["day"]: line for line in given_back["explanation"]}
    assert by_day["2025-01-23"] == {
        "day": "2025-01-23",
        "counts": True,
        "why": "counted",
        "note": "第1日 day 1",
    }
    assert by_day["2025-01-24"]["why"] == "stopped"


def test_bytes_and_text_are_answered_alike() -> None:
    assert answer(WORKED_EXAMPLE) == answer(WORKED_EXAMPLE.encode())


def test_only_start_and_limit_are_needed() -> None:
    short = {"start": QUESTION["start"], "limit": 5}
    assert answer(short) == answer(QUESTION | {"stops": [], "extension_days": 0, "as_of": None})


def test_the_procedure_is_named_in_the_explanation() -> None:
    lines = answer(QUESTION | {"stops": [STOP | {"procedure": "听证"}]})["explanation"]
    assert "听证" in lines[1]["note"]


def test_an_extension_prolongs_the_limit() -> None:
    assert answer(QUESTION | {"extension_days": 5}) == answer(QUESTION | {"limit": 10})


def test_an_extension_may_say_when_it_was_granted() -> None:
    """Due 2025-03-10: before its close it is in time, and it is not known before it is granted."""
    granted = QUESTION | {
        "extension_days": 5,
        "extension_granted_at": "2025-03-10T17:29:00+08:00",
    }
    assert answer(granted)["due_at"] == answer(QUESTION | {"limit": 10})["due_at"]
    before = answer(granted | {"as_of": "2025-03-10T17:28:00+08:00"})
    assert before["due_at"] == "2025-03-10T17:30:00+08:00"
    late = granted | {"extension_granted_at": "2025-03-10T17:30:00+08:00"}
    assert code(late) == "clock.extension_late"


def test_as_of_tells_how_it_stood() -> None:
    stood = answer(QUESTION | {"stops": [STOP], "as_of": "2025-03-05T12:00:00Z"})
    assert (stood["counted"], stood["remaining"], stood["stopped"]) == (0, 5, True)


def test_minutes_are_answered_to_the_minute() -> None:
    minutes = {"start": "2025-03-03T11:50:00+08:00", "limit": 30, "unit": "working_minutes"}
    assert answer(minutes)["due_at"] == "2025-03-03T14:20:00+08:00"


@UNTIMED
@given(courses())
def test_the_line_says_what_the_clock_says(course: Course) -> None:
    stops = [
        {
            "at": stop.at.isoformat(),
            "resume": stop.resumed_at and stop.resumed_at.isoformat(),
            "announced_days": stop.announced_days,
        }
        for stop in course.stops
    ]
    question = {"start": course.start.isoformat(), "limit": course.limit.amount, "stops": stops}
    given_back, state = answer(question), course.state()
    assert given_back["due_at"] == state.due_at.isoformat()
    assert [line["why"] for line in given_back["explanation"]] == [
        line.why for line in state.explanation
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "clock.not_json"),
        ("not json", "clock.not_json"),
        ("{", "clock.not_json"),
        (b"\xff\xfe{}", "clock.not_json"),
        ("\ud800", "clock.not_json"),
        ("[" * 10_000, "clock.not_json"),
        ("[1]", "clock.not_an_object"),
        ("null", "clock.not_an_object"),
        ("{}", "clock.field_missing"),
        (" " * (LONGEST_LINE + 1), "clock.line_too_long"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_line_that_is_no_question_has_its_error_in_its_place(
    line: str | bytes, expected: str
) -> None:
    assert code(line) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"start": "2025-03-03T10:00:00"}, "clock.time_without_offset"),
        ({"start": "2025-03-03"}, "clock.time_malformed"),
        ({"start": "1740967200"}, "clock.time_malformed"),
        ({"start": 1740967200}, "clock.time_malformed"),
        ({"start": None}, "clock.time_malformed"),
        ({"start": "2025-02-30T10:00:00+08:00"}, "clock.time_malformed"),
        ({"start": "1999-12-31T10:00:00+08:00"}, "clock.time_malformed"),
        ({"start": "2101-01-01T10:00:00+08:00"}, "clock.time_malformed"),
        ({"start": "2025-03-03T10:00:00+99:00"}, "clock.time_malformed"),
        ({"as_of": "9999-12-31T23:59:59-23:59"}, "clock.time_malformed"),
        ({"limit": 0}, "clock.limit_out_of_range"),
        ({"limit": 3651}, "clock.limit_out_of_range"),
        ({"limit": 10**30}, "clock.limit_out_of_range"),
        ({"limit": "5"}, "clock.field_invalid"),
        ({"limit": 5.5}, "clock.field_invalid"),
        ({"limit": True}, "clock.field_invalid"),
        ({"unit": "hours"}, "clock.field_invalid"),
        ({"extension_days": -1}, "clock.number_out_of_range"),
        ({"extension_days": 3651}, "clock.number_out_of_range"),
        ({"unit": "working_minutes", "extension_days": 1}, "clock.units_mixed"),
        (
            {"extension_granted_at": "2025-03-04T10:00:00+08:00"},
            "clock.extension_out_of_range",
        ),
        ({"extension_granted_at": "2025-03-04"}, "clock.time_malformed"),
        ({"stops": None}, "clock.field_invalid"),
        ({"stops": [STOP | {"announced_days": 3651}]}, "clock.number_out_of_range"),
        ({"stops": [{"at": STOP["at"]}]}, "clock.field_missing"),
        ({"stops": [STOP | {"at": "2025-03-02T10:00:00+08:00"}]}, "clock.stop_before_start"),
        ({"stops": [STOP | {"resume": "2025-03-03T10:00:00+08:00"}]}, "clock.resume_before_stop"),
        ({"stops": [STOP] * 101}, "clock.too_many_stops"),
        ({"extention_days": 3}, "clock.field_unknown"),
    ],
    ids=str,
)
def test_a_question_without_an_answer_has_its_error_in_its_place(
    change: dict[str, Any], expected: str
) -> None:
    assert code(QUESTION | change) == expected


def test_the_error_names_the_field_and_never_repeats_what_was_written() -> None:
    refused = answer(QUESTION | {"stops": [STOP | {"at": "secret"}]})["error"]
    assert refused["field"] == "stops.0.at"
    assert "secret" not in json.dumps(refused)


def test_the_largest_question_has_an_answer() -> None:
    largest = QUESTION | {
        "start": "2000-01-01T00:00:00+08:00",
        "limit": 3650,
        "extension_days": 3650,
        "stops": [
            {"at": f"{year}-06-01T10:00:00+08:00", "announced_days": 3650}
            for year in range(2000, 2040)
        ],
        "as_of": "2100-12-31T23:59:59Z",
    }
    assert answer(largest)["provisional"]


def test_a_due_date_beyond_the_calendar_has_its_error() -> None:
    stops = [
        {"at": f"{year}-06-01T10:00:00+08:00", "announced_days": 3650}
        for year in range(2012, 2100, 14)
    ]
    question = {"start": "2012-01-01T00:00:00+08:00", "limit": 3650, "stops": stops}
    late = question | {"start": "2100-01-01T00:00:00+08:00", "stops": []}
    assert answer(question)["provisional"]
    chain = [
        {"at": "2100-06-01T10:00:00+08:00", "announced_days": 3650},
        {"at": "2100-12-31T10:00:00+08:00", "announced_days": 3650},
    ]
    assert answer(late | {"stops": chain})["provisional"]


@UNTIMED
@given(st.binary(max_size=300) | st.text(max_size=300))
def test_no_line_is_left_without_an_answer(line: bytes | str) -> None:
    assert answer(line)["error"]["code"].startswith("clock.")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=6,
)


@UNTIMED
@given(
    st.fixed_dictionaries(
        {"start": st.just(QUESTION["start"]) | JSON, "limit": st.integers(-5, 5000) | JSON},
        optional={
            "unit": st.sampled_from(["working_days", "working_minutes"]) | JSON,
            "stops": st.lists(st.just(STOP) | JSON, max_size=3) | JSON,
            "extension_days": st.integers(-5, 20) | JSON,
            "as_of": JSON,
        },
    )
)
def test_whatever_stands_in_a_field_is_answered(question: dict[str, Any]) -> None:
    assert set(answer(question)) & {"due_at", "error"}

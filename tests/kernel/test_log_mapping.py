"""What a mapping may say, and what a row says by it."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.kernel.log_mapping import LogMapping
from services.kernel.log_rows import Act, BadRow, CaseTold, RowReader

COLUMNS = ("case", "task", "what", "who", "office", "when", "begun", "ended", "due")
ROW = dict(
    zip(
        COLUMNS,
        (
            "c-1",
            "t-1",
            "Receipt",
            "Clerk 3",
            "Hall",
            "2011-10-11 13:45:40.276+02:00",
            "2011-10-11T13:42:22.688+02:00",
            "",
            "2011-12-06 00:00+01:00",
        ),
        strict=True,
    )
)


def mapping(**form: Any) -> LogMapping:
    return LogMapping.model_validate(
        {
            "log": "permits",
            "format": form,
            "act": {
                "case": "case",
                "id": "task",
                "activity": "what",
                "officer": "who",
                "organisation": "office",
                "at": "when",
            },
            "case": {
                "item": {"constant": "Permit"},
                "start": "begun",
                "end": "ended",
                "deadline": "due",
            },
        }
    )


def act(said: LogMapping | None = None, zone: Any = None, **cells: Any) -> Act:
    reader = RowReader(said or mapping(), zone)
    return reader.act([{**ROW, **cells}[name] for name in reader.columns])


def case(said: LogMapping | None = None, **cells: str) -> CaseTold:
    reader = RowReader(said or mapping(), None)
    return reader.case([{**ROW, **cells}[name] for name in reader.columns])


def refusal(**cells: Any) -> tuple[str, str]:
    with pytest.raises(BadRow) as refused:
        act(**cells)
    return refused.value.code, refused.value.column


def test_a_row_says_who_did_what_when_and_where() -> None:
    at = datetime(2011, 10, 11, 11, 45, 40, 276000, UTC)
    on = date(2011, 10, 11)
    assert act() == Act("c-1", "t-1", "Receipt", "Clerk 3", "Hall", at, on)


def test_a_row_says_what_the_log_knows_of_the_case_and_nothing_for_an_empty_cell() -> None:
    told = case()
    assert (told.item, told.organisation, told.end, told.planned_end) == (
        "Permit",
        None,
        None,
        None,
    )
    assert told.start == datetime(2011, 10, 11, 11, 42, 22, 688000, UTC)
    assert told.deadline == datetime(2011, 12, 5, 23, tzinfo=UTC)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_texts_are_kept_as_they_are(text: str) -> None:
    if text.isspace():
        assert refusal(who=text) == ("row.empty", "who")
    else:
        assert act(who=text).officer == text


def test_a_text_longer_than_a_label_is_refused_and_never_cut() -> None:
    assert act(who="x" * 200).officer == "x" * 200
    assert refusal(who="x" * 201) == ("row.too_long", "who")


@pytest.mark.parametrize("column", ["case", "task", "what", "who", "office", "when"])
def test_an_act_without_a_name_a_person_or_a_time_is_refused(column: str) -> None:
    assert refusal(**{column: " "}) == ("row.empty", column)


def test_a_constant_stands_for_an_empty_cell_where_the_mapping_says_so() -> None:
    said = mapping().model_dump()
    said["act"]["officer"] = {"column": "who", "constant": "system"}
    assert act(LogMapping.model_validate(said), who="").officer == "system"
    assert act(LogMapping.model_validate(said)).officer == "Clerk 3"


def test_a_text_that_means_no_value_is_one_only_where_the_mapping_says_so() -> None:
    assert act(office="EMPTY").organisation == "EMPTY"
    with pytest.raises(BadRow, match=r"row\.empty office"):
        act(mapping(absent=["EMPTY"]), office="EMPTY")


@given(
    st.integers(0, 399 * 365 * 86_400_000_000).map(lambda us: timedelta(days=2, microseconds=us)),
    st.integers(-14 * 60, 14 * 60),
)
def test_times_are_exact_to_the_millisecond_in_whatever_offset(
    since: timedelta, minutes: int
) -> None:
    written = datetime(1900, 1, 1, tzinfo=timezone(timedelta(minutes=minutes))) + since
    at = act(when=written.isoformat(" ")).at
    assert at.tzinfo is UTC
    assert timedelta(0) <= written - at < timedelta(milliseconds=1)
    assert at.microsecond % 1000 == 0


def test_a_time_without_offset_needs_a_zone_and_follows_its_summer_and_winter() -> None:
    assert refusal(when="2011-07-01 12:00") == ("row.time_without_offset", "when")
    amsterdam = ZoneInfo("Europe/Amsterdam")
    assert act(zone=amsterdam, when="2011-07-01 12:00").at.hour == 10
    assert act(zone=amsterdam, when="2011-12-01 12:00").at.hour == 11
    assert act(zone=amsterdam, when="2011-12-01 12:00+00:00").at.hour == 12
    twice = act(zone=amsterdam, when="2011-10-30 02:30").at
    assert twice == datetime(2011, 10, 30, 0, 30, tzinfo=UTC), "the first of the two"


def test_times_of_another_form_are_read_by_it() -> None:
    said = mapping(time="%d-%m-%Y %H:%M:%S")
    found = act(said, zone=timezone(timedelta(hours=8)), when="11-10-2011 13:45:40")
    assert found.at == datetime(2011, 10, 11, 5, 45, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("yesterday", "row.time_unreadable"),
        ("2011-02-30 10:00+01:00", "row.time_unreadable"),
        ("0001-01-01 00:00+08:00", "row.time_out_of_range"),
        ("9999-12-31 23:59-08:00", "row.time_out_of_range"),
        ("1899-12-31 12:00+00:00", "row.time_out_of_range"),
    ],
)
def test_what_is_no_time_or_no_likely_one_is_refused(text: str, code: str) -> None:
    assert refusal(when=text) == (code, "when")


def composed() -> RowReader:
    said = mapping().model_dump()
    said["act"]["id"] = ["what", "who", "when"]
    return RowReader(LogMapping.model_validate(said), None)


def composed_id(reader: RowReader, what: str, who: str) -> str:
    cells = {**ROW, "what": what, "who": who}
    return reader.act([cells[name] for name in reader.columns]).id


_SLASHED = st.text("a/\\", min_size=1, max_size=6)


@given(st.tuples(_SLASHED, _SLASHED), st.tuples(_SLASHED, _SLASHED))
def test_acts_named_by_several_columns_never_share_a_name(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    same = composed_id(composed(), *one) == composed_id(composed(), *other)
    assert same == (one == other)


def test_a_column_is_read_once_however_many_things_it_tells() -> None:
    said = mapping().model_dump()
    said["case"]["responsible"] = {"column": "who"}
    reader = RowReader(LogMapping.model_validate(said), None)
    assert sorted(reader.columns) == sorted(set(reader.columns)) == sorted(COLUMNS)
    assert reader.optional == {"begun", "ended", "due"}


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("act", "officer", None),
        ("act", "officer", {}),
        ("act", "id", []),
        ("act", "id", ""),
        ("case", "item", {"constant": "x" * 201}),
        ("case", "items", "what"),
        ("format", "delimiter", "\n"),
        ("format", "delimiter", ";;"),
        ("format", "encoding", "utf-99"),
        ("format", "encoding", "base64"),
        ("format", "encoding", "utf-7"),
        ("format", "time", "%H:%M"),
        ("format", "time", "%d.%m. %H:%M"),
        ("format", "time", "%Q"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(part: str, name: str, value: Any) -> None:
    said = mapping().model_dump()
    said[part][name] = value
    with pytest.raises(ValidationError, match=rf"{part}\.{name}"):
        LogMapping.model_validate(said)


def test_an_act_belongs_to_the_day_at_its_own_place() -> None:
    late = act(when="2011-10-11 23:30:00+02:00")
    assert (late.at.date(), late.on) == (date(2011, 10, 11), date(2011, 10, 11))
    early = act(when="2011-10-12 00:30:00+02:00")
    assert (early.at.date(), early.on) == (date(2011, 10, 11), date(2011, 10, 12))

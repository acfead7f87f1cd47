"""The rows of a log become the streams of its cases."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events.external import ExternalActRecorded, ExternalCaseClosed, ExternalCaseOpened
from services.kernel.imported_cases import Entry, GatheredLog
from services.kernel.log_mapping import LogMapping
from services.kernel.log_rows import BadRow, Remark, RowReader

MAPPING = LogMapping.model_validate(
    {
        "log": "permits",
        "act": {
            "case": "case",
            "id": "task",
            "activity": "what",
            "officer": "who",
            "organisation": "office",
            "at": "when",
        },
        "case": {
            "item": "item",
            "organisation": "department",
            "responsible": "responsible",
            "start": "begun",
            "end": "ended",
        },
    }
)
DAY = datetime(2011, 10, 11, 8, tzinfo=UTC)
Row = dict[str, str]


def hour(number: float) -> str:
    return (DAY + timedelta(hours=number)).isoformat()


def row(task: str, at: float, **cells: str) -> Row:
    usual = {
        "case": "c-1",
        "task": task,
        "what": "Receipt",
        "who": "Clerk 3",
        "office": "Hall",
        "when": hour(at),
        "item": "Permit",
        "department": "",
        "responsible": "",
        "begun": hour(0),
        "ended": "",
    }
    return {**usual, **cells}


def gathered(*rows: Row) -> tuple[GatheredLog, list[tuple[int, Remark]]]:
    reader = RowReader(MAPPING, None)
    log = GatheredLog("permits", reader)
    remarks: list[tuple[int, Remark]] = []
    for line, cells in enumerate(rows, start=2):
        said = log.add(line, [cells[name] for name in reader.columns])
        remarks += [(line, remark) for remark in said]
    return log, remarks


def stream(*rows: Row, case: str = "c-1") -> list[Entry]:
    return list(gathered(*rows)[0].entries(case))


def names(entries: list[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def opening(*rows: Row) -> ExternalCaseOpened:
    event = stream(*rows)[0].event
    assert isinstance(event, ExternalCaseOpened)
    return event


def test_a_case_is_opened_then_worked_then_closed() -> None:
    opened, act, closed = stream(row("t-1", 1, ended=hour(2), responsible="Clerk 9"))
    assert opened.at == DAY
    assert opened.event == ExternalCaseOpened(
        log="permits", log_case="c-1", item="Permit", organisation="Hall", responsible="Clerk 9"
    )
    assert act.event == ExternalActRecorded(
        log="permits",
        log_case="c-1",
        log_act="t-1",
        activity="Receipt",
        officer="Clerk 3",
        organisation="Hall",
        acted_on=DAY.date(),
    )
    assert closed.event == ExternalCaseClosed(log="permits", log_case="c-1")
    assert closed.at == DAY + timedelta(hours=2)


def test_a_case_without_an_end_stays_open() -> None:
    assert names(stream(row("t-1", 1))) == ["opened", "act:t-1"]


def test_acts_after_the_end_of_the_case_still_count() -> None:
    rows = [row("late", 5, ended=hour(2)), row("on the hour", 2, ended=hour(2))]
    assert names(stream(*rows)) == ["opened", "act:on the hour", "closed", "act:late"]


def test_a_case_whose_beginning_is_not_told_begins_with_its_first_act() -> None:
    opened, *_ = stream(row("t-2", 3, begun="", office="Annex"), row("t-1", 1, begun=""))
    assert opened.at == DAY + timedelta(hours=1)
    assert opening(row("t-2", 3, office="Annex"), row("t-1", 1)).organisation == "Hall"


def test_an_opening_stands_first_even_if_acts_are_older() -> None:
    assert names(stream(row("t-1", -4))) == ["opened", "act:t-1"]


_HOURS = st.lists(st.integers(0, 9), min_size=1, max_size=12)


@given(_HOURS, st.integers(0, 9))
def test_acts_stand_in_order_of_time_and_then_of_the_file(hours: list[int], end: int) -> None:
    rows = [row(f"t-{n}", at, ended=hour(end)) for n, at in enumerate(hours)]
    entries = stream(*rows)
    assert names(entries)[0] == "opened"
    in_order = [f"act:t-{n}" for n, _ in sorted(enumerate(hours), key=lambda each: each[1])]
    assert [name for name in names(entries) if name.startswith("act:")] == in_order
    times = [entry.at for entry in entries[1:]]
    assert times == sorted(times)


@given(_HOURS, st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_no_events_name_time_or_content(
    hours: list[int], chance: Random
) -> None:
    rows = [row(f"t-{n}", at, case=f"c-{n % 3}", ended=hour(4)) for n, at in enumerate(hours)]
    shuffled = list(rows)
    chance.shuffle(shuffled)
    for case in {each["case"] for each in rows}:
        straight, mixed = stream(*rows, case=case), stream(*shuffled, case=case)
        assert sorted(straight, key=lambda entry: entry.name) == sorted(
            mixed, key=lambda entry: entry.name
        )


@given(_HOURS, st.integers(0, 12))
def test_a_longer_log_has_all_events_of_the_shorter_one_and_more(
    hours: list[int], kept: int
) -> None:
    rows = [row(f"t-{n}", at, case=f"c-{n % 3}") for n, at in enumerate(hours)]
    shorter, longer = gathered(*rows[:kept])[0], gathered(*rows)[0]
    assert set(shorter.cases) <= set(longer.cases)
    for case in shorter.cases:
        before, after = list(shorter.entries(case)), list(longer.entries(case))
        assert {(e.name, e.at) for e in before} <= {(e.name, e.at) for e in after}


def test_what_the_log_says_first_of_a_case_counts_and_another_word_is_reported_once() -> None:
    rows = [
        row("t-1", 1, responsible="Clerk 9"),
        row("t-2", 2, responsible="Clerk 4"),
        row("t-3", 3, responsible="Clerk 5", department="Permits"),
        row("t-4", 4, responsible="Clerk 9", department="Roads"),
    ]
    _, remarks = gathered(*rows)
    assert opening(*rows).responsible == "Clerk 9"
    assert opening(*rows).organisation == "Permits"
    assert remarks == [
        (3, Remark("case.contradiction", "responsible", 2)),
        (5, Remark("case.contradiction", "organisation", 4)),
    ]


def test_what_a_later_row_knows_of_the_case_is_filled_in_without_a_word() -> None:
    rows = [row("t-1", 1), row("t-2", 2, ended=hour(3), responsible="Clerk 9"), row("t-3", 3)]
    assert gathered(*rows)[1] == []
    assert names(stream(*rows))[-1] == "closed"
    assert opening(*rows).responsible == "Clerk 9"


def test_one_act_told_twice_is_one_act_and_a_remark() -> None:
    log, remarks = gathered(row("t-1", 1), row("t-2", 2), row("t-1", 1))
    assert log.acts == 2
    assert remarks == [(4, Remark("row.repeated", "", 2))]


def test_two_cases_may_use_the_same_act_names() -> None:
    log, remarks = gathered(row("t-1", 1), row("t-1", 2, case="c-2", who="Clerk 7"))
    assert (log.acts, log.cases, remarks) == (2, ("c-1", "c-2"), [])


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (row("t-1", 7), "row.act_id_taken"),
        (row("t-1", 1, who="Clerk 8"), "row.act_id_taken"),
        (row("t-3", 3, who=""), "row.empty"),
        (row("t-3", 3, ended="soon"), "row.time_unreadable"),
        (row("t-3", 3, case="c-9", ended="soon"), "row.time_unreadable"),
    ],
)
def test_a_bad_row_is_refused_whole(bad: Row, code: str) -> None:
    good = [row("t-1", 1), row("t-2", 2)]
    log, _ = gathered(*good)
    reader = RowReader(MAPPING, None)
    with pytest.raises(BadRow, match=code.replace(".", r"\.")):
        log.add(9, [bad[name] for name in reader.columns])
    assert log.cases == ("c-1",)
    assert list(log.entries("c-1")) == stream(*good)

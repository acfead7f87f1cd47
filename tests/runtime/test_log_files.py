"""A log as a file: a broken row costs itself and nothing after it."""

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kernel.log_mapping import LogFormat
from services.kernel.log_rows import BadRow, Remark
from services.runtime.csv_log import LONGEST_LINE, LONGEST_ROW, csv_rows
from services.runtime.log_files import read_log
from services.runtime.log_found import Found, LogUnusable
from services.runtime.xes_log import xes_rows

COLUMNS = ("b", "a")
Shown = list[tuple[int, Any]]


def shown(found: Any) -> Shown:
    return [(each.line, getattr(each.what, "code", each.what)) for each in found]


def rows(text: str | bytes, **form: Any) -> Shown:
    raw = text.encode() if isinstance(text, str) else text
    return shown(csv_rows(io.BytesIO(raw), COLUMNS, LogFormat(**form)))


def test_the_columns_asked_for_come_in_the_order_asked_for() -> None:
    assert rows("a,x,b\n1,2,3\n") == [(2, ("3", "1"))]


def test_byte_order_mark_blank_lines_and_line_ends_of_windows_do_not_matter() -> None:
    assert rows("\ufeffa,b\r\n\r\n1,2\r\n\r\n3,4") == [(3, ("2", "1")), (5, ("4", "3"))]


def test_a_value_may_hold_delimiters_quotes_and_lines() -> None:
    assert rows('a,b\n"1,""\n!",2\n3,4\n') == [(2, ("2", '1,"\n!')), (4, ("4", "3"))]


def test_a_row_with_another_number_of_fields_is_bad() -> None:
    assert rows("a,b\n1\n1,2,3\n4,5\n") == [
        (2, "row.fields"),
        (3, "row.fields"),
        (4, ("5", "4")),
    ]


def test_bytes_that_are_no_text_spoil_their_own_row_only() -> None:
    assert rows(b"a,b\n\xff,2\n3,4\n") == [(2, "row.undecodable"), (3, ("4", "3"))]
    chinese = "a,b\n受理,办结\n".encode("gb18030") + b"\xff\xff,2\n3,4\n"
    assert rows(chinese, encoding="gb18030") == [
        (2, ("办结", "受理")),
        (3, "row.undecodable"),
        (4, ("4", "3")),
    ]


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest() -> None:
    text = 'a,b\n"1,2\n' + "3,4\n" * (2 * LONGEST_ROW)
    found = rows(text)
    assert found[0] == (2, "row.quotes")
    assert found[1:] == [(line, ("4", "3")) for line in range(3, 2 * LONGEST_ROW + 3)]
    assert rows('a,b\n1,2\n3,"4\n5,6\n') == [
        (2, ("2", "1")),
        (3, "row.quotes"),
        (4, ("6", "5")),
    ]


def test_a_quote_in_the_wrong_place_is_bad_and_the_next_line_is_read() -> None:
    assert rows('a,b\n"1"x,2\n3,4\n') == [(2, "row.quotes"), (3, ("4", "3"))]


def test_a_line_without_end_is_not_kept_in_memory() -> None:
    text = "a,b\n1," + "x" * (2 * LONGEST_LINE) + "\n3,4\n"
    assert rows(text) == [(2, "row.line_too_long"), (3, ("4", "3"))]


@pytest.mark.parametrize("raw", [b"", b"\n", b"\xff,b\n1,2\n", b'"a,b\n1,2\n'])
def test_a_file_without_a_head_is_of_no_use(raw: bytes) -> None:
    with pytest.raises(LogUnusable, match="name the columns"):
        rows(raw)


def test_a_column_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(LogUnusable, match=r"lacks columns.*: b\. It has: a, c"):
        rows("a,c\n1,2\n")
    with pytest.raises(LogUnusable, match="there twice: a"):
        rows("a,b,a\n1,2,3\n")


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    st.lists(st.tuples(_TEXT, _TEXT), max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_whatever_the_csv_module_writes_is_read_as_it_was(
    table: list[tuple[str, str]], delimiter: str, encoding: str
) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerows([("a", "b"), *table])
    found = rows(written.getvalue().encode(encoding), delimiter=delimiter, encoding=encoding)
    assert [row for _, row in found] == [(b, a) for a, b in table]


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_any_bytes_after_the_head_are_rows_or_bad_rows(noise: bytes) -> None:
    found = rows(b"a,b\n" + noise + b"\n1,2\n", encoding="utf-8")
    assert [line for line, _ in found] == sorted({line for line, _ in found})
    assert found


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <global scope="event"><string key="a" value="?"/></global>
  <string key="a" value="of the log"/>
  <trace>
    <string key="name" value="c-1"/>
    <event>
      <string key="a" value="受理 &amp; 登记"/><date key="b" value="2011-10-11T13:45:40+02:00"/>
    </event>
    <event><int key="b" value="7"><string key="a" value="of an attribute"/></int></event>
    <string key="late" value="told at the end"/>
  </trace>
</log>
"""
EVENTS = [
    (7, ("2011-10-11T13:45:40+02:00", "受理 & 登记", "c-1", "told at the end")),
    (10, ("7", "", "c-1", "told at the end")),
]


def events(text: str, *columns: str, optional: tuple[str, ...] = ()) -> Shown:
    names = columns or ("b", "a", "case:name", "case:late")
    return shown(xes_rows(io.BytesIO(text.encode()), names, set(optional)))


def test_an_xes_event_has_its_own_attributes_and_those_of_its_trace() -> None:
    assert events(XES) == EVENTS


def test_the_name_space_of_xes_may_have_a_prefix_or_be_missing() -> None:
    bare = XES.replace(' xmlns="http://www.xes-standard.org/"', "")
    assert events(bare) == EVENTS
    prefixed = XES.replace("xmlns=", "xmlns:x=").replace("<", "<x:").replace("<x:/", "</x:")
    assert events(prefixed.replace("<x:?", "<?")) == EVENTS


def test_a_trace_without_events_is_reported() -> None:
    empty = XES.replace("<trace>", '<trace><string key="name" value="c-0"/></trace>\n<trace>', 1)
    assert events(empty)[0] == (5, "row.trace_without_events")


def test_an_xes_file_that_breaks_off_gives_what_stands_before() -> None:
    broken = XES.replace("</log>", "<trace><event>")
    assert events(broken)[:-1] == EVENTS
    assert events(broken)[-1][1] == "file.damaged"


def test_an_attribute_that_occurs_nowhere_is_an_error_only_where_it_is_needed() -> None:
    with pytest.raises(LogUnusable, match=r"lacks columns.*: case:end.*a, b, case:late, case:name"):
        events(XES, "a", "case:end")
    found = list(xes_rows(io.BytesIO(XES.encode()), ("a", "case:end"), {"case:end"}))
    assert found[-1].what == Remark("file.column_absent", "case:end")


def test_a_document_type_declaration_is_refused() -> None:
    bomb = '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(LogUnusable, match="DOCTYPE"):
        events(XES.replace("\n<log", f"\n{bomb}\n<log", 1))


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "<?xml version='1.0' encoding='gbk'?><log/>"])
def test_what_is_no_xes_is_of_no_use(text: str) -> None:
    with pytest.raises(LogUnusable, match="no readable XES"):
        events(text)


class Reader:
    """Wants two columns."""

    columns = COLUMNS
    optional: frozenset[str] = frozenset()


def read(path: Path) -> list[Found]:
    reader: Any = Reader()
    return list(read_log(path, reader, LogFormat(), lambda _: None))


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "log", "log.XES", "log.xes.gz"])
def test_a_file_is_known_by_its_name_and_whether_it_is_packed_by_its_content(
    tmp_path: Path, name: str
) -> None:
    is_xes = "xes" in name.lower()
    raw = (XES if is_xes else "a,b\n1,2\n").encode()
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith("gz") else raw)
    assert len(read(tmp_path / name)) == (2 if is_xes else 1)


def test_a_packed_file_that_breaks_off_gives_what_stands_before(tmp_path: Path) -> None:
    text = "a,b\n" + "".join(f"{n},{n * n}\n" for n in range(50_000))
    packed = gzip.compress(text.encode())
    (tmp_path / "log.csv.gz").write_bytes(packed[: len(packed) // 2])
    *before, last = read(tmp_path / "log.csv.gz")
    assert before
    assert [each.what for each in before] == [(str(n * n), str(n)) for n in range(len(before))]
    assert isinstance(last.what, BadRow)
    assert (last.line, last.what.code) == (len(before) + 2, "file.damaged")

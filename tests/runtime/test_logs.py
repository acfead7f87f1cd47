"""The process log: fixed messages, fields of the allow-list, and no person in it."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from services.runtime import logs, metrics, trace
from services.runtime.settings import LogSettings

ID_NUMBER = "532526199003074417"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Person(BaseModel):
    """Somebody with an ID number that is too long here."""

    id_number: int


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    out = io.StringIO()
    logs.configure(LogSettings(format="json"), "intake", "intake-0", out)
    yield out
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def dropped_so_far() -> float:
    (metric,) = metrics.counter("log_fields_dropped").collect()
    return metric.samples[0].value


def test_a_line_names_service_instance_level_and_time(written: io.StringIO) -> None:
    logs.logger().info("command refused", case_id="c", code="review.concluded")
    (line,) = lines(written)
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "command refused",
        "case_id": "c",
        "code": "review.concluded",
        "service": "intake",
        "instance": "intake-0",
        "level": "info",
    }


def test_chinese_is_written_as_it_is(written: io.StringIO) -> None:
    logs.logger().info("started", what="暂不可用")
    logs.logger().info("started", reason="暂不可用")
    assert "暂不可用" in written.getvalue()
    assert "\\u" not in written.getvalue()


def test_a_field_that_is_not_allowed_is_dropped_named_and_counted(written: io.StringIO) -> None:
    before = dropped_so_far()
    logs.logger().info("case accepted", case_id="c", applicant="张三", phone="13800000000")
    (line,) = lines(written)
    assert line["dropped_fields"] == ["applicant", "phone"]
    assert "张三" not in written.getvalue()
    assert "13800000000" not in written.getvalue()
    assert dropped_so_far() == before + 2


def test_an_exception_is_told_by_class_and_place_without_what_was_typed(
    written: io.StringIO,
) -> None:
    try:
        try:
            Person.model_validate_json(f'{{"id_number": "{ID_NUMBER}x"}}')
        except ValidationError as wrong:
            raise OSError(28, "No space left on device") from wrong
    except OSError:
        logs.logger().exception("batch not written", topic="case.intake.events.v1")
    (line,) = lines(written)
    assert line["error"] == "OSError: [Errno 28] No space left on device <- ValidationError"
    assert any("test_logs.py" in frame for frame in line["traceback"])
    assert ID_NUMBER not in written.getvalue()


@pytest.mark.parametrize("error", [KeyError(ID_NUMBER), ValueError(ID_NUMBER)])
def test_exceptions_that_quote_their_input_stay_silent_about_it(
    error: Exception, written: io.StringIO
) -> None:
    logs.logger().error("line not read", exc_info=error)
    assert lines(written)[0]["error"] == type(error).__name__
    assert ID_NUMBER not in written.getvalue()


def test_exceptions_that_know_one_another_in_a_ring_are_told_once(written: io.StringIO) -> None:
    one, other = RuntimeError("one"), RuntimeError("other")
    one.__cause__, other.__cause__ = other, one
    logs.logger().error("stopped", exc_info=one)
    assert lines(written)[0]["error"] == "RuntimeError: one <- RuntimeError: other"


def test_libraries_are_heard_from_warning_on_through_the_same_form(written: io.StringIO) -> None:
    library = logging.getLogger("aiokafka.conn")
    library.info("connected")
    library.warning("connection to %s lost", "node 0")
    library.log(logging.WARNING + 5, "in between")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    found = lines(written)
    assert [line["logger"] for line in found] == ["aiokafka.conn", "aiokafka.conn", "py.warnings"]
    assert found[0]["event"] == "connection to node 0 lost"
    assert found[0]["service"] == "intake"
    assert found[1]["level"] == "warning"


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("<class 'aiokafka.errors.NotEnoughReplicasError'>", False),
        ("Unable to verify the partition has been added to the transaction.", False),
        ("<class 'aiokafka.errors.NotLeaderForPartitionError'>", True),
    ],
)
def test_the_first_produce_of_a_transaction_makes_no_noise(
    reason: str, told: bool, written: io.StringIO
) -> None:
    logging.getLogger("aiokafka.producer.sender").warning(
        "Got error produce response on topic-partition %s, retrying. Error: %s", "t-0", reason
    )
    assert bool(lines(written)) is told


def test_a_line_below_the_level_is_not_written(written: io.StringIO) -> None:
    logs.logger().debug("polled")
    assert written.getvalue() == ""


def test_a_line_carries_the_trace_of_its_request(written: io.StringIO) -> None:
    token = trace.TRACEPARENT.set("")
    try:
        trace.begin(TRACE.encode())
        logs.logger().info("command written")
    finally:
        trace.TRACEPARENT.reset(token)
    logs.logger().info("stopped")
    first, second = lines(written)
    assert first["trace"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert "trace" not in second


@pytest.mark.parametrize("given", [None, b"", b"00-" + b"0" * 32 + b"-00f067aa0ba902b7-01", b"x"])
def test_a_missing_or_broken_trace_is_replaced_by_one_of_ours(given: bytes | None) -> None:
    token = trace.TRACEPARENT.set("")
    try:
        first, second = trace.begin(given), trace.begin(given)
        assert first != second
        assert trace.begin(first.encode()) == first
    finally:
        trace.TRACEPARENT.reset(token)


def test_on_a_terminal_lines_are_coloured_text() -> None:
    out = io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logs.configure(LogSettings(format="console"), "intake", "intake-0", out)
    logs.logger().info("serving", port=8081)
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    assert "serving" in out.getvalue()
    assert not out.getvalue().startswith("{")

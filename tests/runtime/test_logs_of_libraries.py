"""A library that says the same again and again is heard once in ten seconds."""

import logging

from services.runtime.logs import SaidBefore


def refused(port: int) -> logging.LogRecord:
    """Give a line as aiokafka writes it at every try."""
    return logging.LogRecord(
        "aiokafka", logging.ERROR, "client.py", 1, "Unable connect to node %s", (port,), None
    )


def test_the_same_line_with_other_values_is_written_once_and_then_after_ten_seconds() -> None:
    now = 0.0
    worth = SaidBefore(10.0, lambda: now)
    assert [worth(refused(port)) for port in range(4)] == [True, False, False, False]
    now = 10.0
    again = refused(5)
    assert worth(again)
    assert again.kept_back == 3  # type: ignore[attr-defined]  # set by the filter


def test_another_line_is_not_held_back() -> None:
    worth = SaidBefore(10.0, lambda: 0.0)
    other = logging.LogRecord("aiokafka", logging.ERROR, "client.py", 1, "Unable", (), None)
    assert worth(refused(1))
    assert worth(other)

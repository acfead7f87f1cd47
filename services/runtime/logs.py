"""The process log, for operators: fixed messages, values in fields of an allow-list, no person."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, MutableMapping
from time import monotonic
from typing import Any, Final, TextIO, TypeAlias

import orjson
import structlog
from structlog.typing import FilteringBoundLogger

from services.runtime import metrics
from services.runtime.settings import LogSettings
from services.runtime.trace import TRACEPARENT, trace_id

Fields: TypeAlias = MutableMapping[str, Any]

ALLOWED: Final = frozenset(
    {
        "address",
        "applicant_ref",
        "attempt",
        "base_url",
        "case_id",
        "check",
        "code",
        "command_id",
        "coordinator",
        "correlation_id",
        "count",
        "dropped_fields",
        "error",
        "event",
        "event_id",
        "exit_code",
        "expected",
        "file",
        "generation",
        "group",
        "instance",
        "kind",
        "level",
        "limit",
        "line",
        "logger",
        "lowest",
        "method",
        "name_of_command",
        "offset",
        "offsets",
        "organisation",
        "outcome",
        "partition",
        "partitions",
        "path",
        "pid",
        "port",
        "position",
        "reason",
        "records",
        "refusal",
        "role",
        "route",
        "rows",
        "seconds",
        "sequence",
        "service",
        "session_id",
        "since",
        "size",
        "snapshots",
        "status",
        "step_id",
        "table",
        "time",
        "timeout",
        "topic",
        "topics",
        "trace",
        "traceback",
        "transactional_id",
        "version",
        "wait_seconds",
    }
)
"""Fields that may be written. None holds a name, a phone, an ID number or a payload."""

_SPEAKING: Final = (
    OSError,
    TypeError,
    AttributeError,
    NameError,
    ImportError,
    RuntimeError,
    AssertionError,
)
_SPEAKING_MODULES: Final = ("services.", "schemas.", "aiokafka.", "faust.", "mode.", "uvicorn.")
REPEATED_SECONDS: Final = 10.0
_LOUD_LIBRARIES: Final = ("uvicorn", "uvicorn.error")
_VERIFYING: Final = ("NotEnoughReplicas", "Unable to verify the partition has been added")


def logger() -> FilteringBoundLogger:
    """Give the log of this process; takes on the settings at the first line."""
    bound: FilteringBoundLogger = structlog.get_logger()
    return bound


def configure(
    settings: LogSettings, service: str, instance: str, stream: TextIO | None = None
) -> None:
    """Send all logs of this process, those of libraries too, to `stream` (default: stderr).

    JSON lines in UTF-8, or coloured lines where `settings.format` is `console`, or `auto` on a
    terminal. Libraries are heard from `warning` on.
    """
    out = stream or sys.stderr
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    on_terminal = settings.format == "console" or (settings.format == "auto" and out.isatty())
    structlog.configure(
        processors=[
            _named(service, instance),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            written_exception,
            only_allowed,
            structlog.dev.ConsoleRenderer() if on_terminal else _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _route_libraries(level)


def only_allowed(_logger: object, _method: str, fields: Fields) -> Fields:
    """Drop each field that is not on the allow-list, name it in `dropped_fields`, and count it."""
    if fields.keys() <= ALLOWED:
        return fields
    dropped = sorted(fields.keys() - ALLOWED)
    metrics.counter("log_fields_dropped").inc(len(dropped))
    kept = {name: value for name, value in fields.items() if name in ALLOWED}
    return {**kept, "dropped_fields": dropped}


def written_exception(_logger: object, _method: str, fields: Fields) -> Fields:
    """Turn `exc_info` into `error` (class names, outermost first) and `traceback` (where).

    The text of an exception is kept only where it cannot quote what somebody typed: pydantic,
    `ValueError` and database errors repeat their input.
    """
    given = fields.pop("exc_info", None)
    raised = _raised(given)
    if raised is not None:
        chain = list(_chain(raised))
        fields["error"] = " <- ".join(_told(error) for error in chain)
        fields["traceback"] = [frame for error in chain for frame in _frames(error)]
    return fields


def _named(service: str, instance: str) -> Callable[[object, str, Fields], Fields]:
    def add(_logger: object, _method: str, fields: Fields) -> Fields:
        fields["service"], fields["instance"] = service, instance
        if traceparent := TRACEPARENT.get():
            fields["trace"] = trace_id(traceparent)
        return fields

    return add


def _as_json(_logger: object, _method: str, fields: Fields) -> str:
    return orjson.dumps(fields, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _raised(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple) and len(given) == 3:
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
    return found


def _told(error: BaseException) -> str:
    kind = type(error)
    speaks = isinstance(error, _SPEAKING) or f"{kind.__module__}.".startswith(_SPEAKING_MODULES)
    return f"{kind.__name__}: {error}" if speaks and str(error) else kind.__name__


def _frames(error: BaseException) -> list[str]:
    found, at = [], error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        found.append(f"{code.co_filename}:{at.tb_lineno} {code.co_name}")
        at = at.tb_next
    return found


def worth_writing(record: logging.LogRecord) -> bool:
    """Say whether a library's line tells an operator anything.

    aiokafka meets `NotEnoughReplicasError` on the first produce of each transaction on Kafka 4.2
    and tries again (pitfall A3): a line a transaction. A producer that is truly stuck shows by
    its transaction's time-out and by the lag.
    """
    if record.name != "aiokafka.producer.sender":
        return True
    text = record.getMessage()
    return not any(sign in text for sign in _VERIFYING)


class SaidBefore:
    """Lets the same line of a library through once in `seconds`.

    With the broker away each client of aiokafka says so at every try, a thousand lines a second a
    process: that fills disks, and takes from the broker the time to come back. What is the same is
    told by the template, before any values are filled in.
    """

    _MOST_TEMPLATES = 1000

    def __init__(
        self, seconds: float = REPEATED_SECONDS, now: Callable[[], float] = monotonic
    ) -> None:
        self._seconds, self._now = seconds, now
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def __call__(self, record: logging.LogRecord) -> bool:
        """Say whether to write the line; one that is tells how many were not, as `count`."""
        key, now = (record.name, str(record.msg)), self._now()
        since, kept_back = self._seen.get(key, (-self._seconds, 0))
        if now - since < self._seconds:
            self._seen[key] = since, kept_back + 1
            return False
        if len(self._seen) >= self._MOST_TEMPLATES:
            self._seen.clear()  # a library that fills values in by itself
        self._seen[key] = now, 0
        record.kept_back = kept_back
        return True


class _Through(logging.Handler):
    """Passes what libraries log through the same processors."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"logger": record.name}
        if kept_back := getattr(record, "kept_back", 0):
            fields["count"] = kept_back
        if record.exc_info:
            fields["exc_info"] = record.exc_info
        # Libraries invent levels between the five; structlog knows the five only.
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
        logger().log(level, record.getMessage(), **fields)


def _route_libraries(level: int) -> None:
    through = _Through()
    through.addFilter(worth_writing)
    through.addFilter(SaidBefore())
    root = logging.getLogger()
    root.handlers[:] = [through]
    root.setLevel(max(level, logging.WARNING))
    logging.captureWarnings(True)
    for name in _LOUD_LIBRARIES:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(max(level, logging.INFO))

"""One line in, one line out: the statutory clock as a calculator (`cunban clock explain`)."""

import re
from datetime import datetime
from typing import Annotated, Final

import orjson
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.kernel.calendar import Calendar, Unreckonable
from services.kernel.clock import ClockEvent, Extension, Limit, OfficeHours, Stop, Unit, clock_at

LONGEST_LINE: Final = 65_536
"""Bytes; a longer line is refused unread."""

_RFC_3339: Final = re.compile(
    r"(20\d\d|2100)-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
"""With the offset optional: a time without one has an error of its own."""


def explain_line(line: bytes | str, calendar: Calendar, hours: OfficeHours) -> str:
    """Answer one JSON line with one JSON line, without line end: `due_at, counted, remaining,
    stopped, provisional, explanation`, or `{"error": {"code", "field", "detail"}}`.

    Never raises: every bad line has its error, whose code is stable, and takes bounded time.
    """
    raw = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
    if len(raw) > LONGEST_LINE:
        answer = _error("clock.line_too_long", "", f"至多 at most {LONGEST_LINE} 字节 bytes.")
        return orjson.dumps(answer).decode()
    try:
        answer = _answer(_Question.model_validate_json(raw), calendar, hours)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False)[0]
        answer = _error(*_explained(first["type"], first["loc"]))
    except Unreckonable as unreckonable:
        answer = _error(unreckonable.code, "", unreckonable.detail)
    return orjson.dumps(answer).decode()


def _instant(value: object) -> object:
    # Not left to pydantic: it takes "1737550500" for an instant, too.
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        raise ValueError("not RFC 3339")
    return datetime.fromisoformat(value.upper())


_Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
_Days = Annotated[int, Field(ge=0, le=3650)]


class _StopLine(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    at: _Instant
    resume: _Instant | None = None
    announced_days: _Days
    procedure: Annotated[str, Field(max_length=200)] = ""


class _Question(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    start: _Instant
    limit: int
    unit: Unit = "working_days"
    stops: Annotated[tuple[_StopLine, ...], Field(max_length=100)] = ()
    extension_days: _Days = 0
    extension_granted_at: _Instant | None = None
    as_of: _Instant | None = None


def _answer(question: _Question, calendar: Calendar, hours: OfficeHours) -> dict[str, object]:
    events: list[ClockEvent] = [
        Stop(stop.at, stop.announced_days, stop.resume, stop.procedure) for stop in question.stops
    ]
    if question.extension_days or question.extension_granted_at is not None:
        events.append(Extension(question.extension_days, question.extension_granted_at))
    limit = Limit(question.limit, question.unit)
    state = clock_at(question.start, limit, events, calendar, hours, question.as_of)
    return {
        "due_at": state.due_at,
        "counted": state.counted,
        "remaining": state.remaining,
        "stopped": state.stopped,
        "provisional": state.provisional,
        "explanation": state.explanation,
    }


_FAULTS: Final[dict[str, tuple[str, str]]] = {
    "json_invalid": (
        "clock.not_json",
        "这一行不是 JSON：一行写一个对象 not JSON: write one object a line.",
    ),
    "model_type": (
        "clock.not_an_object",
        "须是 JSON 对象 a JSON object is wanted, as in docs/clocks.md.",
    ),
    "missing": ("clock.field_missing", "缺少此项，请补上 this field is missing: add it."),
    "extra_forbidden": (
        "clock.field_unknown",
        "没有此项，请核对拼写 no such field: check its spelling, or leave it out.",
    ),
    "greater_than_equal": ("clock.number_out_of_range", "应在 must lie in 0–3650."),
    "less_than_equal": ("clock.number_out_of_range", "应在 must lie in 0–3650."),
    "timezone_aware": (
        "clock.time_without_offset",
        "时间须带时区 add the offset, as in 2025-01-22T20:55:00+08:00.",
    ),
    "too_long": ("clock.too_many_stops", "停表至多 100 次 at most 100 stops."),
}
_BAD_TIME: Final = (
    "clock.time_malformed",
    "须为 2000–2100 年间带时区的时间 write RFC 3339 with offset, 2000–2100, "
    "as 2025-01-22T20:55:00+08:00.",
)
_BAD_FIELD: Final = (
    "clock.field_invalid",
    "类型或取值不对 wrong type or value: see docs/clocks.md.",
)
_TIME_FAULTS: Final = frozenset({"value_error", "datetime_type", "datetime_parsing"})


def _explained(fault: str, path: tuple[int | str, ...]) -> tuple[str, str, str]:
    code, detail = _FAULTS.get(fault, _BAD_TIME if fault in _TIME_FAULTS else _BAD_FIELD)
    return code, ".".join(str(part) for part in path), detail


def _error(code: str, field: str, detail: str) -> dict[str, object]:
    return {"error": {"code": code, "field": field, "detail": detail}}

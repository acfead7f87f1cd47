"""What the columns of another system's event log mean: the model of a mapping file."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.values import Label

ISO: Final = "iso"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(_Part):
    """Where a text stands. In the file a bare name means that column."""

    column: Label | None = None
    constant: Label | None = None
    """The text itself; beside a column, what stands for an empty one."""

    @model_validator(mode="before")
    @classmethod
    def _bare_name_is_a_column(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _says_something(self) -> Told:
        if self.column is None and self.constant is None:
            raise ValueError("neither column nor constant")
        return self


def _one_or_more(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


def _not_of_the_syntax(delimiter: str) -> str:
    if delimiter in '\r\n"':
        raise ValueError("not a delimiter")
    return delimiter


def _text_encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError("unknown encoding") from None
    if codecs.lookup(name).name == "utf-7":
        raise ValueError("can carry broken characters")
    return name


def _form_of_time(form: str) -> str:
    if form == ISO:
        return form
    sample = datetime(2011, 10, 23, 13, 45, 40, tzinfo=UTC)
    # There and back: finds unknown directives, and forms without a year, which would mean 1900.
    read = datetime.strptime(sample.strftime(form), form)  # noqa: DTZ007  only its day counts
    if read.date() != sample.date():
        raise ValueError("does not tell the day")
    return form


class LogFormat(_Part):
    """How the file is written. XES brings its own syntax: there only the times' part counts."""

    delimiter: Annotated[
        str, Field(min_length=1, max_length=1), AfterValidator(_not_of_the_syntax)
    ] = ","
    encoding: Annotated[str, AfterValidator(_text_encoding)] = "utf-8"
    time: Annotated[Label, AfterValidator(_form_of_time)] = ISO
    """`iso`, or a form of `strptime` such as `%d-%m-%Y %H:%M:%S`."""
    zone: Label | None = None
    """Of times without offset: `+08:00` or an IANA name. Without it such a time is refused."""
    absent: tuple[Label, ...] = ()
    """Texts that mean "no value", besides the empty one."""


class ActColumns(_Part):
    """Which columns tell an act; `case` names the case it belongs to."""

    case: Label
    id: Annotated[tuple[Label, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
    """Together unique within a case, and the same in every later version of the log."""
    activity: Told
    officer: Told
    organisation: Told
    at: Label


class CaseColumns(_Part):
    """Which columns tell the case; an empty cell means that the log does not know."""

    item: Told
    organisation: Told | None = None
    """Where it is not told: the organisation of the case's first act."""
    responsible: Told | None = None
    channel: Told | None = None
    start: Label | None = None
    """Where it is not told: the time of the case's first act."""
    end: Label | None = None
    deadline: Label | None = None
    planned_end: Label | None = None


class LogMapping(_Part):
    """A mapping file."""

    log: Label
    """Name of the log for ever: the same name means the same log, and it is the `source` of the
    timeliness rows."""
    format: LogFormat = LogFormat()
    act: ActColumns
    case: CaseColumns

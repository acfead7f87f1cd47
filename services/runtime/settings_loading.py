"""Settings of this process, where each came from, and what is wrong with them."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource, SettingsError

from services.runtime.settings import CONFIG_VARIABLE, PREFIX, Settings
from services.runtime.wording import Wording, reason

Origin: TypeAlias = Literal["command line", "environment", "file", "derived", "default"]
MASK: Final = "****"
_PASSWORDS: Final = re.compile(r"(://[^/\s:@]*:)\S+(?=@)|([?&]password=)[^&\s]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad setting."""

    variable: str
    reason: Wording
    example: str
    """What a good value looks like; empty where there is none."""


class SettingsWrong(Exception):
    """The settings cannot be used; `faults` names each variable. Trying again does not help."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(
            "; ".join(f"{f.variable}: {f.reason.zh} {f.reason.en} ({f.example})" for f in faults)
        )
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as it is declared."""

    path: tuple[str, ...]
    field: FieldInfo

    @property
    def name(self) -> str:
        """As in the file: `kafka.bootstrap`."""
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """As in the environment: `CUNBAN_KAFKA__BOOTSTRAP`."""
        return PREFIX + "__".join(self.path).upper()

    @property
    def example(self) -> str:
        """A value that could stand there."""
        return str(self.field.examples[0]) if self.field.examples else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting as it is in force, fit to be shown."""

    row: Row
    value: str
    origin: Origin


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` are of the command line, None meaning not given.

    Raises:
        SettingsWrong: a value is bad, or the file of `CUNBAN_CONFIG` is.
    """
    _require_file()
    try:
        return Settings(**_given(overrides))
    except ValidationError as wrong:
        faults = [
            _fault(error["type"], error["loc"], error.get("ctx", {})) for error in wrong.errors()
        ]
        raise SettingsWrong(tuple(faults)) from None
    except SettingsError:
        raise SettingsWrong(_bad_groups()) from None


def rows(model: type[BaseModel] = Settings, path: tuple[str, ...] = ()) -> Iterator[Row]:
    """Give every setting, groups in the order of their declaration."""
    for name, declared in model.model_fields.items():
        group = declared.annotation
        if isinstance(group, type) and issubclass(group, BaseModel):
            yield from rows(group, (*path, name))
        else:
            yield Row((*path, name), declared)


def shown(settings: Settings, **overrides: Any) -> tuple[Shown, ...]:
    """Give each setting with its value, passwords masked, and where it came from."""
    stronger: tuple[tuple[Origin, Mapping[str, Any]], ...] = (
        ("command line", _given(overrides)),
        ("environment", EnvSettingsSource(Settings)()),
        ("file", _file_content()),
    )
    return tuple(_shown(row, settings, stronger) for row in rows())


def unknown_variables(environment: Mapping[str, str]) -> tuple[Fault, ...]:
    """Give a fault for each `CUNBAN_…` variable that no setting reads, sorted."""
    known = {row.variable for row in rows()} | {CONFIG_VARIABLE}
    names = sorted(n for n in environment if n.startswith(PREFIX) and n not in known)
    return tuple(Fault(name, _UNKNOWN, "cunban config show") for name in names)


def masked(value: object) -> str:
    """Give `value` as text; a password in an address is replaced by asterisks."""
    return _PASSWORDS.sub(lambda found: f"{found[1] or found[2]}{MASK}", str(value))


def _given(overrides: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in overrides.items() if value is not None}


def _shown(
    row: Row, settings: Settings, stronger: tuple[tuple[Origin, Mapping[str, Any]], ...]
) -> Shown:
    value = _at(settings.model_dump(), row.path)
    for origin, values in stronger:
        if _at(values, row.path) is not None:
            return Shown(row, masked(value), origin)
    default = row.field.get_default()
    same = default is None or default == value
    return Shown(row, masked("" if value is None else value), "default" if same else "derived")


def _at(values: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(values, Mapping):
            return None
        values = values.get(name)
    return values


def _fault(kind: str, location: tuple[int | str, ...], limits: Mapping[str, Any]) -> Fault:
    path = tuple(str(part) for part in location)
    variable = PREFIX + "__".join(path).upper()
    below = [row for row in rows() if row.path[: len(path)] == path]
    if not below:
        return Fault(variable, _UNKNOWN, "cunban config show")
    said = reason(kind, limits) if below[0].path == path else _A_GROUP
    return Fault(variable, said, f"{below[0].variable}={below[0].example}")


def _bad_groups() -> tuple[Fault, ...]:
    groups = dict.fromkeys(row.path[:1] for row in rows() if len(row.path) > 1)
    faults = (_fault("", group, {}) for group in groups)
    return tuple(fault for fault in faults if fault.variable in os.environ)


_UNKNOWN: Final = Wording("没有这个设置项", "is not a setting")
_A_GROUP: Final = Wording("是一组设置，请逐项设置", "is a group: set its members")


def _require_file() -> None:
    if os.environ.get(CONFIG_VARIABLE):
        try:
            _file_content()
        except OSError as fault:
            said = Wording("无法读取该文件", f"cannot be read: {fault.strerror}")
        except tomllib.TOMLDecodeError as fault:
            said = Wording("不是有效的 TOML 文件", f"is not valid TOML: {fault}")
        else:
            return
        example = f"{CONFIG_VARIABLE}=/etc/cunban/cunban.toml"
        raise SettingsWrong((Fault(CONFIG_VARIABLE, said, example),))


def _file_content() -> dict[str, Any]:
    name = os.environ.get(CONFIG_VARIABLE)
    return tomllib.loads(Path(name).read_text("utf-8")) if name else {}

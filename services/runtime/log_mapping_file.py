"""Reading a mapping file and making sense of it on this machine."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import ValidationError

from services.kernel.log_mapping import LogMapping
from services.runtime.wording import Wording, reason


class MappingWrong(Exception):
    """The mapping cannot be used; one sentence for each thing that is wrong."""

    def __init__(self, told: tuple[Wording, ...]) -> None:
        super().__init__("; ".join(f"{each.zh} {each.en}" for each in told))
        self.told = told


def load_mapping(path: Path) -> LogMapping:
    """Read a mapping file.

    Raises:
        MappingWrong: it is no YAML, or does not have the form of a mapping; names the entries.
        OSError: it cannot be read.
    """
    try:
        return LogMapping.model_validate(yaml.safe_load(path.read_text("utf-8-sig")))
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        # The parser's own words name line and column; they take several lines.
        told = " ".join(str(broken).split())
        raise MappingWrong((Wording(f"不是 YAML：{told}", f"no YAML: {told}"),)) from broken
    except ValidationError as invalid:
        raise MappingWrong(tuple(_faults(invalid))) from invalid


def zone_of(name: str | None) -> tzinfo | None:
    """Give the zone of the times that have no offset: `+08:00` or an IANA name.

    Raises:
        MappingWrong: this machine knows no such zone.
    """
    if name is None:
        return None
    try:
        if name[0] in "+-":
            return datetime.fromisoformat(f"2000-01-01T00:00{name}").tzinfo
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as unknown:
        told = Wording(
            f"format.zone：本机不识时区 {name}，可写作 +08:00。",
            f"format.zone: this machine knows no zone {name}; +08:00 always works.",
        )
        raise MappingWrong((told,)) from unknown


def _faults(invalid: ValidationError) -> list[Wording]:
    faults = []
    for error in invalid.errors():
        where = ".".join(str(part) for part in error["loc"]) or "YAML"
        said = _OF_VALUE if error["type"] == "value_error" else None
        said = said or reason(error["type"], error.get("ctx", {}))
        own = f" ({error['ctx']['error']})" if error["type"] == "value_error" else ""
        faults.append(Wording(f"{where}：{said.zh}。", f"{where}: {said.en}{own}."))
    return faults


_OF_VALUE: Final = Wording("值不可用", "cannot be used")

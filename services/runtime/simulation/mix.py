"""What a simulated day is made of: a file that operators may edit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.values import ItemCode

Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shares(_Part):
    """Of all cases; `disagreed` of all opinions."""

    deficient: Share = 0.05
    """Papers missing; supplied after the notice."""
    not_accepted: Share = 0.02
    withdrawn: Share = 0.01
    """Before it is accepted."""
    rejected: Share = 0.04
    disagreed: Share = 0.10
    """Overruled by name by whoever decides."""
    left_open: Share = 0.05
    """Accepted, and not finished when the run ends."""
    by_agent: Share = 0.05
    """Handed in by the village's agent (代办员); never where the applicant must come."""
    offline: Share = 0.03
    """Captured without a line, the day before."""
    trespass: Share = 0.03
    """Somebody attempts what they may not do."""


class Mix(_Part):
    """How often each item comes, in proportion, and what goes which way."""

    items: Annotated[
        dict[ItemCode, Annotated[int, Field(ge=0, le=1000)]], Field(min_length=1, max_length=1000)
    ]
    shares: Shares = Shares()


class MixWrong(Exception):
    """The file is no mix; names the place."""


def read_mix(path: Path) -> Mix:
    """Read a mix.

    Raises:
        MixWrong: not there, not YAML, or a field does not fit.
    """
    try:
        return Mix.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as unreadable:
        raise MixWrong(f"{path}: {unreadable}") from unreadable
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MixWrong(f"{path}: {place}: {first['msg']}") from wrong

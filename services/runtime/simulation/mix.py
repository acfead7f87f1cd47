"""What a simulated day is made of: a file that operators may edit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from schemas.values import Channel, ItemCode, OrganisationPath
from services.runtime.simulation.acts import ACTS
from services.runtime.simulation.at_the_window import AT_THE_WINDOW
from services.runtime.simulation.visits import VISITS

REPEAT_TOPIC: Final = "repeat_topic"
"""Of topics: sent once more under the same key."""
REUSE_PAPERS: Final = "reuse_papers"
"""From the second day on: an applicant of an earlier day, whose papers are on file."""
RESULT_PUSHED: Final = "result_pushed"
"""Of what was reported up: the superior's own system tells the decision."""
BESIDES: Final = (REPEAT_TOPIC, REUSE_PAPERS, RESULT_PUSHED)
"""Rates of what is no row of a table, since no officer does it at a window or on a step."""
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Weight: TypeAlias = Annotated[int, Field(ge=0, le=1000)]


def _known(name: str) -> str:
    known = (*VISITS, *AT_THE_WINDOW, *ACTS, *BESIDES)
    if name not in known:
        raise ValueError(f"no such act, there are {', '.join(known)}")
    return name


ActName: TypeAlias = Annotated[str, AfterValidator(_known)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shares(_Part):
    """Of all cases; `disagreed` of all opinions, `given_up` of the deficient."""

    topics: Share = 0.0
    """Of all that is handed in: a topic with several items at once (一件事一次办)."""
    deficient: Share = 0.05
    """Papers missing; all of them are told at once, and supplied."""
    given_up: Share = 0.2
    """Withdrawn after the notice instead."""
    not_accepted: Share = 0.02
    withdrawn: Share = 0.01
    """Before it is accepted."""
    rejected: Share = 0.04
    disagreed: Share = 0.10
    """Overruled by name by whoever decides."""
    left_open: Share = 0.05
    """Accepted, and not finished when the run ends."""
    trespass: Share = 0.03
    """Somebody attempts what they may not do."""
    absent: Share = 0.05
    """Of the officers who are not alone on their post: does not come, from the second day on."""
    late: Share = 0.05
    """Of the same: signs in when half of the day's cases are done."""


class Abolished(_Part):
    """机构撤并: what becomes of an organisation on one of the days."""

    organisation: OrganisationPath
    """A village; it takes nothing in but what it hands over."""
    successor: OrganisationPath
    day: Annotated[int, Field(ge=2, le=366)]
    """Of the run; a shorter one leaves the organisation alone."""
    cases: Annotated[int, Field(ge=1, le=20)] = 3
    """At most so many lie there when it is abolished."""


class Mix(_Part):
    """How often each item comes, in proportion, and what goes which way."""

    items: Annotated[dict[ItemCode, Weight], Field(min_length=1, max_length=1000)]
    topics: Annotated[dict[ItemCode, Weight], Field(max_length=100)] = {}
    """How often each topic comes, in proportion."""
    channels: Annotated[dict[Channel, Weight], Field(min_length=1)] = {"village": 1}
    """Of those that the item comes in by."""
    week: Annotated[tuple[Annotated[float, Field(gt=0, le=100)], ...], Field(max_length=31)] = ()
    """How busy the days are, one after the other, over and over; all alike where it is empty."""
    shares: Shares = Shares()
    abolished: Abolished | None = None
    acts: dict[ActName, Share] = {}
    """How often an act is done where it fits; one that is not named is not done."""


class MixWrong(Exception):
    """The file is no mix; names the place."""


def read_mix(path: Path) -> Mix:
    """Read a mix.

    Raises:
        MixWrong: not there, not YAML, or a field does not fit; with file, line and field.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = Mix.model_validate(yaml.safe_load(text))
    except (OSError, UnicodeDecodeError) as unreadable:
        raise MixWrong(f"{path}: {unreadable}") from unreadable
    except yaml.YAMLError as broken:
        mark = getattr(broken, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise MixWrong(f"{path}:{line}: {getattr(broken, 'problem', broken)}") from broken
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        line = _line(yaml.compose(text, yaml.SafeLoader), first["loc"])
        raise MixWrong(f"{path}:{line}: {place}: {first['msg']}") from wrong
    except ValueError as no_such:  # a day that is none, 2026-02-30
        raise MixWrong(f"{path}: {no_such}") from no_such
    return found


def _line(node: yaml.Node | None, way: tuple[int | str, ...]) -> int:
    """Give the line, from 1, of the deepest part of `way` that the file has."""
    line = 1
    for part in way:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            named = [(key, value) for key, value in node.value if key.value == part]
            if not named:
                break
            key, node = named[-1]
            line = key.start_mark.line + 1
            continue
        else:
            break
        line = node.start_mark.line + 1
    return line

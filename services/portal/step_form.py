"""What a form of an act is made of: its title, and one description a field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

FieldKind: TypeAlias = Literal[
    "line",
    "text",
    "whole",
    "yuan",
    "instant",
    "day",
    "choice",
    "tick",
    "boxes",
    "pictures",
    "charges",
    "opinions",
    "checks",
]
"""`line` and `text` are words of one line or more; `tick` is yes or nothing; `boxes` several of
the choices; `pictures` files, uploaded with the form; `charges` a number beside each; `opinions`
yes or no with reasons beside each; `checks` found or not beside each."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body, as it is asked for."""

    name: str
    label: str
    english: str
    kind: FieldKind = "text"
    hint: str = ""
    required: bool = True
    usual: str = ""
    """What stands in it at first."""


@dataclass(frozen=True, slots=True)
class StepForm:
    """One act: its title, what it asks for, and what is said when it is done."""

    act: str
    title: str
    english: str
    done: str
    fields: tuple[Field, ...] = ()
    hint: str = ""

"""Reference facts of credit: what a kind of restriction does at the window."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from schemas.values import ItemCode, Label, RestrictionKind, Text, Value

Restraint: TypeAlias = Literal["block", "warn"]
"""A submission is refused, or taken in with the restriction shown."""


class CreditEffect(Value):
    """限制措施. Whom a restriction meets, and for what."""

    of: Literal["applicant", "agent"]
    """Whether the restricted one applies, or hands in for somebody else (代办、中介)."""
    items: Annotated[tuple[ItemCode, ...], Field(max_length=200)] = ()
    topics: Annotated[tuple[ItemCode, ...], Field(max_length=50)] = ()
    """With `items` empty, too, everything."""
    restraint: Restraint


class CreditRule(Value):
    """信用限制规则. What one kind of restriction does, in one version; nothing that it does not
    name is touched (一处受罚处处受制)."""

    kind_of_fact: ClassVar[str] = "credit-rule"

    kind: RestrictionKind
    version: Annotated[int, Field(ge=1)]
    valid_from: date
    name: Label
    name_en: Label
    effects: Annotated[tuple[CreditEffect, ...], Field(min_length=1, max_length=20)]
    longest_days: Annotated[int, Field(ge=1, le=36500)]
    """How long a restriction of this kind may last."""
    ask: Label
    """Whom the subject asks, and how it is repaired (信用修复)."""
    source: Text

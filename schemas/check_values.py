"""内部核查: what a department is asked to look up, and what it found."""

from __future__ import annotations

from typing import Literal, TypeAlias

from schemas.values import ItemCode, Label, Value

CheckFinding: TypeAlias = Literal["found", "not_found", "differs"]
"""内部核查结果: what the department has is as was said; it has nothing; it has something else."""


class CheckAsked(Value):
    """内部核查. One thing that another department is asked to look up."""

    code: ItemCode
    name: Label


class CheckAnswer(Value):
    """What the department found."""

    code: ItemCode
    found: CheckFinding

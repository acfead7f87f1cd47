"""Parts of an item that people read: what is checked, what is at risk, what must come first, and
why another level decides it now."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.values import ItemCode, Label, OrganisationPath, Text, Value


class ReviewRule(Value):
    """审查要点. One line of the checklist that is ticked before a decision."""

    code: ItemCode
    text: Text


class RiskPoint(Value):
    """廉政风险点. Where integrity is at risk, and what is done about it."""

    grade: Literal["high", "medium", "low"]
    risk: Text
    control: Text


class Precondition(Value):
    """前置条件. What must be there before an item can be asked for."""

    items: Annotated[tuple[ItemCode, ...], Field(min_length=1, max_length=9)]
    """Items of which one must have given the applicant a result that is in force."""
    paper: ItemCode
    """Material of this item that shows the result where it is not known here."""
    basis: Text


class InternalCheck(Value):
    """内部核查. What another department knows, asked of it in place of a certificate."""

    code: ItemCode
    name: Label
    """As the certificate was called: 无房证明."""
    department: OrganisationPath
    """Which knows; not on the item's own route, where it says so in its opinion."""


class AuthorityChange(Value):
    """职权调整. Why another level decides an item from this version on, or nobody any more."""

    change: Literal["devolved", "taken_back", "assumed", "handed_up", "cancelled", "restored"]
    """下放 to a lower level of the county, 上收 to a higher one; 承接 from the city or province,
    上交 to it; 取消, and 恢复 of what had been cancelled."""
    document: Label
    """Number of the document that orders it."""

"""Reference facts of internal checks: what an office asks another for, and not the applicant."""

from __future__ import annotations

from schemas.values import ItemCode, Label, OrganisationPath, Value


class InternalCheck(Value):
    """内部核查. What another department knows, asked of it in place of a certificate."""

    code: ItemCode
    name: Label
    """As the certificate was called: 无房证明."""
    department: OrganisationPath
    """Which knows; not on the item's own route, where it says so in its opinion."""

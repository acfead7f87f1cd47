"""Reference facts of seals: what an organisation stamps its results with, and who keeps it."""

from __future__ import annotations

from datetime import date

from schemas.values import ItemCode, Label, OfficerId, SealKind, Value


class Seal(Value):
    """印章. A seal of an organisation, in the days in which it is in force (两章制)."""

    code: ItemCode
    """Within the organisation; the same again once one is worn out and another follows it."""
    kind: SealKind
    name: Label
    """As it stands in the imprint."""
    keeper: OfficerId
    """印章保管人."""
    valid_from: date
    """Local day, as `valid_until`."""
    valid_until: date | None = None
    """Last day; None: until it is given back."""

"""The item of a case, as the catalogue had it when the case was accepted."""

from __future__ import annotations

from schemas.facts import Item
from services.kernel.decider import Reference, Refused
from services.review.core.state import Case, State


def item_of(state: State, reference: Reference) -> tuple[Case, Item]:
    """Give what the steps share, and the item in the version that the case keeps.

    Raises:
        Refused: `review.item_not_recorded`: the steps were received before it was told.
        UnknownReference: the version is not (yet) known here.
    """
    if (case := state.case) is None:
        raise Refused(
            "review.item_not_recorded", "该办件签收时未记载事项版本，只能认领、出具意见和作出决定。"
        )
    return case, reference.item(case.item_code, case.item_version)

"""`case.review.events.v1`: the seals that were put on what a decision brought about."""

from __future__ import annotations

from typing import ClassVar

from schemas.events.review import OfStep
from schemas.values import (
    Instant,
    ItemCode,
    Label,
    OfficerId,
    OrganisationPath,
    SealKind,
    SealOccasion,
)


class SealUsed(OfStep):
    """用印. One use of one seal, on one document, of the decision of its step."""

    type: ClassVar[str] = "cn.cunban.seal.used.v1"

    organisation: OrganisationPath
    """Whose seal it is, and whose document."""
    officer_id: OfficerId
    """Who issued or corrected the document."""
    seal: ItemCode
    kind: SealKind
    name: Label
    document_number: Label
    occasion: SealOccasion
    put_on_by: OfficerId
    """By whose hand."""
    used_at: Instant

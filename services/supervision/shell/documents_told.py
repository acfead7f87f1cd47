"""What the check of a document answers with, for those who read the API document."""

from __future__ import annotations

from typing import Literal

from services.runtime.api_document import Told


class DocumentTold(Told):
    """A document that is genuine, and whether it holds. Instants are RFC 3339, UTC."""

    number: str
    kind: str
    """`receipt`, `acceptance`, `deficiency`, `refusal`, `decision`, `stop`, `extension`,
    `result`."""
    name: str
    case_number: str
    item_name: str
    holder: str | None
    """Masked: 张*明."""
    issued_by: str
    issued_at: str
    valid_from: str | None
    valid_until: str | None
    """Last day; null where it has no end."""
    standing: Literal["in_force", "expired", "revoked", "replaced"]
    revoked_at: str | None
    replaced_at: str | None
    """Since when a duplicate copy (补发) holds in its place."""
    as_of: str
    lag_seconds: float

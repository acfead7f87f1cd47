"""What the rules of review must know of the bill, the result document and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.values import Carriage, Revocation, Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The one bill of the case; `words` are fingerprints of the events."""

    total_fen: int
    words: str
    settled: str | None = None
    """Words of the payment or the waiver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """The result document holds no more."""

    how: Revocation
    at: str
    """RFC 3339, UTC."""
    words: str
    """Fingerprint of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """The parcel was lost, or came back."""

    at: str
    """RFC 3339, UTC."""
    words: str
    """Fingerprint of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The result in other hands than ours, or under way to a locker."""

    by: Carriage
    carrier: str
    tracking_number: str
    handed_at: str
    """RFC 3339, UTC."""
    words: str
    """Fingerprint of the event."""
    lost: Setback | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The result document, as it reads after corrections."""

    document_number: str
    at: str
    """RFC 3339, UTC."""
    name: str = ""
    """Empty, as the days, in states written before they were kept."""
    valid_from: str = ""
    """Local day, `2026-03-09`; `valid_until` as well."""
    valid_until: str | None = None
    ready: str | None = None
    """Organisation where it lies ready."""
    told: str | None = None
    """Fingerprint of the latest notice that it is ready."""
    delivered: str | None = None
    """Fingerprint of the delivery."""
    revoked: Revoked | None = None
    parcel: Parcel | None = None
    """The latest; None where it never left us, or came back."""
    back: Setback | None = None
    """When the last parcel came back."""
    seals: tuple[str, ...] = ()
    """Names of those on it, in the order of the log."""
    duplicate: int = 0
    """Which duplicate copy it is; 0: the first that was issued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An error put right; both words are kept."""

    what: Literal["name", "valid_from", "valid_until", "survey_findings", "meeting_minutes"]
    survey: Survey | None
    old: str
    new: str
    officer_id: str
    at: str
    """RFC 3339, UTC."""

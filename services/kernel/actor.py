"""Who acts: an officer with posts, the applicant, or a service reacting to an event."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.values import Role


@dataclass(frozen=True, slots=True)
class Held:
    """A post: a role at an organisation, good for its whole subtree."""

    organisation: str
    role: Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks for something, with the posts they held at that moment."""

    officer_id: str
    """`applicant` and `system` stand for those who are not officers."""
    organisation: str
    """Path of the organisation that they act for; `source` of the events."""
    posts: tuple[Held, ...] = ()


SYSTEM = "system"


def is_within(path: str, subtree: str) -> bool:
    """Say whether `path` is `subtree` or lies below it; by code, never by position."""
    return path == subtree or path.startswith(subtree + "/")

"""Who acts: an officer with posts, the applicant, or a service reacting to an event."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.values import OfficerId, OrganisationPath, Role


@dataclass(frozen=True, slots=True)
class Held:
    """A post: a role at an organisation, good for its whole subtree."""

    organisation: OrganisationPath
    role: Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks for something, with the posts they held at that moment."""

    officer_id: OfficerId
    """`applicant` and `system` stand for those who are not officers."""
    organisation: OrganisationPath
    """Path of the organisation that they act for; `source` of the events."""
    posts: tuple[Held, ...] = ()


SYSTEM = "system"


def is_within(path: str, subtree: str) -> bool:
    """Say whether `path` is `subtree` or lies below it; by code, never by position."""
    return path == subtree or path.startswith(subtree + "/")

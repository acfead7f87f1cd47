"""Organisations that are abolished, and who does their work from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256

from schemas.facts import Officer, Organisation, Post
from services.kernel.actor import is_within
from services.kernel.calendar import ZONE, local
from services.kernel.decider import Reference


def heir(path: str, on: date, look: Callable[[str], Organisation | None]) -> str:
    """Give the organisation that does the work of `path` on the local day `on`: itself while it is
    not closed, else its successor, or theirs. `look` may give None for what is not closed.

    Where the successors lead round in a circle, or to none, the last that was reached.
    """
    passed = set()
    while path not in passed:
        passed.add(path)
        found = look(path)
        if found is None or found.successor is None or not is_closed(found, on):
            break
        path = found.successor
    return path


def heir_at(path: str, at: datetime, reference: Reference) -> str:
    """Give `heir` for the local day of the instant `at`. Raises `UnknownReference`."""
    return heir(path, local(at).date(), reference.organisation)


def is_closed(organisation: Organisation, on: date) -> bool:
    """Say whether `organisation` does nothing more on the local day `on`."""
    return organisation.closed_on is not None and organisation.closed_on <= on


def closed_among(organisations: Iterable[Organisation]) -> dict[str, Organisation]:
    """Give those with a day on which they are abolished, gone by or to come, by path."""
    return {o.path: o for o in organisations if o.closed_on is not None}


def closing_instant(closed_on: date) -> datetime:
    """Give the beginning of the local day from which nothing is done there."""
    return datetime(closed_on.year, closed_on.month, closed_on.day, tzinfo=ZONE)


def content_version(organisation: Organisation) -> str:
    """Give by what the facts of an organisation are known again, `organisation/a/d-land#1f0c92ab`:
    they have one key for life, so that their content has to tell."""
    content = organisation.model_dump_json(exclude_defaults=True).encode()
    return f"organisation{organisation.path}#{sha256(content).hexdigest()[:8]}"


def posts_inherited(
    officer: Officer, on: date, closed: Mapping[str, Organisation]
) -> tuple[Post, ...]:
    """Give what `officer` may do on `on` at closed organisations, whose work theirs has taken
    over, by path: the same role as at the heir. What such a one left undone is theirs to finish."""
    found = []
    for path in sorted(closed):
        to = heir(path, on, closed.get)
        if to != path:
            roles = {p.role for p in officer.posts if is_within(to, p.organisation)}
            found += [Post(organisation=path, role=role) for role in sorted(roles)]
    return tuple(found)

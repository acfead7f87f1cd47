"""What every query answer has: whether the tables can be read, as of when, how far behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, TypeVar

import orjson
from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from schemas.codec import instant_text
from services.kernel.actor import Actor, is_within
from services.kernel.calendar import local
from services.kernel.competence import RIGHTS
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock
from services.runtime.command_calls import Shell
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn, SignedInOfficer
from services.supervision.shell.projecting import Tables
from services.supervision.shell.queries import Scope
from services.supervision.shell.queries_cursor import BadCursor
from services.supervision.shell.store.engine import StoreUnavailable

Given = TypeVar("Given")
UNATTENDED: Final = "X-Cunban-Unattended"
"""Header of questions that a page asks by itself."""
_WATCHERS = frozenset({"inspector", "leader"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One caller's look at the tables."""

    tables: Tables
    book: ReferenceBook
    officer: SignedInOfficer
    scope: Scope
    as_of: datetime
    """Up to this instant the stream is in the tables; figures are for it."""

    @property
    def today(self) -> date:
        """The county's day."""
        return local(self.as_of).date()

    def covers(self, organisation: str) -> bool:
        """Say whether an organisation lies within what the caller may see."""
        return any(is_within(organisation, place) for place in self.scope.within)

    async def read(self, query: Callable[..., Given], *arguments: Any) -> Given:
        """Run a query with the store in front of `arguments`, in a thread.

        Raises:
            Problem: 503 `store.unavailable`; 422 `request.invalid` for a cursor not of ours.
        """
        return await read(self.tables, query, *arguments)

    def answer(self, body: Mapping[str, Any]) -> Response:
        """Give `body` with `as_of` and `lag_seconds`."""
        return fresh_answer(self.tables, body)


async def read(tables: Tables, query: Callable[..., Given], *arguments: Any) -> Given:
    """Run a query in a thread; the engine's client blocks (pitfall H6).

    Raises:
        Problem: as `Reading.read`.
    """
    try:
        return await run_in_threadpool(query, tables.store, *arguments)
    except StoreUnavailable as away:
        raise Problem("store.unavailable", headers={"Retry-After": "5"}) from away
    except BadCursor as broken:
        raise Problem("request.invalid") from broken


async def look(request: Request, officer: SignedIn) -> Reading:
    """Give the caller's look at the tables; a FastAPI dependency.

    Raises:
        Problem: 401, 403 `rights.denied`, 503 `store.unavailable` (with since when).
    """
    shell: Shell = request.app.state.shell
    # A board that reloads itself shows that the browser is open, not that somebody is at it.
    if UNATTENDED not in request.headers:
        shell.signals.acted(officer)
    book = shell.reference.book
    scope = scope_of(officer.actor, county_of(book))
    if not scope.within:
        raise Problem("rights.denied")
    tables = tables_of(request)
    assert tables.fresh.as_of is not None
    return Reading(tables, book, officer, scope, tables.fresh.as_of)


Looked = Annotated[Reading, Depends(look)]
"""For a route's parameter: `async def cases(reading: Looked, …)`."""


def scope_of(actor: Actor, county: str) -> Scope:
    """Give what `actor` may look at: the subtrees of the posts that may view supervision.

    Imported cases have no organisation of ours; they are for those who watch the whole county.
    """
    roles = RIGHTS["supervision.view"]
    places = sorted({post.organisation for post in actor.posts if post.role in roles})
    whole = any(p.role in _WATCHERS and p.organisation == county for p in actor.posts)
    return Scope(tuple(places), imported=whole)


def county_of(book: ReferenceBook) -> str:
    """Give the path of the county, the root of all organisations; empty where none is known yet."""
    return next((o.path for o in book.organisations() if o.kind == "county"), "")


def tables_of(request: Request) -> Tables:
    """Give the tables where they can be read.

    Raises:
        Problem: 503 `store.unavailable`.
    """
    tables: Tables | None = getattr(request.app.state, "tables", None)
    if tables is not None and tables.fresh.store_since is None and tables.fresh.as_of is not None:
        return tables
    since = tables.fresh.store_since if tables else None
    told = f"自 {instant_text(since)} 起" if since else "正在启动，"
    detail = f"分析库{told}不可用，请稍后再试；办件不受影响。"
    raise Problem("store.unavailable", detail=detail, headers={"Retry-After": "5"})


def fresh_answer(tables: Tables, body: Mapping[str, Any]) -> Response:
    """Give `body` with `as_of` and `lag_seconds`."""
    fresh = tables.fresh
    assert fresh.as_of is not None
    head = {"as_of": instant_text(fresh.as_of), "lag_seconds": fresh.lag_seconds(clock.now())}
    return json_answer({**body, **head})


def json_answer(body: Any, status: int = 200) -> Response:
    """Give JSON; instants in UTC, to the millisecond."""
    options = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
    text = orjson.dumps(body, default=_plain, option=options)
    return Response(text, status, media_type="application/json")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(type(value).__name__)

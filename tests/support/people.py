"""Officers of the demo county for tests: sign in, act, and repeat what was not answered.

async with office(stack) as people:
    clerk = await people.clerk("village.clerk")
    answer = await clerk.act("intake", f"/v1/applications/{case_id}/accept", {}, seen=1)
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import httpx2

from services.runtime.simulation.desk import PATIENCE_SECONDS, Answer, Desk

DEMO_PASSWORD: Final = "cunban-demo"
_SECONDS: Final = 10.0
CONFIRMED: Final = {"confirm_duplicate": True, "duplicate_reason": "确认不是重复申请"}
"""One applicant may hand in any number of the same for a test."""


class Addressed(Protocol):
    """Whoever knows where the services are: `tests.support.stack.Stack`."""

    def url(self, name: str) -> str: ...


class Clerk(Desk):
    """A desk with the first acts on an application in plain words."""

    async def hand_in(
        self, item: dict[str, Any], *, lacking: int = 0, key: str | None = None
    ) -> Answer:
        """Submit an application with all papers but the last `lacking`."""
        body = {
            "item_code": item["code"],
            "applicant": {"name": "张三", "phone": "13800000000"},
            "materials": papers(item)[: len(item["materials"]) - lacking],
            "submit": True,
            **CONFIRMED,
        }
        return await self.act("intake", "/v1/applications", body, key=key)

    async def accept(self, case_id: str, *, seen: int | None = None) -> Answer:
        """受理."""
        return await self.act("intake", f"/v1/applications/{case_id}/accept", {}, seen=seen)

    async def claim(self, step_id: str, *, seen: int | None = None) -> Answer:
        """认领."""
        return await self.act("review", f"/v1/steps/{step_id}/claim", {}, seen=seen)

    async def decide(self, step_id: str, outcome: str = "approved") -> Answer:
        """Close a step with a reason."""
        body = {"outcome": outcome, "reasons": "符合规定"}
        if outcome == "rejected":
            body["remedy"] = "可在六十日内申请行政复议"
        return await self.act("review", f"/v1/steps/{step_id}/decide", body)


def papers(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Give every paper that an item of the catalogue asks for, in its form and number."""
    return [{name: m[name] for name in ("code", "form", "count")} for m in item["materials"]]


class Office:
    """Where clerks come from; they share one HTTP client."""

    def __init__(
        self, http: httpx2.AsyncClient, address: Callable[[str], str], patience: float
    ) -> None:
        self.http, self.address, self._patience = http, address, patience

    async def clerk(self, login: str) -> Clerk:
        """Give a clerk who has signed in."""
        clerk = Clerk(self.http, self.address, login, DEMO_PASSWORD, self._patience)
        answer = await clerk.sign_in()
        assert answer.status == 201, answer.body
        return clerk

    async def items(self) -> dict[str, dict[str, Any]]:
        """Give the catalogue by code."""
        answer = await self.http.get(self.address("intake") + "/v1/items")
        return {item["code"]: item for item in answer.raise_for_status().json()}


@asynccontextmanager
async def office(stack: Addressed, patience: float = PATIENCE_SECONDS) -> AsyncIterator[Office]:
    """Open an office at the stack for as long as the block lasts; clerks wait `patience` seconds
    for an answer."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=64)
    async with httpx2.AsyncClient(timeout=_SECONDS, limits=limits) as http:
        yield Office(http, stack.url, patience)

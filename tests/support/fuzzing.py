"""Requests drawn from the OpenAPI documents of the services, sent to a county that is at work.

What is drawn is mostly well-formed and mostly about cases, steps, items and organisations that
exist, so that it gets as far as the rules; the rest is anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import requests
import schemathesis
from fastapi import FastAPI
from hypothesis import strategies as st
from schemathesis import GenerationMode

from services.intake.shell import wiring as intake
from services.review.shell import wiring as review
from services.routing.shell import wiring as routing
from services.runtime.command_calls import status_routes
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.ids import is_uuid
from services.runtime.roles import Parts
from services.runtime.settings import Settings
from services.supervision.shell import wiring as supervision

SERVICES: Final[tuple[Parts, ...]] = (intake.PARTS, routing.PARTS, review.PARTS, supervision.PARTS)
KEY: Final = "Idempotency-Key"
ENDLESS: Final = {"/v1/stream"}
GARBAGE: Final = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"
_MOSTLY: Final[st.SearchStrategy[bool]] = st.sampled_from([True] * 7 + [False])
ORGANISATIONS: Final = ("/qingyun/t-heping/v-dongping", "/qingyun/d-land", "/qingyun/t-heping")
ITEMS: Final = ("village-records", "rural-house", "birth-registration", "moon-landing")


class Endpoint:
    """One operation of one service; `drawn` is schemathesis' own."""

    # No dataclass, nor is `Pool`: hypothesis prints all that a dataclass holds.
    def __init__(self, service: str, drawn: Any) -> None:
        self.service, self.drawn = service, drawn
        self.method, self.path = str(drawn.method).upper(), str(drawn.path)

    def __repr__(self) -> str:
        return f"{self.service} {self.method} {self.path}"


class Pool:
    """What there is in the county for requests to be about."""

    def __init__(self, tokens: dict[str, str], there: Pool | None = None) -> None:
        self.tokens = tokens
        """By officer id."""
        self.case_ids: list[str] = there.case_ids if there else []
        self.step_ids: list[str] = there.step_ids if there else []
        self.numbers: list[str] = there.numbers if there else []
        self.sent: list[tuple[str, int]] = there.sent if there else []
        """Id and status of every command that had a key of its own."""

    def __repr__(self) -> str:
        return "Pool"

    def named(self, name: str) -> list[str]:
        """Give what a path parameter of this name may be."""
        return {
            "case_id": self.case_ids,
            "step_id": self.step_ids,
            "number": self.numbers,
            "code": [*ITEMS, "having-a-child"],
            "officer_id": list(self.tokens),
            "channel": ["village", "online"],
        }.get(name, [])


def document(parts: Parts) -> dict[str, Any]:
    """Give the OpenAPI document of a service, without starting it."""

    @asynccontextmanager
    async def nothing(_app: FastAPI) -> Any:
        yield

    routers = (*parts.routers, status_routes())
    app = create_app(parts.title, Settings(), Health(), nothing, routers, parts.of_acts)
    return app.openapi()


def endpoints() -> Iterator[Endpoint]:
    """Give every operation of the services but those that never end."""
    for parts in SERVICES:
        schema = schemathesis.openapi.from_dict(document(parts))
        for found in schema.get_all_operations():
            operation: Any = found.ok()  # type: ignore[union-attr]  # an error is raised
            if operation.path not in ENDLESS:
                yield Endpoint(parts.name, operation)


@st.composite
def requests_to(draw: st.DrawFn, endpoint: Endpoint, pool: Pool) -> Any:
    """Draw a request, in the name of an officer or of nobody."""
    operation = endpoint.drawn
    mode = draw(st.sampled_from([GenerationMode.POSITIVE] * 2 + [GenerationMode.NEGATIVE]))
    takes = operation.body or operation.path_parameters or operation.query
    if not takes:
        mode = GenerationMode.POSITIVE
    case = draw(operation.as_strategy(generation_mode=mode))
    for name in case.path_parameters or {}:
        known = pool.named(name)
        if draw(_MOSTLY) and known:
            case.path_parameters[name] = draw(st.sampled_from(known))
    if isinstance(case.body, dict):
        _fill(draw, case.body)
    _sign(draw, case, pool)
    return case


def _fill(draw: st.DrawFn, body: dict[str, Any]) -> None:
    for name, known in (("item_code", ITEMS), ("organisation", ORGANISATIONS)):
        if name in body and draw(_MOSTLY):
            body[name] = draw(st.sampled_from(known))


def _sign(draw: st.DrawFn, case: Any, pool: Pool) -> None:
    who = draw(st.sampled_from([*pool.tokens, *pool.tokens, "nobody", "garbage"]))
    headers = case.headers = case.headers if case.headers is not None else {}
    for name in [name for name in headers if name.lower() in {"authorization", "host"}]:
        del headers[name]
    if who != "nobody":
        headers["Authorization"] = f"Bearer {pool.tokens.get(who, GARBAGE)}"
    if draw(_MOSTLY):
        for name in [n for n in headers if n.lower() in {"idempotency-key", "if-match"}]:
            del headers[name]
        headers[KEY] = str(uuid4())


def send(case: Any, url: str, session: requests.Session) -> requests.Response:
    """Send what was drawn, as it is; give the answer."""
    answer: requests.Response = case.call(base_url=url, session=session, timeout=30)
    return answer


def command_id(case: Any) -> str | None:
    """Give the id under which the log knows the request; None where it is no command, or where
    its key was drawn: that may have come before."""
    key = (case.headers or {}).get(KEY, "")
    return key if case.method.upper() == "POST" and is_uuid(key) else None

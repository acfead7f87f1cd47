"""The four services by HTTP, with the officer's own token: what they answer, and their problems."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import httpx2
import orjson

from services.runtime.settings import ServiceUrls

ServiceAsked: TypeAlias = Literal["intake", "routing", "review", "supervision"]
ANSWER_SECONDS: Final = 10.0
"""A command is answered in two seconds, a query in less; whoever needs longer is not there."""
NAMES: Final[dict[str, str]] = {
    "intake": "村级受理",
    "routing": "分级流转",
    "review": "部门审批",
    "supervision": "实时监察",
}


class Said(dict[str, Any]):
    """A JSON object that was answered; what it does not have is None, for templates."""

    def __missing__(self, name: str) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: its JSON, and the version as `ETag` gave it."""

    status: int
    body: Any
    etag: str | None = None

    @property
    def pending(self) -> bool:
        """Whether a command was taken and its result is still to come (202)."""
        return self.status == 202


@dataclass(frozen=True, slots=True)
class File:
    """A file as a service gave it, with what a browser has to know of it."""

    content: bytes
    headers: Mapping[str, str]


_OF_FILES: Final = ("content-type", "content-disposition", "content-security-policy")


@dataclass(frozen=True)
class ApiProblem(Exception):
    """What a service answered instead: what, why, and what to do next."""

    status: int
    code: str
    title: str
    detail: str
    errors: tuple[dict[str, str], ...] = ()
    request_id: str = ""
    retry_after: str = ""
    etag: str | None = field(default=None)
    duplicates: tuple[dict[str, str], ...] = ()
    """Of `intake.duplicate`: the cases that it is like."""


UNATTENDED: Final = {"X-Cunban-Unattended": "1"}
"""With it supervision counts a question for no operation (domain §6)."""


class Apis:
    """The services under their addresses; one client for all requests of the process."""

    def __init__(self, urls: ServiceUrls, client: httpx2.AsyncClient) -> None:
        self._urls, self._client = urls, client

    async def get(
        self,
        service: ServiceAsked,
        path: str,
        token: str | None = None,
        query: Mapping[str, str] | None = None,
        *,
        unattended: bool = False,
    ) -> Answer:
        """Ask; empty values of `query` are left out. `unattended`: the page asks by itself, which
        is no operation of the officer's.

        Raises:
            ApiProblem: the answer is not a success, or there is none.
        """
        asked = {name: value for name, value in (query or {}).items() if value}
        headers = _headers(token) | (UNATTENDED if unattended else {})
        return await self._ask("GET", service, path, headers, params=asked)

    async def post(
        self,
        service: ServiceAsked,
        path: str,
        body: Mapping[str, Any],
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send; `headers` carry the `Idempotency-Key` and `If-Match` of a command.

        Raises:
            ApiProblem: as `get`.
        """
        named = {**_headers(token), **(headers or {}), "Content-Type": "application/json"}
        return await self._ask("POST", service, path, named, content=orjson.dumps(body))

    async def put_file(
        self, service: ServiceAsked, path: str, content: bytes, media_type: str, token: str
    ) -> Answer:
        """Send a file; the same again is harmless.

        Raises:
            ApiProblem: as `get`.
        """
        headers = {**_headers(token), "Content-Type": media_type}
        return await self._ask("PUT", service, path, headers, content=content)

    async def file(self, service: ServiceAsked, path: str, token: str) -> File:
        """Fetch a file.

        Raises:
            ApiProblem: as `get`.
        """
        try:
            response = await self._client.get(self._address(service, path), headers=_headers(token))
        except httpx2.HTTPError as fault:
            raise _unreachable(service) from fault
        if not response.is_success:
            raise _problem(response)
        kept = {name: response.headers[name] for name in _OF_FILES if name in response.headers}
        return File(response.content, kept)

    async def delete(self, service: ServiceAsked, path: str, token: str) -> Answer:
        """Delete.

        Raises:
            ApiProblem: as `get`.
        """
        return await self._ask("DELETE", service, path, _headers(token))

    @asynccontextmanager
    async def events(
        self, service: ServiceAsked, path: str, token: str
    ) -> AsyncIterator[AsyncIterator[httpx2.ServerSentEvent]]:
        """Open a stream of server-sent events; it may be silent for a minute, no longer.

        Raises:
            ApiProblem: the stream is refused, or breaks off.
        """
        headers = {**_headers(token), **UNATTENDED, "Accept": "text/event-stream"}
        limit = httpx2.Timeout(ANSWER_SECONDS, read=60.0)
        try:
            async with self._client.stream(
                "GET", self._address(service, path), headers=headers, timeout=limit
            ) as response:
                if response.status_code != 200:
                    await response.aread()
                    raise _problem(response)
                yield httpx2.EventSource(response).__aiter__()
        except httpx2.HTTPError as fault:
            raise _unreachable(service) from fault

    async def reachable(self, service: ServiceAsked) -> bool:
        """Say whether `service` runs, ready or not."""
        try:
            found = await self._client.get(self._address(service, "/livez"), timeout=2.0)
        except httpx2.HTTPError:
            return False
        return found.status_code == 200

    def _address(self, service: ServiceAsked, path: str) -> str:
        return f"{getattr(self._urls, service)}{path}"

    async def _ask(
        self, method: str, service: ServiceAsked, path: str, headers: dict[str, str], **more: Any
    ) -> Answer:
        try:
            response = await self._client.request(
                method, self._address(service, path), headers=headers, **more
            )
        except httpx2.HTTPError as fault:
            raise _unreachable(service) from fault
        if not response.is_success:
            raise _problem(response)
        body = json.loads(response.content, object_hook=Said) if response.content else None
        return Answer(response.status_code, body, response.headers.get("etag"))


def new_client() -> httpx2.AsyncClient:
    """Make the client for `Apis`; whoever makes it closes it."""
    limits = httpx2.Limits(max_connections=400, max_keepalive_connections=40)
    return httpx2.AsyncClient(timeout=ANSWER_SECONDS, limits=limits, trust_env=False)


def _headers(token: str | None) -> dict[str, str]:
    headers = {"Accept": "application/json", "Accept-Language": "zh-CN"}
    return headers if token is None else {**headers, "Authorization": f"Bearer {token}"}


def _problem(response: httpx2.Response) -> ApiProblem:
    try:
        said = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        said = {}
    if not isinstance(said, dict):
        said = {}
    return ApiProblem(
        status=response.status_code,
        code=str(said.get("code", "server.fault")),
        title=str(said.get("title", "服务没有按约定答复")),
        detail=str(said.get("detail", "请稍后再试；仍不行请联系系统管理员。")),
        errors=tuple(said.get("errors", ())),
        request_id=str(said.get("request_id", "")),
        retry_after=response.headers.get("retry-after", ""),
        etag=response.headers.get("etag"),
        duplicates=tuple(said.get("possible_duplicates", ())),
    )


def _unreachable(service: ServiceAsked) -> ApiProblem:
    return ApiProblem(
        status=503,
        code="portal.service_unreachable",
        title=f"{NAMES[service]}服务暂时连接不上",
        detail="已填写的内容没有丢失，请稍后用同一页面重试，不会重复办理。",
        retry_after="5",
    )

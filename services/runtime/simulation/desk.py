"""One officer at work over HTTP, who repeats what was not answered, under the same key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import httpx2
import orjson

from services.runtime.ids import new_case_id

PATIENCE_SECONDS: Final = 60.0
"""Above the longest stall seen when a broker was killed and came back, 18 s (pitfall A17)."""
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 1.0
_STILL_RUNNING: Final = "idempotency.still_running"


class NoAnswer(Exception):
    """Nothing but silence, 202 and 503 for as long as the officer was patient."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer that ended the waiting: never 202, 503 or "still running"."""

    status: int
    body: bytes
    version: int | None
    """What `ETag` told; None without one."""
    key: str
    """The `Idempotency-Key` of a command; empty for a question."""
    tries: int
    """1 where the first try was answered."""

    def json(self) -> Any:
        """Give the body; None where it is empty."""
        return orjson.loads(self.body) if self.body else None

    @property
    def ok(self) -> bool:
        """Whether it is what was asked for."""
        return self.status < 300

    @property
    def code(self) -> str:
        """The problem's code; empty where there is no problem."""
        return "" if self.ok else str(self.json().get("code", ""))


class Desk:
    """An officer's desk: one login, one token, any number of calls at a time.

    `address` gives the root of a service (`intake`, `routing`, `review`, `supervision`), with no
    slash at its end. The HTTP client is the caller's, and may serve many desks.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient,
        address: Callable[[str], str],
        login: str,
        password: str,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.login = login
        self.officer: dict[str, Any] = {}
        """As sign-in told it: officer_id, organisation, posts."""
        self.token = ""
        self.patience = patience
        """Seconds after which a call that is not answered is given up."""
        self._since = 0.0
        self._http, self._address, self._password = http, address, password

    @property
    def officer_id(self) -> str:
        """Known after `sign_in`."""
        return str(self.officer["officer_id"])

    @property
    def organisation(self) -> str:
        """Path; known after `sign_in`."""
        return str(self.officer["organisation"])

    async def sign_in(self) -> Answer:
        """Get a token; the answer tells where it is refused, the token is then what it was.

        Raises:
            NoAnswer: see there.
        """
        body = {"login": self.login, "password": self._password, "device": "simulate"}
        answer = await self.act("supervision", "/v1/sessions", body)
        if answer.ok:
            said = answer.json()
            self.token, self.officer = said["token"], said["officer"]
            self._since = asyncio.get_running_loop().time()
        return answer

    def signs_in_before(self, seconds: float) -> bool:
        """Say whether the officer has to sign in before anything else: is signed out, or has the
        token for longer than `seconds`."""
        return not self.token or asyncio.get_running_loop().time() - self._since > seconds

    async def beat(self) -> Answer:
        """Tell that the officer is there.

        Raises:
            NoAnswer: see there.
        """
        return await self.act("supervision", "/v1/sessions/current/beat", None)

    async def sign_out(self) -> Answer:
        """Give the token back.

        Raises:
            NoAnswer: see there.
        """
        answer = await self.take_off("supervision", "/v1/sessions/current", key=new_case_id())
        self.token = ""
        return answer

    async def ask(self, service: str, path: str) -> Answer:
        """Send a GET.

        Raises:
            NoAnswer: see there.
        """
        return await self._until_answered("GET", service, path, {})

    async def act(
        self,
        service: str,
        path: str,
        body: Any,
        *,
        key: str | None = None,
        seen: int | None = None,
    ) -> Answer:
        """Send a POST under `key`, minted where it is left out; `seen` goes along as `If-Match`.

        Raises:
            NoAnswer: whether it was carried out is open; the same key may be tried again.
        """
        headers = {"Idempotency-Key": key or new_case_id()}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        content = b"" if body is None else orjson.dumps(body)
        return await self._until_answered("POST", service, path, headers, content)

    async def send(self, service: str, path: str, file: bytes, *, key: str | None = None) -> Answer:
        """Send a PUT with a file; the same again is harmless.

        Raises:
            NoAnswer: see there.
        """
        headers = {"Content-Type": "application/octet-stream"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self._until_answered("PUT", service, path, headers, file)

    async def rewrite(self, service: str, path: str, body: Any, *, key: str) -> Answer:
        """Send a PUT with a body under `key`.

        Raises:
            NoAnswer: see there.
        """
        headers = {"Idempotency-Key": key}
        return await self._until_answered("PUT", service, path, headers, orjson.dumps(body))

    async def take_off(self, service: str, path: str, *, key: str) -> Answer:
        """Send a DELETE under `key`.

        Raises:
            NoAnswer: see there.
        """
        return await self._until_answered("DELETE", service, path, {"Idempotency-Key": key})

    async def _until_answered(
        self, method: str, service: str, path: str, headers: dict[str, str], content: bytes = b""
    ) -> Answer:
        key = headers.get("Idempotency-Key", "")
        if self.token:
            headers = {**headers, "Authorization": f"Bearer {self.token}"}
        if content:
            headers = {"Content-Type": "application/json", **headers}
        request = self._http.build_request(
            method, self._address(service) + path, headers=headers, content=content
        )
        loop = asyncio.get_running_loop()
        until, pause, tries, last = loop.time() + self.patience, _FIRST_PAUSE, 0, "nothing"
        while True:
            tries += 1
            try:
                response = await self._http.send(request)
            except httpx2.TransportError as silence:
                last = type(silence).__name__
            else:
                if not _open(response):
                    return Answer(
                        response.status_code, response.content, _version(response), key, tries
                    )
                last = str(response.status_code)
            if loop.time() + pause > until:
                under = f", key {key}" if key else ""
                raise NoAnswer(f"{method} {service}{path}: {last} after {tries} tries{under}")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _open(response: httpx2.Response) -> bool:
    """Whether the same call has to be made again to learn what came of it."""
    if response.status_code == httpx2.codes.CONFLICT:
        return bool(orjson.loads(response.content).get("code") == _STILL_RUNNING)
    return response.status_code in {202, 502, 503, 504}


def _version(response: httpx2.Response) -> int | None:
    etag = response.headers.get("ETag", "").strip('W/"')
    return int(etag) if etag.isdecimal() else None

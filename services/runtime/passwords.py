"""Passwords: Argon2id off the event loop, few at once, and the same time for unknown logins."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from services.runtime.problems import Problem

AT_ONCE: Final = 2
MOST_WAITING: Final = 200
"""Beyond, sign-ins are turned away with 503: at 25 ms each that is 5 s of waiting."""
log = structlog.get_logger()


def hasher() -> PasswordHasher:
    """Give our Argon2id: 19 MiB, 2 passes, 1 lane, as OWASP's guide asks at least.

    150 log-ins at once (the storm at 08:30) take 4 s on 2 cores, against 27 s with the
    low-memory profile of RFC 9106 (64 MiB, 3 passes), which leaves nothing for the others.
    A hash carries its own parameters, so older and costlier ones still hold.
    """
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Passwords:
    """Checks passwords in two threads; a queue before them has an end."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        """Takes 30 ms: makes the hash that stands in for unknown logins."""
        self._hasher = hasher()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="argon2")
        self._limit = at_once + most_waiting
        self._running = 0
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    async def verify(self, hash_: str | None, password: str) -> bool:
        """Say whether `password` belongs to `hash_`; None, an unknown login, never does.

        Raises:
            Problem: 503 `auth.busy` with `Retry-After`; too many are waiting.
        """
        self._admit()
        try:
            loop = asyncio.get_running_loop()
            known = self._nobody if hash_ is None else hash_
            right = await loop.run_in_executor(self._threads, self._holds, known, password)
        finally:
            self._running -= 1
        return right and hash_ is not None

    async def hash_password(self, password: str) -> str:
        """Give the hash of a new password in its encoded form; errors as for `verify`."""
        self._admit()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._hasher.hash, password)
        finally:
            self._running -= 1

    def close(self) -> None:
        """Let the threads end; those still waiting are dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _admit(self) -> None:
        if self._running >= self._limit:
            raise Problem("auth.busy", headers={"Retry-After": "5"})
        self._running += 1

    def _holds(self, hash_: str, password: str) -> bool:
        try:
            return self._hasher.verify(hash_, password)
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError):
            log.exception("stored password hash cannot be read")
            return False

"""Services of ours as processes on a stage, as `cunban up` runs them."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from services.kernel.actor import Held
from services.one_machine.county import DEPLOYED
from services.one_machine.machine_secrets import make_secrets
from services.one_machine.ports import free_ports
from services.one_machine.readiness import http_ready
from services.runtime.clock import now
from services.runtime.ids import new_case_id
from services.runtime.secret_files import SecretFiles
from services.runtime.tokens import TokenIssuer
from tests.bench.http_client import Connection, head_of
from tests.bench.review_commands import OFFICER
from tests.bench.stage import PROJECT, Stage

_CUNBAN: Final = (sys.executable, "-m", "services.cli.main")
_READY_SECONDS: Final = 60.0
_COMMANDS: Final = rb'cunban_commands_total\{outcome="%s",service="%s"\} (\S+)'


@dataclass(frozen=True, slots=True)
class Running:
    """One process of a service."""

    port: int
    pid: int

    async def carried_out(self, service: str = "review", outcome: str = "accepted") -> int:
        """Give how many commands its worker has carried out so far, with that outcome."""
        connection = Connection(self.port)
        await connection.open()
        answer = await connection.call(head_of("GET", "/metrics", {}))
        await connection.close()
        found = re.search(_COMMANDS % (outcome.encode(), service.encode()), answer.body)
        return int(float(found[1])) if found else 0


class County:
    """The reference data of the demo county on a stage, and its processes."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._secrets = stage.folder / "secrets"

    async def prepare(self) -> None:
        """Make the secrets and put the reference data on its topic."""
        make_secrets(self._secrets)
        applying = await asyncio.create_subprocess_exec(
            *(*_CUNBAN, "reference", "apply", str(DEPLOYED), "--yes", "--demo"),
            cwd=PROJECT,
            env=self._environment(),
            stdout=asyncio.subprocess.DEVNULL,
        )
        if await applying.wait() != 0:
            raise RuntimeError("the reference data could not be applied")

    def token(self) -> str:
        """Give a token of the officer who works the steps of `review_commands`."""
        issuer = TokenIssuer(SecretFiles(self._secrets).signing_key())
        posts = tuple(Held(post.organisation, post.role) for post in OFFICER.posts)
        officer = (OFFICER.officer_id, OFFICER.organisation, posts)
        return issuer.issue(*officer, new_case_id(), now())[0]

    @asynccontextmanager
    async def service(
        self, name: str, roles: str, more: Mapping[str, str] | None = None
    ) -> AsyncIterator[Running]:
        """Run a service while the block runs, ready when it begins; `more` are settings."""
        (port,) = free_ports(1)
        argv = (*_CUNBAN, "serve", name, "--role", roles)
        env = {**self._environment(), "CUNBAN_HTTP__PORT": str(port), "CUNBAN_INSTANCE": name}
        env.update(more or {})
        async with self._stage.beside(name, argv, env) as pid:
            await until_ready(port)
            yield Running(port, pid)

    def _environment(self) -> dict[str, str]:
        folder = self._stage.folder
        return {
            "CUNBAN_KAFKA__BOOTSTRAP": self._stage.bootstrap,
            "CUNBAN_DATA_DIR": str(folder / "data"),
            "CUNBAN_STORE__DSN": f"chdb://{folder / 'store'}",
            "CUNBAN_SECRETS_DIR": str(self._secrets),
            "CUNBAN_DEMO": "true",
        }


async def until_ready(port: int) -> None:
    """Wait for `/readyz`.

    Raises:
        TimeoutError: it is not ready within a minute.
    """
    ready = http_ready(port)
    async with asyncio.timeout(_READY_SECONDS):
        # Another process cannot set an event of ours.
        while not await ready():  # noqa: ASYNC110
            await asyncio.sleep(0.05)

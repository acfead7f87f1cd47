"""`cunban serve portal` as a process, with no broker and no service anywhere."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from services.one_machine.ports import is_free
from tests.portal.site import settings_in
from tests.support.stack import free_base

START_SECONDS = 60.0


class Served:
    """The portal in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, client: httpx2.AsyncClient) -> None:
        self.process, self.client = process, client

    async def until_it_answers(self) -> None:
        """Wait until it serves."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                assert self.process.returncode is None
                try:
                    await self.client.get("/livez")
                except httpx2.ConnectError:
                    await asyncio.sleep(0.05)
                else:
                    return


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    settings_in(tmp_path / "data")
    base = free_base()
    assert is_free(base)
    own = {"CUNBAN_PORT_BASE": str(base), "CUNBAN_DATA_DIR": str(tmp_path / "data")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli.main", "serve", "portal"),
        env={**os.environ, **own},
        cwd=Path(__file__).parents[2],
    )
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{base}", trust_env=False) as client:
        found = Served(process, client)
        try:
            await found.until_it_answers()
            yield found
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def test_the_portal_needs_no_broker_names_what_is_missing_and_still_serves(
    served: Served,
) -> None:
    ready = await served.client.get("/readyz")
    page = await served.client.get("/login")
    assert ready.status_code == 503
    assert [missing["name"] for missing in ready.json()["missing"]] == ["supervision"]
    assert page.status_code == 200
    assert "登录" in page.text

    form = {"form_token": _token_in(page.text), "login": "inspector", "password": "x"}
    refused = await served.client.post("/login", data=form)
    assert refused.status_code == 503
    assert "实时监察服务暂时连接不上" in refused.text

    served.process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(15):
        assert await served.process.wait() == 0


def _token_in(text: str) -> str:
    return text.partition('name="form_token" value="')[2].partition('"')[0]

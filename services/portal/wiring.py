"""The portal, put together: pages, and the four services by HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx2
from fastapi import FastAPI

from services.portal import (
    board,
    cases,
    desk,
    front,
    guides,
    papers,
    pictures,
    queue,
    stream,
    topics,
    windows,
)
from services.portal.apis import NAMES, Apis, new_client
from services.portal.asset_files import AssetFiles
from services.portal.names import Names, keep_fresh
from services.portal.session import Seal
from services.portal.templating import Portal, Templates
from services.runtime.health import Health
from services.runtime.roles import Host, Parts
from services.runtime.secret_files import SecretFiles
from services.runtime.settings import Settings

PROBE_SECONDS: Final = 2.0


def furnish(app: FastAPI, settings: Settings, client: httpx2.AsyncClient) -> Portal:
    """Give the pages of `app` what they need; `client` reaches the services.

    Raises:
        SecretMissing: `code_secret` is not there; cookies could not be signed.
    """
    assets = AssetFiles()
    app.state.portal = portal = Portal(
        apis=Apis(settings.services_url, client),
        seal=Seal(SecretFiles(settings.secrets_dir).code_secret()),
        assets=assets,
        names=Names(),
        cookie=f"cunban-{settings.port_of('portal')}",
    )
    app.state.templates = Templates(assets)
    # After the routes for operators, which `create_app` puts behind those of the service.
    app.include_router(front.nowhere)
    return portal


@asynccontextmanager
async def portal_part(host: Host) -> AsyncIterator[None]:
    """Keep the pages furnished for as long as the process serves."""
    async with new_client() as client:
        portal = furnish(host.app, host.settings, client)
        host.go(keep_fresh(portal.names, portal.apis, host.stop), "names")
        host.go(_watch_supervision(portal.apis, host.health, host.stop), "supervision")
        yield


async def _watch_supervision(apis: Apis, health: Health, stop: asyncio.Event) -> None:
    """Name supervision in the health while it is away: nobody can sign in then."""
    health.expect("supervision")
    while not stop.is_set():
        if await apis.reachable("supervision"):
            health.up("supervision")
        else:
            health.down("supervision", f"{NAMES['supervision']}连接不上 unreachable")
        try:
            await asyncio.wait_for(stop.wait(), PROBE_SECONDS)
        except TimeoutError:
            continue


PARTS = Parts(
    name="portal",
    title="门户 portal",
    routers=(
        front.router,
        board.router,
        cases.router,
        papers.router,
        # Before those of the desk, whose form of any act holds no file.
        pictures.router,
        desk.router,
        windows.router,
        guides.router,
        topics.router,
        queue.router,
        stream.router,
    ),
    api_part=portal_part,
)

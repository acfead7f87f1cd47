"""The gateway's peer: a bare FastAPI handler that writes to Kafka and waits for nothing else.

`python -m tests.bench.bare_gateway BOOTSTRAP TOPIC PORT`; the producer has the gateway's settings.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import uvicorn
import uvloop
from fastapi import FastAPI, Request

from services.runtime.collector import calm_collector
from services.runtime.kafka_clients import gateway_producer


def bare_app(bootstrap: str, topic: str) -> FastAPI:
    """Give an application with one route: `POST /commands`, and `GET /readyz`."""
    producer = None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        nonlocal producer
        producer = gateway_producer(bootstrap)
        await producer.start()
        yield
        await producer.stop()

    app = FastAPI(lifespan=lifespan)

    @app.post("/commands")
    async def command(request: Request) -> dict[str, str]:
        key = str(uuid4())
        assert producer is not None
        await producer.send_and_wait(topic, await request.body(), key.encode())
        return {"id": key}

    @app.get("/readyz")
    async def readyz() -> dict[str, bool]:
        return {"ready": True}

    return app


async def serve(bootstrap: str, topic: str, port: int) -> None:
    """Serve until SIGTERM, with uvicorn set as ours is."""
    app = bare_app(bootstrap, topic)
    config = uvicorn.Config(app, port=port, access_log=False, log_level="warning", ws="none")
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    calm_collector()
    uvloop.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))

"""(b) A command over HTTP, its result awaited, beside a bare handler onto Kafka. B3, B4."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import orjson

from services.one_machine.ports import free_ports
from services.review.shell.wiring import SERVICE
from tests.bench.county import County, Running, until_ready
from tests.bench.figures import Bar, Finding, Series, percentile
from tests.bench.review_commands import new_cases, put, received
from tests.bench.stage import Stage, python, stage

_CONNECTIONS: Final = (1, 16, 64)
_SECONDS: Final = 4.0
_QUICK_SECONDS: Final = 1.5
_WARM_SECONDS: Final = 4.0
_PEER_TOPIC: Final = "bench.peer.v1"


@dataclass
class _Readings:
    """Rounds of one side at one number of connections."""

    rates: list[float] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    worst: list[float] = field(default_factory=list)
    """p99, ms."""


async def gateway(rounds: int, *, quick: bool) -> Finding:
    """Measure answered commands a second and their latency at 1, 16 and 64 connections."""
    async with stage() as own:
        return await _measured(own, rounds, quick)


async def _measured(own: Stage, rounds: int, quick: bool) -> Finding:
    county = County(own)
    await county.prepare()
    await own.make_topics([_PEER_TOPIC])
    (peer_port,) = free_ports(1)
    peer = python("bare_gateway", own.bootstrap, _PEER_TOPIC, peer_port)
    async with county.service("review", "api,worker") as ours, own.beside("peer", peer):
        await until_ready(peer_port)
        load = _Load(own, county.token(), ours, peer_port)
        await load.round(16, _WARM_SECONDS)
        load.forget()
        for _ in range(rounds):
            for connections in _CONNECTIONS:
                await load.round(connections, _QUICK_SECONDS if quick else _SECONDS)
    return load.finding()


class _Load:
    """Drives both sides in turns from another process."""

    def __init__(self, stage: Stage, token: str, ours: Running, peer_port: int) -> None:
        self._stage, self._token, self._ours, self._peer_port = stage, token, ours, peer_port
        self._readings: dict[tuple[str, int], _Readings] = defaultdict(_Readings)
        self._put = 0
        self._busiest = 0.0

    async def round(self, connections: int, seconds: float) -> None:
        """Measure one side after the other."""
        steps = await self._new_steps(max(200, 20 * connections))
        await self._side("ours", self._ours.port, connections, seconds, steps)
        await self._side("bare handler", self._peer_port, connections, seconds, [])

    def forget(self) -> None:
        """Drop what was measured while warming up."""
        self._readings.clear()
        self._busiest = 0.0

    async def _new_steps(self, number: int) -> list[str]:
        """Have steps received, so that each claim and each release takes effect."""
        before = await self._ours.carried_out()
        cases = new_cases(number)
        await put(self._stage.bootstrap, SERVICE.commands_topic, map(received, cases))
        # Another process cannot set an event of ours.
        while await self._ours.carried_out() < before + number:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return [f"{case_id}.1" for case_id in cases]

    async def _side(
        self, side: str, port: int, connections: int, seconds: float, steps: list[str]
    ) -> None:
        asked = self._stage.folder / "load.json"
        wish = {"port": port, "token": self._token, "connections": connections}
        asked.write_bytes(orjson.dumps({**wish, "seconds": seconds, "steps": steps}))
        found = await self._stage.run("gateway_load", str(asked))
        if found["wrong"]:
            raise RuntimeError(f"{side}: other answers than 200: {found['wrong']}")
        latencies = found["latencies"]
        readings = self._readings[side, connections]
        readings.rates.append(len(latencies) / found["seconds"])
        readings.medians.append(percentile(latencies, 0.5))
        readings.worst.append(percentile(latencies, 0.99))
        self._busiest = max(self._busiest, found["cpu_seconds"] / found["seconds"])

    def finding(self) -> Finding:
        """Give what was measured since `forget`."""
        finding = Finding("gateway: command over HTTP, result awaited")
        ratios = {}
        for connections in _CONNECTIONS:
            rates = {}
            for side in ("ours", "bare handler"):
                readings = self._readings[side, connections]
                where = f"{side}, {connections} connection{'s' if connections > 1 else ''}"
                rate = Series(where, "commands/s", tuple(readings.rates))
                rates[side] = rate.median
                finding.series += [
                    rate,
                    Series(f"{where}: p50", "ms", tuple(readings.medians)),
                    Series(f"{where}: p99", "ms", tuple(readings.worst)),
                ]
            ratios[connections] = rates["ours"] / rates["bare handler"]
        finding.bars.append(Bar("ours ÷ bare handler, 16 connections", ratios[16], 0.4, "at least"))
        finding.notes += [
            f"ratio at 1 connection {ratios[1]:.2f}, at 64 {ratios[64]:.2f}",
            f"The client is a process of its own: {100 * self._busiest:.0f} % of a core at most.",
            "Ours checks the token, decides in a transaction and answers with the result; the peer "
            "answers when its message is acknowledged. Warmed up for four seconds first.",
        ]
        return finding

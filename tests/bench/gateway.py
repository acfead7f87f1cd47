"""(b) A command over HTTP beside a bare handler onto Kafka. B3, B4 and S3 of the bars.

Held against the peer is what both do: a command taken up to its acknowledged write (B3). The
result awaited is measured beside it, and held to the times promised for it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median
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
_CARRIED_OUT: Final = "carried out"
_WRITTEN: Final = "written"
_PEER: Final = "bare handler"
_AT_ONCE: Final = {"CUNBAN_RESULT_WAIT_SECONDS": "0.0001"}
"""For the second measure: 202 as soon as the log has acknowledged the command."""


@dataclass
class _Readings:
    """Rounds of one side at one number of connections."""

    rates: list[float] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    worst: list[float] = field(default_factory=list)
    """p99, ms."""


async def gateway(rounds: int, *, quick: bool) -> Finding:
    """Measure answered commands a second and their latency at 1, 16 and 64 connections."""
    seconds = _QUICK_SECONDS if quick else _SECONDS
    async with stage() as own:
        county = County(own)
        await county.prepare()
        await own.make_topics([_PEER_TOPIC])
        (peer_port,) = free_ports(1)
        peer = python("bare_gateway", own.bootstrap, _PEER_TOPIC, peer_port)
        load = _Load(own, county.token(), peer_port)
        async with own.beside("peer", peer):
            await until_ready(peer_port)
            async with county.service("review", "api,worker") as whole:
                await load.rounds(_CARRIED_OUT, whole, rounds, seconds)
            async with county.service("review", "api", _AT_ONCE) as api:
                await load.rounds(_WRITTEN, api, rounds, seconds)
    return load.finding()


class _Load:
    """Drives both sides in turns from another process."""

    def __init__(self, own: Stage, token: str, peer_port: int) -> None:
        self._stage, self._token, self._peer_port = own, token, peer_port
        self._readings: dict[tuple[str, str, int], _Readings] = defaultdict(_Readings)
        self._busiest = 0.0

    async def rounds(self, what: str, ours: Running, rounds: int, seconds: float) -> None:
        """Measure `what` beside the peer, after a while of warming up (pitfall A20)."""
        await self._both(what, ours, 16, _WARM_SECONDS)
        for connections in _CONNECTIONS:
            for side in ("ours", _PEER):
                self._readings.pop((what, side, connections), None)
        for _ in range(rounds):
            for connections in _CONNECTIONS:
                await self._both(what, ours, connections, seconds)

    async def _both(self, what: str, ours: Running, connections: int, seconds: float) -> None:
        cases = new_cases(max(200, 20 * connections))
        if what == _CARRIED_OUT:
            await self._receive(ours, cases)
        steps = [f"{case_id}.1" for case_id in cases]
        await self._side((what, "ours", connections), ours.port, seconds, steps)
        await self._side((what, _PEER, connections), self._peer_port, seconds, [])

    async def _receive(self, ours: Running, cases: list[str]) -> None:
        """Have a step of each case received, so that each claim and each release takes effect."""
        before = await ours.carried_out()
        await put(self._stage.bootstrap, SERVICE.commands_topic, map(received, cases))
        # Another process cannot set an event of ours.
        while await ours.carried_out() < before + len(cases):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def _side(
        self, place: tuple[str, str, int], port: int, seconds: float, steps: list[str]
    ) -> None:
        what, side, connections = place
        expected = 202 if what == _WRITTEN and side != _PEER else 200
        asked = self._stage.folder / "load.json"
        wish = {"port": port, "token": self._token, "connections": connections}
        asked.write_bytes(orjson.dumps({**wish, "seconds": seconds, "steps": steps}))
        found = await self._stage.run("gateway_load", str(asked))
        if set(found["answers"]) - {str(expected)}:
            raise RuntimeError(f"{place}: other answers than {expected}: {found['answers']}")
        latencies = found["latencies"]
        readings = self._readings[place]
        readings.rates.append(len(latencies) / found["seconds"])
        readings.medians.append(percentile(latencies, 0.5))
        readings.worst.append(percentile(latencies, 0.99))
        self._busiest = max(self._busiest, found["cpu_seconds"] / found["seconds"])

    def finding(self) -> Finding:
        """Give what was measured."""
        finding = Finding("gateway: command over HTTP")
        for what, name in (
            (_CARRIED_OUT, "result awaited"),
            (_WRITTEN, "up to the acknowledged write"),
        ):
            ratios = [self._compare(finding, what, name, each) for each in _CONNECTIONS]
            if what == _WRITTEN:
                finding.bars.append(
                    Bar(f"{name}: ours ÷ {_PEER}, 16 connections", ratios[1], 0.4, "at least")
                )
            else:
                finding.bars += self._bars_of_results(name)
            finding.notes.append(
                f"{name}: ratio at 1 / 16 / 64 connections "
                + " / ".join(f"{ratio:.2f}" for ratio in ratios)
            )
        finding.notes += [
            f"The client is a process of its own: {100 * self._busiest:.0f} % of a core at most.",
            "Ours checks the token and the key, decides in a transaction and answers with the "
            "result; the peer answers when its message is acknowledged. The producers are set "
            "alike. Each phase is warmed up for four seconds.",
        ]
        return finding

    def _bars_of_results(self, name: str) -> list[Bar]:
        """The peer gives no result to wait for: what is promised of ours is the time (S3)."""
        found = self._readings[_CARRIED_OUT, "ours", 16]
        return [
            Bar(f"{name}: p50, 16 connections, ms", median(found.medians), 100, "at most"),
            Bar(f"{name}: p99, 16 connections, ms", median(found.worst), 500, "at most"),
        ]

    def _compare(self, finding: Finding, what: str, name: str, connections: int) -> float:
        rates = {}
        for side in ("ours", _PEER):
            readings = self._readings[what, side, connections]
            where = f"{name}, {connections} conn.: {side}"
            rate = Series(where, "commands/s", tuple(readings.rates))
            rates[side] = rate.median
            finding.series += [
                rate,
                Series(f"{where}, p50", "ms", tuple(readings.medians)),
                Series(f"{where}, p99", "ms", tuple(readings.worst)),
            ]
        return rates["ours"] / rates[_PEER]

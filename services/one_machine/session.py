"""One run of the stack: broker, steps, services, then until somebody asks it to stop."""

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.one_machine.cannot_start import CannotStart
from services.one_machine.rotated_log import last_lines
from services.one_machine.steps import Step, take
from services.one_machine.supervision_tree import Announce, Pauses, ProcessSpec, SupervisionTree

_READY_SECONDS = 120.0
_STOP_SECONDS = {1: 6.0, 0: 3.5}
"""Services, then the broker: together under the ten seconds that are promised."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. The broker first; then the steps; then the services, all at once."""

    broker: ProcessSpec
    steps: Sequence[Step]
    services: Sequence[ProcessSpec]
    logs: Path
    status: Path
    pauses: Pauses = field(default_factory=Pauses)


async def run(plan: Plan, announce: Announce, welcome: Callable[[], None]) -> None:
    """Run the plan until SIGINT, SIGTERM or SIGHUP, then stop everything in order.

    `welcome` is called once, when everything is ready. A second signal kills what still runs.

    Raises:
        CannotStart: the broker did not come up, or a step failed; everything is stopped then.
    """
    tree = SupervisionTree(plan.logs, plan.status, announce, plan.pauses)
    asked = _stop_on_signals(tree, announce)
    work = asyncio.create_task(_bring_up(plan, tree, announce, welcome))
    try:
        await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
            await asked
    finally:
        work.cancel()
        await asyncio.wait({work})
        began = time.monotonic()
        for name in await tree.stop(_STOP_SECONDS):
            announce(f"✗ {name} 未按时停止, 已强制结束 did not stop in time and was killed")
        announce(f"已停止 stopped ({time.monotonic() - began:.1f} s)")


def _stop_on_signals(tree: SupervisionTree, announce: Announce) -> asyncio.Future[None]:
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[None] = loop.create_future()

    def on_signal() -> None:
        if asked.done():
            tree.kill()
        else:
            announce("正在停止, 再按一次立即结束 stopping; once more kills at once")
            asked.set_result(None)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, on_signal)
    return asked


async def _bring_up(
    plan: Plan, tree: SupervisionTree, announce: Announce, welcome: Callable[[], None]
) -> None:
    tree.start(plan.broker)
    await _until_broker_ready(plan, tree)
    await take(plan.steps, plan.logs, announce)
    for spec in plan.services:
        tree.start(spec)
    waiting = [spec.name for spec in plan.services]
    while waiting := list(await tree.until_ready(waiting, _READY_SECONDS)):
        for name in waiting:
            announce(f"✗ {name} 仍未就绪 is not ready yet, 日志 log {tree.log_of(name)}")
    welcome()


async def _until_broker_ready(plan: Plan, tree: SupervisionTree) -> None:
    name = plan.broker.name
    waiting = asyncio.create_task(tree.until_ready((name,), _READY_SECONDS))
    both: set[asyncio.Future[Any]] = {waiting, tree.doomed}
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done() and not waiting.result():
        return
    waiting.cancel()
    log = tree.log_of(name)
    raise CannotStart(
        f"{name} 未能启动。日志末尾 ({log}):\n{last_lines(log)}",
        f"{name} did not come up. The end of its log is above, the whole in {log}",
    )

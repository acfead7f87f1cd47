"""What is done once between the broker's start and that of the services."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.one_machine import child as children
from services.one_machine.cannot_start import CannotStart
from services.one_machine.rotated_log import last_lines, pour
from services.one_machine.supervision_tree import Announce


@dataclass(frozen=True, slots=True)
class Step:
    """A command that must succeed; doing it again at the next start changes nothing."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


async def take(steps: Sequence[Step], logs: Path, announce: Announce) -> None:
    """Run the commands one after another; cancelled, the one under way is killed.

    Raises:
        CannotStart: one failed; what it said last is in the message.
    """
    for step in steps:
        began = time.monotonic()
        code = await _run(step, logs / f"{step.name}.log")
        if code != 0:
            raise _failed(step, code, logs / f"{step.name}.log")
        announce(f"✓ {step.name} 完成 done ({time.monotonic() - began:.1f} s)")


async def _run(step: Step, log: Path) -> int:
    child = children.spawn(step.argv, step.env)
    assert child.stdout is not None
    output = await pour(child.stdout, log)
    try:
        return await children.ended(child)
    finally:
        children.kill(child)
        await asyncio.shield(output.close())


def _failed(step: Step, code: int, log: Path) -> CannotStart:
    how = children.how_it_ended(code)
    return CannotStart(
        f"步骤未成功: {step.name} ({how})。最后的输出 ({log}):\n{last_lines(log)}",
        f"The step {step.name} failed ({how}). Its last words, above, are in {log}",
    )

"""The machine and the versions beside every figure."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Final

from services.one_machine.kafka_lock import locked

_PACKAGES: Final = (
    "aiokafka",
    "faust-streaming",
    "chdb",
    "clickhouse-connect",
    "fastapi",
    "pydantic",
    "uvicorn",
    "uvloop",
)


def machine() -> dict[str, str]:
    """Give what a reader needs to know to compare figures."""
    return {
        "cpu": f"{_cpu()} × {os.cpu_count()}",
        "memory": f"{_memory_gib():.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "python": platform.python_version(),
        "kafka": locked()[0].version,
        **{name: version(name) for name in _PACKAGES},
    }


def free_gib() -> float:
    """Give the memory that is free for a benchmark, in GiB."""
    return _meminfo("MemAvailable") / (1 << 20)


def resident(pid: int) -> tuple[int, int]:
    """Give the memory that a process has now, and the most that it ever had, in bytes."""
    return resident_of(Path(f"/proc/{pid}/status").read_text("ascii", "replace"))


def resident_of(status: str) -> tuple[int, int]:
    """Read the same from a `/proc/<pid>/status`, which counts in KiB."""
    lines = dict(line.split(":", 1) for line in status.splitlines())
    now, most = (1024 * int(lines[name].split()[0]) for name in ("VmRSS", "VmHWM"))
    return now, most


def _memory_gib() -> float:
    return _meminfo("MemTotal") / (1 << 20)


def _meminfo(name: str) -> int:
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()

"""The folder in which one machine keeps everything: usable, roomy enough, and ours alone."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.one_machine.cannot_start import CannotStart

_GIB = 1024**3
_LEAST_DISK = 1 * _GIB
_ROOMY_DISK = 5 * _GIB
_ROOMY_MEMORY = 3 * _GIB


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Absolute path and the places in it."""

    path: Path

    @property
    def broker(self) -> Path:
        """The log of everything: Kafka's own files."""
        return self.path / "kafka"

    @property
    def logs(self) -> Path:
        """What the processes say, a rotated file each."""
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        """Readable by this user only."""
        return self.path / "secrets"

    @property
    def store(self) -> Path:
        """The projections; may be deleted, they are rebuilt from the log."""
        return self.path / "store"

    @property
    def status(self) -> Path:
        """Processes and their states while the stack runs, JSON."""
        return self.path / "status.json"


@contextmanager
def opened(path: Path) -> Iterator[DataFolder]:
    """Give the folder, made where it is missing, locked against a second `up`.

    The lock ends with this process, however it ends.

    Raises:
        CannotStart: not a folder, not writable, hardly any room, or in use by another `up`.
    """
    folder = DataFolder(path.absolute())
    _require_writable(folder)
    _require_room(folder.path)
    with (folder.path / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _in_use(folder.path, (folder.path / "up.lock").read_text().strip()) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield folder


def _require_writable(folder: DataFolder) -> None:
    try:
        for each in (folder.path, folder.broker, folder.logs):
            each.mkdir(parents=True, exist_ok=True)
            probe = each / ".writable"
            probe.write_bytes(b"")
            probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"数据目录不可用: {folder.path} ({error})。请改正权限, 或换一个目录: --data 目录",
            f"The data folder {folder.path} cannot be used ({error}). "
            "Mend its rights, or choose another: --data DIR",
        ) from error


def _require_room(path: Path) -> None:
    free = shutil.disk_usage(path).free
    if free < _LEAST_DISK:
        raise CannotStart(
            f"磁盘快满了: {path} 只剩 {free / _GIB:.1f} GiB, 至少要 1 GiB",
            f"The disk is nearly full: {free / _GIB:.1f} GiB left at {path}, 1 GiB is the least",
        )


def _in_use(path: Path, holder: str) -> CannotStart:
    return CannotStart(
        f"数据目录正由另一个 cunban up 使用 (pid {holder}): {path}。"
        "请先在那边按 Ctrl-C, 或换一个目录和端口: --data 目录 --port-base 18080",
        f"Another cunban up (pid {holder}) uses the data folder {path}. "
        "Stop it there with Ctrl-C, or use another: --data DIR --port-base 18080",
    )


def tight_places(path: Path) -> tuple[str, ...]:
    """Say, zh and en in a line, what will get short although the stack can start."""
    warnings = []
    free = shutil.disk_usage(path).free
    if free < _ROOMY_DISK:
        warnings.append(f"磁盘只剩 {free / _GIB:.1f} GiB / only {free / _GIB:.1f} GiB of disk left")
    memory = _available_memory()
    if memory is not None and memory < _ROOMY_MEMORY:
        gib = f"{memory / _GIB:.1f} GiB"
        warnings.append(f"可用内存只有 {gib}, 需约 3 GiB / only {gib} of memory free, 3 are needed")
    return tuple(warnings)


def _available_memory() -> int | None:
    meminfo = Path("/proc/meminfo")
    if not meminfo.exists():
        return None
    fields = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
    available = fields.get("MemAvailable")
    return int(available.split()[0]) * 1024 if available else None

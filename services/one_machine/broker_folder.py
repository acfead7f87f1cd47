"""The broker's folder: which cluster it belongs to, and whether it can be trusted and used."""

import base64
import fcntl
import os
import secrets
import struct
from pathlib import Path

from services.one_machine.cannot_start import CannotStart

_META = "meta.properties"
_METADATA_LOG = "__cluster_metadata-0"
_FLOCK = "hhqqi4x"
"""Linux's `struct flock`: type, whence, start, length, pid."""


def cluster_id(folder: Path, remembered: Path) -> str:
    """Give the id of the folder's cluster: remembered, read from the folder, or made now.

    Raises:
        CannotStart: the folder is damaged, or belongs to another cluster.
    """
    written = _read(remembered)
    formatted = _formatted_as(folder)
    if written and formatted and written != formatted:
        raise CannotStart(
            f"{folder} 属于另一个 Kafka 集群 ({formatted}, 应为 {written})。"
            f"请放回原来的目录; 若确要用这一份, 删除 {remembered} 后再启动",
            f"{folder} belongs to another Kafka cluster ({formatted} instead of {written}). "
            f"Put the right folder back; if this one is meant, delete {remembered} and start again",
        )
    chosen = formatted or written or _new_id()
    if chosen != written:
        remembered.write_text(f"{chosen}\n", encoding="ascii")
    return chosen


def is_formatted(folder: Path) -> bool:
    """Tell whether the folder was formatted; an interrupted formatting counts as none."""
    return (folder / _META).exists()


def require_unused(folder: Path) -> None:
    """Check that no broker works in the folder.

    Raises:
        CannotStart: one does; its pid is in the message.
    """
    holder = _holder_of(folder / ".lock")
    if holder is not None:
        raise CannotStart(
            f"还有一个 Kafka (pid {holder}) 在使用 {folder}。请先结束它: kill {holder}",
            f"A Kafka (pid {holder}) still works in {folder}. End it first: kill {holder}",
        )


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error


def _formatted_as(folder: Path) -> str | None:
    meta = _read(folder / _META)
    if meta is None:
        if (folder / _META).exists() or (folder / _METADATA_LOG).exists():
            raise _damaged(folder / _META, "missing or empty, while the log is there")
        return None
    pairs = (line.partition("=") for line in meta.splitlines() if not line.startswith("#"))
    fields = {key.strip(): value.strip() for key, _, value in pairs}
    if fields.get("version") != "1" or not fields.get("cluster.id") or "node.id" not in fields:
        raise _damaged(folder / _META, "version, cluster.id or node.id is not there")
    return fields["cluster.id"]


def _damaged(path: Path, reason: str) -> CannotStart:
    return CannotStart(
        f"数据目录已损坏: {path} ({reason})。请从备份恢复该文件; "
        f"若数据可以不要, 移走目录 {path.parent} 后重新启动",
        f"The data folder is damaged: {path} ({reason}). Restore that file from a backup; "
        f"if the data may go, move {path.parent} away and start again",
    )


def _new_id() -> str:
    """Sixteen random bytes as Kafka writes them: 22 letters, never with a dash in front."""
    while True:
        made = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode("ascii").rstrip("=")
        if not made.startswith("-"):
            return made


def _holder_of(lock: Path) -> int | None:
    """Ask the kernel, as Kafka's own lock is a POSIX one: `None` where nobody holds it."""
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, pid = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
        return None if kind == fcntl.F_UNLCK else int(pid)
    finally:
        os.close(descriptor)

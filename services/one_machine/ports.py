"""Which ports of this machine are free, and who holds the others."""

import contextlib
import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.one_machine.cannot_start import CannotStart

LOOPBACK = "127.0.0.1"
_HIGHEST = 65535
_LISTEN = "0A"


def require_free(ports: Mapping[str, int]) -> None:
    """Check that every port can be listened on; the names are for the message.

    Raises:
        CannotStart: a port is taken, or lies outside 1 to 65535.
    """
    impossible = [port for port in ports.values() if not 0 < port <= _HIGHEST]
    if impossible:
        raise CannotStart(
            f"没有端口 {impossible[0]}。请换一个较小的 --port-base",
            f"There is no port {impossible[0]}. Choose a lower --port-base",
        )
    taken = {name: port for name, port in ports.items() if not is_free(port)}
    if taken:
        raise _taken(taken)


def is_free(port: int) -> bool:
    """Tell whether this machine can listen on the port of the loopback address."""
    with socket.socket() as probe:
        # As every server does: a port whose last connections only linger counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_ports(count: int) -> tuple[int, ...]:
    """Give different ports that are free now; another process may still take one."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return tuple(int(probe.getsockname()[1]) for probe in probes)
    finally:
        for probe in probes:
            probe.close()


def _taken(taken: Mapping[str, int]) -> CannotStart:
    owners = {port: owner_of(port) for port in taken.values()}
    zh = "、".join(
        f"{port} ({name}{_by(owners[port], ', 占用者 ')})" for name, port in taken.items()
    )
    en = ", ".join(
        f"{port} ({name}{_by(owners[port], ', held by ')})" for name, port in taken.items()
    )
    return CannotStart(
        f"端口已被占用: {zh}。请停掉占用者, 或换一组端口: --port-base 18080",
        f"Ports taken: {en}. Stop what holds them, or use other ports: --port-base 18080",
    )


def _by(owner: str | None, word: str) -> str:
    return f"{word}{owner}" if owner else ""


def owner_of(port: int) -> str | None:
    """Name the process that listens on the port (`java, pid 123`), where this user may see it."""
    inodes = set(_listening_inodes(port))
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & set(_open_files(process)):
            name = (process / "comm").read_text(encoding="utf-8").strip()
            return f"{name}, pid {process.name}"
    return None


def _open_files(process: Path) -> Iterable[str]:
    """What it has open; nothing where it ended meanwhile or is another user's."""
    with contextlib.suppress(OSError):
        for descriptor in os.listdir(process / "fd"):
            with contextlib.suppress(OSError):
                yield os.readlink(process / "fd" / descriptor)


def _listening_inodes(port: int) -> Iterable[str]:
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                yield f"socket:[{fields[9]}]"

"""A way to the store, the same for the engine in the process and for a server."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver import options
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

Row: TypeAlias = dict[str, Any]
"""One line of an answer by column name; instants are aware and UTC."""
DATABASE: Final = "cunban"
QUERY_SECONDS: Final = 10
# Else the first insert of a process imports pandas, 0.8 s and 50 MB, to ask whether it was given a
# data frame. clickhouse-connect itself has it so where pandas is not installed.
options.pd = None
_NAME: Final = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
_AWAY: Final = frozenset({3, 159, 160, 202, 209, 210, 236, 241, 242, 243, 252, 319, 999})
"""Codes that pass by themselves: time-out, memory, too many parts or queries, network, disk,
no keeper, being shut down. https://github.com/ClickHouse/ClickHouse `ErrorCodes.cpp`."""
_SETTINGS: Final = {
    # One insert is one part and is there when it returns; on a server it would otherwise be
    # gathered in the background (pitfall C4).
    "async_insert": 0,
    # A batch that is inserted again must reach the views even where its rows are known: they may
    # be what a killed process left out. Repeats are harmless in every table (pitfalls C1 to C3).
    "insert_deduplicate": 0,
}
_WRITER: Final = {**_SETTINGS, "max_execution_time": 0}
_READER: Final = {
    "max_execution_time": QUERY_SECONDS,
    "join_use_nulls": 1,
    # Of conditions on a table that is merged while it is read, the engine moves only those on its
    # sorting key: rows of other keys are then never unpacked.
    "optimize_move_to_prewhere_if_final": 1,
    "readonly": 2,
}
# `readonly = 2` forbids writing and leaves settings alone; it comes last, being one.

_Hand: TypeAlias = Literal["read", "write"]


class StoreUnavailable(Exception):
    """The store does not answer now. Safe to try again; nothing was decided by it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the store is and how tables are made there."""

    dsn: str
    """`chdb:///folder`, `chdb://folder` or `clickhouse://user:password@host:8123/database`."""
    database: str = DATABASE
    cluster: str | None = None
    """Name of the cluster on which tables are replicated; None for one machine."""

    def __post_init__(self) -> None:
        if not _NAME.match(self.database):
            raise ValueError(f"not a name of a database: {self.database!r}")

    @classmethod
    def of(cls, dsn: str, cluster: str | None = None) -> Address:
        """Read a setting; a server's address may name the database as its path."""
        path = "" if dsn.startswith("chdb:") else urlsplit(dsn).path.strip("/")
        return cls(dsn, path or DATABASE, cluster)

    @property
    def embedded(self) -> bool:
        """Whether the engine runs in this process. Then one process owns the folder."""
        return self.dsn.startswith("chdb:")


class Store:
    """Runs statements; one client a thread and a hand, since a client takes one at a time."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.changing = threading.RLock()
        """Held while rows go in and while tables change places, so that neither sees the other."""
        self._mine = threading.local()
        self._clients: list[Any] = []
        self._guard = threading.Lock()

    @property
    def database(self) -> str:
        """Name of the database that holds all tables."""
        return self.address.database

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Give the rows of a query; it may write nothing and runs ten seconds at most.

        Raises:
            StoreUnavailable: the store is away or overloaded.
        """
        with self._client("read") as client:
            found = client.query(sql, parameters=dict(parameters or {}))
            return list(found.named_results())

    def whole(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Give the rows of a query over whole tables, for as long as it takes.

        Raises:
            StoreUnavailable: the store is away or overloaded.
        """
        with self._client("write") as client:
            found = client.query(sql, parameters=dict(parameters or {}))
            return list(found.named_results())

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that changes something.

        Raises:
            StoreUnavailable: the store is away or overloaded. It may have been done.
        """
        with self._client("write") as client:
            client.command(sql, parameters=dict(parameters or {}))

    def insert(self, table: str, columns: Mapping[str, tuple[str, Sequence[Any]]]) -> None:
        """Insert column by column: name → (ClickHouse type, values). Instants as milliseconds.

        Raises:
            StoreUnavailable: the store is away or overloaded. Some of it may be there.
        """
        with self._client("write") as client:
            client.insert(
                table,
                [values for _, values in columns.values()],
                column_names=list(columns),
                column_type_names=[kind for kind, _ in columns.values()],
                column_oriented=True,
            )

    def close(self) -> None:
        """Close every client of every thread; the store may be opened again."""
        with self._guard:
            clients, self._clients = self._clients, []
            self._mine = threading.local()
        for client in clients:
            client.close()

    @contextmanager
    def _client(self, hand: _Hand) -> Iterator[Any]:
        try:
            client = getattr(self._mine, hand, None)
            if client is None:
                client = self._connect(hand)
                setattr(self._mine, hand, client)
            yield client
        except OperationalError as fault:
            raise StoreUnavailable(str(fault)) from fault
        except DatabaseError as fault:
            if getattr(fault, "code", None) in _AWAY:
                raise StoreUnavailable(str(fault)) from fault
            raise

    def _connect(self, hand: _Hand) -> Any:
        client = _open(self.address, _READER if hand == "read" else _WRITER)
        with self._guard:
            self._clients.append(client)
        return client


def make_database(address: Address) -> None:
    """Make the database where there is none.

    Raises:
        StoreUnavailable: the store is away.
    """
    on_cluster = f"ON CLUSTER '{address.cluster}'" if address.cluster else ""
    try:
        client = _open(address, {}, with_database=False)
        try:
            client.command(f"CREATE DATABASE IF NOT EXISTS {address.database} {on_cluster}")
        finally:
            client.close()
    except OperationalError as fault:
        raise StoreUnavailable(str(fault)) from fault


def _open(address: Address, settings: Mapping[str, int], *, with_database: bool = True) -> Any:
    database = address.database if with_database else None
    if address.embedded:
        folder = Path(address.dsn.removeprefix("chdb://"))
        folder.mkdir(parents=True, exist_ok=True)
        return clickhouse_connect.get_client(
            interface="chdb",
            path=str(folder),
            database=database,
            settings=dict(settings),
            tz_mode="aware",
        )
    parts = urlsplit(address.dsn)
    secure = parts.scheme in ("clickhouses", "https")
    return clickhouse_connect.get_client(
        host=parts.hostname,
        port=parts.port or (8443 if secure else 8123),
        username=parts.username or "default",
        password=parts.password or "",
        secure=secure,
        database=database or "default",
        settings=dict(settings),
        tz_mode="aware",
        # Else the server refuses two queries at once from one client (pitfall C8).
        autogenerate_session_id=False,
    )

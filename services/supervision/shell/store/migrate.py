"""Numbered SQL files: applied once, in order, and never altered afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from typing import Final

from services.supervision.shell.store.engine import Address, Store, make_database
from services.supervision.shell.store.views import chunks, condition, put_through, views

_FILE: Final = re.compile(r"^(\d{4})_([a-z0-9_]+)\.sql$")
_ENGINE: Final = re.compile(r"\{engine:(\w+)(?:\(([^}]*)\))?\}")
_TABLE: Final = re.compile(r"CREATE TABLE \{db\}\.(\w+)")
_VIEW: Final = re.compile(r"CREATE MATERIALIZED VIEW \w+\.(\w+)")
_APPLIED: Final = """
CREATE TABLE IF NOT EXISTS {db}.migrations {on_cluster}
(
    number UInt16,
    name String,
    checksum FixedString(64),
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = {engine:ReplacingMergeTree}
ORDER BY number
"""


class MigrationAltered(Exception):
    """A file that was applied has changed, or is gone. Make a new file instead."""


class MigrationHalfDone(Exception):
    """A statement of a file failed. ClickHouse cannot undo: the text says where it stands."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Of the text, comments included."""
        return sha256(self.sql.encode()).hexdigest()


def migrations() -> tuple[Migration, ...]:
    """Give the files of this release in order; their numbers are 1, 2, 3, with no gap.

    Raises:
        ValueError: a name does not fit, or a number is missing or comes twice.
    """
    folder = resources.files("services.supervision.shell.store").joinpath("migrations")
    found = []
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        named = _FILE.match(file.name)
        if named is None:
            raise ValueError(f"not a migration: {file.name}")
        found.append(Migration(int(named[1]), named[2], file.read_text("utf-8")))
    if [m.number for m in found] != list(range(1, len(found) + 1)):
        raise ValueError("the numbers of the migrations have a gap or come twice")
    return tuple(found)


def migrate(address: Address, wanted: tuple[Migration, ...] | None = None) -> tuple[str, ...]:
    """Make the database and apply what is missing; give the names of what was applied.

    Raises:
        MigrationAltered: a file that was applied has another text now.
        MigrationHalfDone: a statement failed.
        StoreUnavailable: the store is away.
    """
    make_database(address)
    store = Store(address)
    try:
        return _apply(store, migrations() if wanted is None else wanted)
    finally:
        store.close()


def _apply(store: Store, wanted: tuple[Migration, ...]) -> tuple[str, ...]:
    store.command(render(_APPLIED, store.address, "migrations"))
    applied = {
        row["number"]: _text(row["checksum"])
        for row in store.rows("SELECT number, checksum FROM migrations FINAL")
    }
    by_number = {m.number: m for m in wanted}
    for number, checksum in sorted(applied.items()):
        migration = by_number.get(number)
        if migration is None or migration.checksum != checksum:
            name = f"{number:04}_{migration.name if migration else '?'}"
            raise MigrationAltered(f"{name} differs from what was applied to {store.database}")
    missing = [m for m in wanted if m.number not in applied]
    for migration in missing:
        _run(store, migration)
    return tuple(f"{m.number:04}_{m.name}" for m in missing)


def _run(store: Store, migration: Migration) -> None:
    for statement in statements(migration.sql, store.address):
        try:
            store.command(statement)
        except Exception as fault:
            first = statement.strip().splitlines()[0]
            raise MigrationHalfDone(f"{migration.number:04}_{migration.name}: {first}") from fault
        if (view := _VIEW.search(statement)) is not None:
            _fill(store, view[1])
    store.insert(
        "migrations",
        {
            "number": ("UInt16", [migration.number]),
            "name": ("String", [migration.name]),
            "checksum": ("FixedString(64)", [migration.checksum]),
        },
    )


def _fill(store: Store, name: str) -> None:
    """Put through a new view what had come in before there was one."""
    parts = chunks(store)
    if not any(part.events for part in parts):
        return
    (view,) = (view for view in views(store) if view.name == name)
    for part in parts:
        put_through(store, view, view.target, condition(part))


def statements(sql: str, address: Address) -> list[str]:
    """Give the statements of a file for one place: comments out, macros filled in."""
    bare = re.sub(r"^--.*\n", "", sql, flags=re.MULTILINE)
    found = []
    for statement in bare.split(";\n"):
        if statement.strip():
            made = _TABLE.search(statement)
            found.append(render(statement, address, made[1] if made else ""))
    return found


def render(sql: str, address: Address, table: str) -> str:
    """Fill in `{db}`, `{on_cluster}` and `{engine:…}` (replicated where there is a cluster)."""
    cluster = address.cluster

    def engine(found: re.Match[str]) -> str:
        name, arguments = found[1], found[2] or ""
        if cluster is None:
            return f"{name}({arguments})" if arguments else name
        place = f"'/clickhouse/tables/{{shard}}/{address.database}/{table}', '{{replica}}'"
        return f"Replicated{name}({', '.join(filter(None, (place, arguments)))})"

    filled = _ENGINE.sub(engine, sql)
    filled = filled.replace("{db}", address.database)
    return filled.replace("{on_cluster}", f"ON CLUSTER '{cluster}'" if cluster else "")


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)

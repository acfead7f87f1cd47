"""The real engine: one for the test process (it takes one folder only), emptied for each test."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest

from services.supervision.shell.store.engine import Address, Store
from services.supervision.shell.store.migrate import migrate


@cache
def engine_dsn() -> str:
    """Address of the engine of this process; its folder goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="cunban-engine-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return f"chdb://{folder}"


@cache
def _filled() -> Store:
    address = Address(engine_dsn(), "tested")
    migrate(address)
    store = Store(address)
    atexit.register(store.close)
    return store


def empty(store: Store) -> None:
    """Take every row out of every table."""
    tables = store.rows(
        "SELECT name FROM system.tables WHERE database = {db:String} AND name != 'migrations'"
        " AND engine LIKE '%MergeTree'",
        {"db": store.database},
    )
    for table in tables:
        store.command(f"TRUNCATE TABLE {table['name']}")


@pytest.fixture
def store() -> Store:
    """The store with all tables, empty."""
    made = _filled()
    empty(made)
    return made


@pytest.fixture
def dsn() -> str:
    """Address of the engine, for tests that make a database of their own."""
    return engine_dsn()

"""What the tables hold, to be compared with the log; and the tables compared with one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from services.supervision.shell.store.checksums import READ_MODELS, table_sum
from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.views import chunks, condition, put_through, views

Partition = tuple[str, int]
_DIGEST: Final = """
SELECT topic, partition, count() AS events,
    groupBitXor(reinterpretAsUInt64(reverse(substring(MD5(concat(event_id, value)), 1, 8))))
        AS digest
FROM {table} FINAL
WHERE topic = {{topic:String}} AND partition = {{partition:UInt16}} AND offset < {{until:UInt64}}
GROUP BY topic, partition
"""
_GAPS: Final = """
SELECT topic, key, toUInt64(count()) AS events, max(sequence) AS last
FROM events FINAL
GROUP BY topic, key
HAVING last != events
ORDER BY topic, key
LIMIT 100
"""
_RECOUNTED: Final = "__recounted"
_RECOUNTS: Final[dict[str, tuple[str, str]]] = {
    "cases": (
        "SELECT count() AS n FROM cases WHERE source = 'cunban' AND accepted_at IS NOT NULL",
        "SELECT uniqExact(key) AS n FROM events WHERE type = 'cn.cunban.case.accepted.v1'",
    ),
    "cases completed": (
        "SELECT count() AS n FROM cases WHERE source = 'cunban' AND completed_at IS NOT NULL",
        "SELECT uniqExact(key) AS n FROM events WHERE type = 'cn.cunban.case.completed.v1'",
    ),
    "imported cases": (
        "SELECT count() AS n FROM cases WHERE source != 'cunban' AND accepted_at IS NOT NULL",
        "SELECT uniqExact(key) AS n FROM events WHERE type = 'cn.cunban.external.case-opened.v1'",
    ),
    "steps opened": (
        "SELECT count() AS n FROM steps WHERE opened_at IS NOT NULL",
        "SELECT uniqExact(key, JSONExtractString(value, 'step_id')) AS n FROM events"
        " WHERE type = 'cn.cunban.step.opened.v1'",
    ),
    "steps closed": (
        "SELECT count() AS n FROM steps WHERE closed_at IS NOT NULL",
        "SELECT uniqExact(key, JSONExtractString(value, 'step_id')) AS n FROM events"
        " WHERE type IN ('cn.cunban.step.closed.v1', 'cn.cunban.step.returned.v1',"
        " 'cn.cunban.step.uploaded.v1')",
    ),
    "steps moved": (
        "SELECT sum(moves) AS n FROM steps",
        "SELECT uniqExact(key, sequence) AS n FROM events"
        " WHERE type IN ('cn.cunban.step.transferred.v1', 'cn.cunban.step.taken-over.v1',"
        " 'cn.cunban.step.rerouted.v1')",
    ),
    "acts": (
        "SELECT count() AS n FROM acts WHERE source != 'cunban'",
        "SELECT uniqExact(key, sequence) AS n FROM events"
        " WHERE type = 'cn.cunban.external.act-recorded.v1'",
    ),
    "presence": (
        "SELECT count() AS n FROM presence",
        "SELECT uniqExact(key, sequence) AS n FROM events"
        " WHERE topic = 'officer.presence.events.v1' AND startsWith(type, 'cn.cunban.officer.')",
    ),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One partition of events as the table holds it, below an offset."""

    topic: str
    partition: int
    events: int
    digest: int
    """As `services.runtime.verdict.PartitionDigest`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A read model that is not what the events say."""

    table: str
    key: str
    what: str


def held(store: Store, until: Mapping[Partition, int], table: str = "events") -> list[Held]:
    """Give what a table of events holds of each partition below `until`.

    Raises:
        StoreUnavailable: the store is away.
    """
    found = []
    for (topic, partition), offset in until.items():
        wanted = {"topic": topic, "partition": partition, "until": offset}
        rows = store.whole(_DIGEST.format(table=table), wanted)
        events, digest = (rows[0]["events"], rows[0]["digest"]) if rows else (0, 0)
        found.append(Held(topic, partition, events, digest))
    return found


def differences(store: Store) -> list[Difference]:
    """Give the read models that are not what a recount of the events gives: by their sizes, and
    row by row through the views' own SELECTs. Inserts of this process wait meanwhile.

    Raises:
        StoreUnavailable: the store is away.
    """
    with store.changing:
        return [*_sizes(store), *_contents(store)]


def gaps(store: Store) -> list[Difference]:
    """Give the streams whose sequences are not 1, 2, 3 …; at most a hundred.

    Raises:
        StoreUnavailable: the store is away.
    """
    return [
        Difference(row["topic"], row["key"], f"{row['events']} events up to {row['last']}")
        for row in store.whole(_GAPS)
    ]


def _sizes(store: Store) -> Iterator[Difference]:
    for table, (model, recount) in _RECOUNTS.items():
        have, want = store.whole(model)[0]["n"], store.whole(recount)[0]["n"]
        if have != want:
            yield Difference(table, "", f"{have} in the read model, {want} by the events")


def _contents(store: Store) -> Iterator[Difference]:
    for table in READ_MODELS:
        recounted = table + _RECOUNTED
        store.command(f"DROP TABLE IF EXISTS {recounted}")
        store.command(f"CREATE TABLE {recounted} AS {table}")
        try:
            _recount(store, table, recounted)
            live, told = table_sum(store, table), table_sum(store, recounted)
        finally:
            store.command(f"DROP TABLE IF EXISTS {recounted}")
        if live != told:
            yield Difference(
                table, "", f"{live.rows} rows, {told.rows} by the events, or other contents"
            )


def _recount(store: Store, table: str, into: str) -> None:
    for part in chunks(store):
        for view in views(store):
            if view.target == table:
                put_through(store, view, into, condition(part))

"""Where the projection stands, read from the rows themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from services.supervision.shell.store.engine import Store

PROVED: Final = 0
"""Mark of rows that a rebuild brought in: it was compared, so that all of it is there."""
Partition: TypeAlias = tuple[str, int]
"""Topic and number."""

_STANDING = """
SELECT
    topic, partition, max(offset) AS last, max(batch) AS latest,
    minIf(offset, batch = (SELECT max(batch) FROM {table})) AS first_of_latest,
    (SELECT max(batch) FROM {table}) AS latest_of_all
FROM {table}
GROUP BY topic, partition
"""


@dataclass(slots=True)
class Marks:
    """Which offset comes next in each partition, and which mark the next insert bears."""

    batch: int = 1
    """A number that grows with every insert that is known to have come to its end."""
    counting: bool = True
    """Whether it grows; a table made beside the live one is begun anew after a kill."""
    following: dict[Partition, int] = field(default_factory=dict)
    """Offset to read next; a partition that is not named begins with its first message."""
    unproved: dict[Partition, int] = field(default_factory=dict)
    """Partitions of the latest insert before a start, with the offset that must be reached until
    all of it has gone in again: the views may lack what `events` has."""

    def inserted(self, until: Mapping[Partition, int]) -> None:
        """Note an insert that came to its end; `until` names the next offset of its partitions.

        The mark stays the same until all of the unproved insert has gone in again: else a second
        kill would take an insert for whole of which only a part was repeated.
        """
        self.following.update(until)
        self.unproved = {
            partition: end
            for partition, end in self.unproved.items()
            if self.following.get(partition, 0) < end
        }
        if self.counting and not self.unproved:
            self.batch += 1


def marks(store: Store, table: str = "events") -> Marks:
    """Give where to go on: the latest insert again from its first rows, else after the last row.

    Raises:
        StoreUnavailable: the store is away.
    """
    found = Marks()
    for row in store.rows(_STANDING.format(table=table)):
        partition, after = (row["topic"], row["partition"]), row["last"] + 1
        latest = row["latest_of_all"]
        found.batch = max(latest, 1)
        if row["latest"] == latest != PROVED:
            found.following[partition] = row["first_of_latest"]
            found.unproved[partition] = after
        else:
            found.following[partition] = after
    return found

"""Views that are missing, made again, with what their tables missed meanwhile."""

from __future__ import annotations

import re
from typing import Final

from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.migrate import migrations, statements
from services.supervision.shell.store.views import chunks, condition, put_through, views

_VIEW: Final = re.compile(r"CREATE MATERIALIZED VIEW \w+\.(\w+)")


def mend_views(store: Store) -> tuple[str, ...]:
    """Make every view that a migration made and that is gone; give their names.

    A rebuild killed in the moment of its swap leaves such a gap. All events go through the view
    again, so that its table lacks nothing. To be called before anything is inserted.

    Raises:
        StoreUnavailable: the store is away. May be repeated.
    """
    there = {view.name for view in views(store)}
    made = []
    for migration in migrations():
        for statement in statements(migration.sql, store.address):
            named = _VIEW.search(statement)
            if named is not None and named[1] not in there:
                store.command(statement)
                made.append(named[1])
    for view in views(store):
        if view.name in made:
            for part in chunks(store):
                put_through(store, view, view.target, condition(part))
    return tuple(made)

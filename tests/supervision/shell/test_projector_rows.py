"""What the projector takes into its columns is what every other reader takes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

from services.supervision.shell.projector_rows import Rows, add_messages
from tests.schemas.examples import all_examples, canonical
from tests.supervision.log_of import Kept


def laid() -> Kept:
    example = next(e for e in all_examples() if e.type == "cn.cunban.route.laid.v1")
    return Kept(example.topic, 0, 7, 0, example.key, example.value, list(example.headers))


def test_a_number_written_as_text_is_unreadable_here_too() -> None:
    message = laid()
    value = json.loads(message.value or b"")
    value["steps"][0]["number"] = str(value["steps"][0]["number"])
    rows = Rows()
    add_messages(rows, [message, replace(message, offset=8, value=canonical(value)), message])
    assert [(m.offset, why) for m, why in rows.unreadable] == [(8, "value.int_type")]
    assert len(rows) == 2


def test_the_first_insert_of_a_process_need_not_wait_for_pandas() -> None:
    program = """
import sys, tempfile
from services.supervision.shell.store.engine import Address, Store, make_database
with tempfile.TemporaryDirectory() as folder:
    store = Store(Address(f"chdb://{folder}"))
    make_database(store.address)
    store.command("CREATE TABLE t (n UInt64) ENGINE MergeTree ORDER BY n")
    store.insert("t", {"n": ("UInt64", [1, 2])})
    assert store.rows("SELECT sum(n) AS s FROM t") == [{"s": 3}]
    store.close()
print("pandas" in sys.modules)
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["False"]

"""The broker of a test run is one for all of its workers, and is gone with the last of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.one_machine.toys import until
from tests.support.broker import shared_broker

pytestmark = pytest.mark.kafka
_WORKER = """
import sys
from pathlib import Path
from tests.support.broker import shared_broker
with shared_broker(Path(sys.argv[1])) as bootstrap:
    print(bootstrap, flush=True)
    sys.stdin.read()
"""


async def test_workers_share_one_broker_that_ends_when_the_last_is_killed(tmp_path: Path) -> None:
    root = tmp_path / "run"
    with shared_broker(root) as bootstrap:
        worker = _worker(root)
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == bootstrap
    homes = list(root.glob("broker-*/"))
    assert len(homes) == 1, "the other worker still uses it"
    worker.kill()
    worker.communicate()
    await until(lambda: not root.exists())
    assert not _mentioning(str(homes[0]))


def _worker(root: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        (sys.executable, "-c", _WORKER, str(root)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _mentioning(text: str) -> list[str]:
    found = []
    for cwd in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if text in str(cwd.readlink()):
                found.append(cwd.parent.name)
        except OSError:
            continue
    return found

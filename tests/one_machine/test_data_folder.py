"""The data folder: ours alone, writable, with room; otherwise said so."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.one_machine import data_folder
from services.one_machine.cannot_start import CannotStart

HOLDER = """
import sys
from pathlib import Path
from services.one_machine import data_folder
with data_folder.opened(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def ordinary_user(tmp_path: Path) -> Iterator[None]:
    """Rights count for this test even where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_in_use_by_another_up_is_refused_with_its_pid(tmp_path: Path) -> None:
    with subprocess.Popen(
        (sys.executable, "-c", HOLDER, str(tmp_path)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with (
            pytest.raises(CannotStart, match=f"pid {other.pid}.*--data"),
            data_folder.opened(tmp_path),
        ):
            pass
        other.kill()
    with data_folder.opened(tmp_path) as folder:  # the lock went with its holder
        assert folder.path == tmp_path


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with (
        pytest.raises(CannotStart, match="--data"),
        data_folder.opened(tmp_path / "data"),
    ):
        pass


@pytest.mark.usefixtures("ordinary_user")
def test_a_folder_this_user_may_not_write_is_refused() -> None:
    with pytest.raises(CannotStart, match="/etc/cunban"), data_folder.opened(Path("/etc/cunban")):
        pass


def test_a_full_disk_is_refused_and_a_narrow_one_only_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = {"bytes": 100 * 1024**2}
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, free["bytes"])
    )
    with pytest.raises(CannotStart, match="0\\.1 GiB"), data_folder.opened(tmp_path):
        pass
    free["bytes"] = 2 * 1024**3
    with data_folder.opened(tmp_path):
        assert any("2.0 GiB of disk" in warning for warning in data_folder.tight_places(tmp_path))


def test_a_relative_folder_is_made_and_becomes_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with data_folder.opened(Path("deep/data")) as folder:
        assert folder.path == tmp_path / "deep" / "data"
        assert folder.logs.is_dir()

"""The broker's folder is trusted only when it is whole and of our own cluster."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from services.one_machine.broker_folder import cluster_id, is_formatted, require_unused
from services.one_machine.cannot_start import CannotStart

META = "version=1\ncluster.id={}\nnode.id=1\ndirectory.id=abc\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "kafka"
    made.mkdir()
    return made


def formatted(folder: Path, cluster: str) -> None:
    (folder / "meta.properties").write_text(META.format(cluster))


def test_a_new_folder_gets_an_id_that_kafka_takes_and_that_stays(folder: Path) -> None:
    remembered = folder.parent / "cluster-id"
    made = cluster_id(folder, remembered)
    assert len(made) == 22
    assert not made.startswith("-")
    assert cluster_id(folder, remembered) == made
    assert not is_formatted(folder)


def test_a_restored_broker_folder_brings_its_id_along(folder: Path) -> None:
    formatted(folder, "restored")
    assert cluster_id(folder, folder.parent / "cluster-id") == "restored"
    assert (folder.parent / "cluster-id").read_text() == "restored\n"


def test_the_folder_of_another_cluster_is_refused(folder: Path) -> None:
    formatted(folder, "theirs")
    (folder.parent / "cluster-id").write_text("ours\n")
    with pytest.raises(CannotStart, match="theirs instead of ours"):
        cluster_id(folder, folder.parent / "cluster-id")


@pytest.mark.parametrize(
    "content", [b"", b"version=1\n", b"cluster.id=x\nnode.id=1\n", b"\xff\x00\xfe"]
)
def test_a_damaged_meta_properties_is_refused_with_the_cure(folder: Path, content: bytes) -> None:
    (folder / "meta.properties").write_bytes(content)
    with pytest.raises(CannotStart, match=r"meta\.properties.*backup"):
        cluster_id(folder, folder.parent / "cluster-id")


def test_a_log_without_its_meta_properties_is_not_formatted_over(folder: Path) -> None:
    (folder / "__cluster_metadata-0").mkdir()
    with pytest.raises(CannotStart, match="while the log is there"):
        cluster_id(folder, folder.parent / "cluster-id")


def test_an_unreadable_file_is_refused(folder: Path) -> None:
    (folder / "meta.properties").mkdir()
    with pytest.raises(CannotStart, match="Is a directory"):
        cluster_id(folder, folder.parent / "cluster-id")


def test_a_broker_left_over_in_the_folder_is_named(folder: Path) -> None:
    hold = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX);"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        (sys.executable, "-c", hold, str(folder / ".lock")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(CannotStart, match=f"kill {other.pid}"):
            require_unused(folder)
        other.kill()
    require_unused(folder)


def test_a_lock_file_nobody_holds_is_no_obstacle(folder: Path) -> None:
    with (folder / ".lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
    require_unused(folder)

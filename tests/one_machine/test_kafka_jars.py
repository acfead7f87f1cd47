"""The broker's class path: fetched once, never half, and understandable when it cannot be."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.one_machine import kafka_jars
from services.one_machine.cannot_start import CannotStart
from services.one_machine.download_progress import Advance
from services.one_machine.kafka_jars import class_path
from services.one_machine.kafka_lock import Jar, locked


def jar(name: str, content: bytes) -> Jar:
    return Jar("org.example", name, "1.0", hashlib.sha256(content).hexdigest(), len(content))


WHEELS, BELLS = b"w" * 4000, b"b" * 300
JARS = (jar("wheels", WHEELS), jar("bells", BELLS))


class Repository:
    """A repository that can be away, break off, or send other bytes; counts what was asked."""

    def __init__(self, **contents: bytes) -> None:
        self.contents = contents
        self.asked: list[str] = []

    def __call__(self, jar: Jar, folder: Path, advance: Advance) -> Path:
        self.asked.append(jar.artifact)
        content = self.contents.get(jar.artifact)
        if content is None:
            raise ConnectionError("network is unreachable")
        path = folder / jar.filename
        path.write_bytes(content)
        advance(len(content))
        return path


def no_network(_jar: Jar, _folder: Path, _advance: Advance) -> Path:
    pytest.fail("the network was asked")


def test_a_second_start_needs_no_network(tmp_path: Path) -> None:
    first = class_path(tmp_path, JARS, Repository(wheels=WHEELS, bells=BELLS))
    assert class_path(tmp_path, JARS, no_network) == first
    assert [path.read_bytes() for path in first] == [WHEELS, BELLS]


def test_without_network_the_message_names_the_cures_and_the_folder_to_copy(tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as refusal:
        class_path(tmp_path, JARS, Repository())
    for cure in ("network is unreachable", "HTTPS_PROXY", "jgo.conf", str(tmp_path / "kafka")):
        assert cure in refusal.value.zh
        assert cure in refusal.value.en


def test_what_was_fetched_before_the_network_went_is_not_fetched_again(tmp_path: Path) -> None:
    with pytest.raises(CannotStart):
        class_path(tmp_path, JARS, Repository(wheels=WHEELS))
    later = Repository(bells=BELLS)
    class_path(tmp_path, JARS, later)
    assert later.asked == ["bells"]


def test_a_download_cut_short_or_altered_never_enters_the_cache(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="checksum"):
        class_path(tmp_path, JARS, Repository(wheels=WHEELS[:99], bells=b"x" * len(BELLS)))
    assert list((tmp_path / "kafka").glob("*.jar")) == []


def test_a_fetch_killed_half_way_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    left = tmp_path / "kafka" / ".part-killed"
    left.mkdir(parents=True)
    (left / "wheels-1.0.jar").write_bytes(b"half")
    class_path(tmp_path, JARS, Repository(wheels=WHEELS, bells=BELLS))
    assert not left.exists()


def test_a_jar_that_lost_its_end_on_disk_is_fetched_again(tmp_path: Path) -> None:
    wheels, _ = class_path(tmp_path, JARS, Repository(wheels=WHEELS, bells=BELLS))
    wheels.write_bytes(WHEELS[:10])
    class_path(tmp_path, JARS, Repository(wheels=WHEELS))
    assert wheels.read_bytes() == WHEELS


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "kafka").write_text("a file where a folder should be")
    with pytest.raises(CannotStart, match="CUNBAN_CACHE"):
        class_path(tmp_path, JARS, no_network)


def test_off_a_terminal_progress_is_plain_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class_path(tmp_path, JARS, Repository(wheels=WHEELS, bells=BELLS))
    lines = capsys.readouterr().err.splitlines()
    assert "2 files" in lines[0]
    assert "100 %" in lines[-1]


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A Maven repository served over HTTP on this machine: its folder and address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None: ...

    folder = tmp_path / "mirror"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_mirror_named_in_the_configuration_of_jgo_is_asked_first(
    tmp_path: Path, mirror: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = mirror
    configuration = tmp_path / "jgo.conf"
    configuration.write_text(f"[repositories]\nmirror = {address}\n")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    published = folder / "org/example/wheels/1.0/wheels-1.0.jar"
    published.parent.mkdir(parents=True)
    published.write_bytes(WHEELS)
    (fetched,) = class_path(tmp_path / "cache", JARS[:1], kafka_jars.with_jgo)
    assert fetched.read_bytes() == WHEELS


def test_the_lock_names_every_jar_once_with_a_checksum() -> None:
    jars = locked()
    assert len({jar.filename for jar in jars}) == len(jars)
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)
    assert {("kafka_2.13", "4.2.0"), ("kafka-clients", "4.2.0")} <= {
        (jar.artifact, jar.version) for jar in jars
    }

"""The broker's class path: downloaded once with `jgo`, checked, and kept for every later start.

A jar enters the cache only whole and with the checksum of `kafka.lock`, by a rename; so a download
broken off leaves nothing that a later start would trust.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from services.one_machine.cannot_start import CannotStart
from services.one_machine.download_progress import Advance, Stopped, progress_of
from services.one_machine.kafka_lock import Jar, locked

Fetch: TypeAlias = Callable[[Jar, Path, Advance], Path]
"""Downloads a jar into the folder, counting bytes, and gives its path. OSError, RuntimeError."""

CACHE_VARIABLE = "CUNBAN_CACHE"
"""Names the folder instead of `default_cache`."""

_ATTEMPTS = 3
_AT_ONCE = 4
_STAGING = ".part-"


def default_cache() -> Path:
    """Give the folder where downloads are kept unless another is named."""
    return Path.home() / ".cache" / "cunban"


def class_path(
    cache: Path, jars: Sequence[Jar] | None = None, fetch: Fetch | None = None
) -> tuple[Path, ...]:
    """Give the jars of the broker under `cache`, downloading those that are not there.

    Without the network, if all are there. Several processes may ask at once: one downloads.

    Raises:
        CannotStart: a jar could not be fetched, or the cache cannot be written.
    """
    jars = locked() if jars is None else jars
    folder = cache / "kafka"
    if _missing(folder, jars):
        with _alone_in(folder):
            _clear_staging(folder)
            _fetch_all(_missing(folder, jars), folder, fetch or with_jgo)
    return tuple(folder / jar.filename for jar in jars)


def _missing(folder: Path, jars: Sequence[Jar]) -> list[Jar]:
    return [jar for jar in jars if not _is_whole(folder / jar.filename, jar.size)]


def _is_whole(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:  # not there; or not reachable, which writing will say
        return False


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise CannotStart(
            f"缓存目录不可写: {folder} ({error})。请改正权限, 或用 CUNBAN_CACHE 指定别处",
            f"The cache {folder} cannot be written ({error}). "
            "Mend its rights, or name another by CUNBAN_CACHE",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _clear_staging(folder: Path) -> None:
    for left in folder.glob(f"{_STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)


def _fetch_all(jars: Sequence[Jar], folder: Path, fetch: Fetch) -> None:
    if not jars:
        return
    with progress_of(len(jars), sum(jar.size for jar in jars)) as advance:
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch")
        try:
            list(pool.map(lambda jar: _fetch_one(jar, folder, fetch, advance), jars))
        except (OSError, RuntimeError) as error:
            raise _unfetched(folder, error) from error
        finally:
            # Also on Ctrl-C: the downloads under way end at their next block.
            advance.stop()
            pool.shutdown(cancel_futures=True)


def _fetch_one(jar: Jar, folder: Path, fetch: Fetch, advance: Advance) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        with tempfile.TemporaryDirectory(dir=folder, prefix=_STAGING) as staging:
            counted = advance.of_one_file()
            try:
                path = fetch(jar, Path(staging), counted)
                _check(path, jar)
                path.replace(folder / jar.filename)
            except Stopped:
                raise
            except (OSError, RuntimeError):
                counted.take_back()
                if attempt == _ATTEMPTS:
                    raise
            else:
                return


def _check(path: Path, jar: Jar) -> None:
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    if sha256 != jar.sha256:
        raise RuntimeError(f"{jar.filename}: checksum {sha256} instead of {jar.sha256}")


def _unfetched(folder: Path, error: Exception) -> CannotStart:
    return CannotStart(
        f"第一次启动要从网上取 Kafka (约 45 MB), 没有取成: {error}\n"
        "  · 请检查网络; 经代理上网的, 设置 HTTPS_PROXY\n"
        "  · 用镜像的, 在 ~/.config/jgo.conf 的 [repositories] 写上 名称 = 地址\n"
        f"  · 完全离线的, 从已启动过的机器复制目录 {folder}\n"
        "  取到的部分已保存, 再次运行会接着取",
        f"The first start fetches Kafka (some 45 MB) over the network, and that failed: {error}\n"
        "  · check the network; behind a proxy set HTTPS_PROXY\n"
        "  · with a mirror, write name = address under [repositories] in ~/.config/jgo.conf\n"
        f"  · with no network at all, copy the folder {folder} from a machine that has started\n"
        "  What was fetched is kept: run it again to go on",
    )


def with_jgo(jar: Jar, folder: Path, advance: Advance) -> Path:
    """Download by jgo from the repositories of its own configuration, Maven Central last."""
    # Half a second that only a first start should pay.
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext, PythonResolver

    @contextmanager
    def reporting(_filename: str, _size: int) -> Iterator[Advance]:
        yield advance

    context = MavenContext(
        resolver=PythonResolver(progress_callback=reporting),
        repo_cache=folder,
        local_repos=[],
        remote_repos={**GlobalSettings.load().repositories, "central": MAVEN_CENTRAL_URL},
    )
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    return Path(os.fspath(component.artifact().resolve()))

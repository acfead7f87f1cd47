"""Where the content of attachments lies: a folder or an S3 bucket, one API (ADR 0010).

The key is `<case id>/<sha256>`: a fingerprint opens nothing of another case, and a case is erased
by its prefix. What is in a file is personal data; it never leaves for a log, an event or a table.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, MemoryStore, S3Store

from services.runtime.problems import Problem
from services.runtime.settings_of_papers import AttachmentSettings

S3: Final = "s3://"
MEMORY: Final = "memory://"
ACCESS_KEY_ID: Final = "s3_access_key_id"
SECRET_ACCESS_KEY: Final = "s3_secret_access_key"
"""Files of the folder of secrets; without them the machine's own role is asked."""
CHUNK_BYTES: Final = 1 << 20
HEAD_BYTES: Final = 8
_RETRY: Final[Any] = {"max_retries": 2, "retry_timeout": timedelta(seconds=8)}
_LIMITS: Final = {"connect_timeout": "3s", "timeout": "60s"}
"""By default a store that is away is tried for three minutes, and somebody waits for the answer."""
_FAULTS: Final = (BaseError, OSError)
log = structlog.get_logger()


class Attachments:
    """The store of one process. Opened without a word to the other side."""

    def __init__(self, settings: AttachmentSettings, secrets: Path) -> None:
        self._store = _store(settings, secrets)

    async def put(self, case_id: str, sha256: str, content: IO[bytes]) -> None:
        """Write a file whole, or not at all. Written again it is the same file.

        Raises:
            Problem: 503 `attachment.store_unavailable`; nothing is promised, try again.
        """
        content.seek(0)
        try:
            await obstore.put_async(self._store, _key(case_id, sha256), content)
        except _FAULTS as fault:
            raise _away(fault) from fault

    async def has(self, case_id: str, sha256: str) -> bool:
        """Say whether the file lies here.

        Raises:
            Problem: 503 `attachment.store_unavailable`.
        """
        try:
            await obstore.head_async(self._store, _key(case_id, sha256))
        except (NotFoundError, FileNotFoundError):
            return False
        except _FAULTS as fault:
            raise _away(fault) from fault
        return True

    async def head(self, case_id: str, sha256: str) -> bytes:
        """Give the first bytes of a file.

        Raises:
            Problem: as `get`.
        """
        try:
            key = _key(case_id, sha256)
            return bytes(await obstore.get_range_async(self._store, key, start=0, end=HEAD_BYTES))
        except (NotFoundError, FileNotFoundError):
            raise Problem("attachment.not_found") from None
        except _FAULTS as fault:
            raise _away(fault) from fault

    async def get(self, case_id: str, sha256: str) -> tuple[int, AsyncIterator[bytes]]:
        """Give size and content, a MiB or more at a time.

        Raises:
            Problem: 404 `attachment.not_found`, 503 `attachment.store_unavailable`.
        """
        try:
            found = await obstore.get_async(self._store, _key(case_id, sha256))
        except (NotFoundError, FileNotFoundError):
            raise Problem("attachment.not_found") from None
        except _FAULTS as fault:
            raise _away(fault) from fault
        return found.meta["size"], _chunks(found)


async def _chunks(found: Any) -> AsyncIterator[bytes]:
    async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
        yield bytes(chunk)


def _key(case_id: str, sha256: str) -> str:
    return f"{case_id}/{sha256}"


def _away(fault: Exception) -> Problem:
    log.error("attachments not reached", code=type(fault).__name__)
    return Problem("attachment.store_unavailable", headers={"Retry-After": "2"})


def _store(settings: AttachmentSettings, secrets: Path) -> Any:
    if settings.store.startswith(MEMORY):
        return MemoryStore()
    if not settings.store.startswith(S3):
        return LocalStore(Path(settings.store), mkdir=True)
    given: dict[str, Any] = {"region": settings.region, "retry_config": _RETRY}
    given["client_options"] = dict(_LIMITS)
    if settings.endpoint is not None:
        given |= {"endpoint": settings.endpoint, "virtual_hosted_style_request": False}
        given["client_options"]["allow_http"] = settings.endpoint.startswith("http://")
    for name, file in (
        ("access_key_id", secrets / ACCESS_KEY_ID),
        ("secret_access_key", secrets / SECRET_ACCESS_KEY),
    ):
        if file.is_file():
            given[name] = file.read_text("utf-8").strip()
    return S3Store.from_url(settings.store, **given)

"""A file on its way in: counted, hashed and sniffed while nothing of it is believed or kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any, Final, TypeAlias
from uuid import uuid4

import structlog
from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from services.kernel.file_kinds import MEDIA_TYPES, FileKind, NotAllowed, is_declared, sniff
from services.runtime.attachments import Attachments
from services.runtime.command_calls import Call, Shell, call_of
from services.runtime.problems import Problem
from services.runtime.settings import Settings
from services.runtime.tokens import BearerToken, SignedInOfficer

MOST_BYTES: Final = 1 << 30
"""For the decorator of a route that takes files; what counts is the setting, told in our form."""
IN_MEMORY: Final = 1 << 20
"""A larger file waits on disk."""
log = structlog.get_logger()
_EXTENSIONS: Final = {
    media: "jpg" if kind == "jpeg" else kind for kind, media in MEDIA_TYPES.items()
}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
FILE_BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}
}
FILE_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": dict.fromkeys(MEDIA_TYPES.values(), _BINARY)}
}
PICTURE_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": dict.fromkeys((MEDIA_TYPES["jpeg"], MEDIA_TYPES["png"]), _BINARY)}
}
"""For the document of the API."""
Scanner: TypeAlias = Callable[[IO[bytes]], Awaitable[bool]]
"""Says whether a file is clean; raises `Problem` where it cannot say."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received whole and is of an allowed kind."""

    content: IO[bytes]
    size: int
    sha256: str
    kind: FileKind

    @property
    def media_type(self) -> str:
        """As sniffed."""
        return MEDIA_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Sending:
    """One authenticated request that brings a file, or takes one away."""

    request: Request
    officer: SignedInOfficer
    idempotency_key: str
    if_match: str | None

    def call(self, sha256_of_content: str = "") -> Call:
        """Give the command's head; the content is known by its fingerprint.

        Raises:
            Problem: 400 `idempotency.key_missing`, 400 `request.version_invalid`.
        """
        known_by = sha256_of_content.encode()
        shell: Shell = self.request.app.state.shell
        return call_of(
            self.request, self.officer, self.idempotency_key, self.if_match, known_by, shell
        )


class _Head(BearerToken):
    """The dependency `Sent`: reads no body, which may be large."""

    async def __call__(  # type: ignore[override]  # gives more than the officer
        self,
        request: Request,
        idempotency_key: Annotated[
            str | None, Header(description="可不带，重复上传无害 optional: a repeat is harmless")
        ] = None,
        if_match: Annotated[
            str | None, Header(description="所见版本 the version that was seen, as ETag gave it")
        ] = None,
    ) -> Sending:
        """Read the head.

        Raises:
            Problem: 401.
        """
        key = idempotency_key or str(uuid4())
        return Sending(request, self.officer(request), key, if_match)


Sent = Annotated[Sending, Depends(_Head())]
"""For a route's parameter: `async def attach(sent: Sent, …)`."""


async def not_scanned(content: IO[bytes]) -> bool:
    """Let everything pass: the seam for a virus scanner, `app.state.scanner`. That there is none
    is said in the log at the start."""
    return True


def open_attachments(app: FastAPI, settings: Settings) -> None:
    """Let the routes of `app` take files in and give them out."""
    app.state.attachments = Attachments(settings.attachments, settings.secrets_dir)
    app.state.scanner = not_scanned
    log.warning("attachments are not scanned for viruses", code="attachment.no_scanner")


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[Upload]:
    """Take the body of `request` in; the file is gone when the block ends.

    Raises:
        Problem: 413, 415 or 422 `attachment.…`; 400 where the client went away.
    """
    settings: Settings = request.app.state.settings
    limit = settings.attachments.max_bytes
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as content:
        size, digest = 0, sha256()
        try:
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                digest.update(chunk)
                await asyncio.to_thread(content.write, chunk)
        except ClientDisconnect:
            raise Problem("request.refused") from None  # half a file is no file
        kind = await asyncio.to_thread(_kind_of, content, size)
        if not is_declared(kind, request.headers.get("content-type", "")):
            raise Problem("attachment.type_mismatch")
        content.seek(0)
        if not await request.app.state.scanner(content):
            raise Problem("attachment.infected")
        yield Upload(content, size, digest.hexdigest(), kind)


async def served(
    attachments: Attachments, case_id: str, sha256_of_content: str, media_type: str, name: str
) -> StreamingResponse:
    """Give a file to be saved, never to be shown: what is in it came from outside.

    Raises:
        Problem: 404 `attachment.not_found`, 503 `attachment.store_unavailable`.
    """
    size, content = await attachments.get(case_id, sha256_of_content)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{_EXTENSIONS[media_type]}"',
        "Content-Length": str(size),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{sha256_of_content}"',
    }
    return StreamingResponse(content, headers=headers, media_type=media_type)


async def served_picture(
    attachments: Attachments, case_id: str, sha256_of_content: str
) -> StreamingResponse:
    """Give a picture, whose type nobody has written down: it is told by its first bytes.

    Raises:
        Problem: as `served`; 404 also where it is no picture.
    """
    media_type = _picture_by_head(await attachments.head(case_id, sha256_of_content))
    return await served(attachments, case_id, sha256_of_content, media_type, "picture")


def _picture_by_head(head: bytes) -> str:
    if head.startswith(b"\x89PNG"):
        return MEDIA_TYPES["png"]
    if head.startswith(b"\xff\xd8\xff"):
        return MEDIA_TYPES["jpeg"]
    raise Problem("attachment.not_found")


def _kind_of(content: IO[bytes], size: int) -> FileKind:
    def read(offset: int, length: int) -> bytes:
        content.seek(offset)
        return content.read(length)

    try:
        return sniff(read, size)
    except NotAllowed as found:
        code = "attachment.type_not_allowed" if found.why == "other" else f"attachment.{found.why}"
        raise Problem(code) from None


def _too_large(limit: int) -> Problem:
    told = f"单个附件不得超过 {limit >> 20} MiB，请压缩图片或分成几个文件上传。"
    return Problem("attachment.too_large", detail=told, headers={"Connection": "close"})

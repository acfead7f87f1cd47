"""What a file really is: an allow-list sniffer for papers. Looks at heads and lists, never unpacks.

No sniffer from outside serves: they take an xlsx and an OFD for a Word document (pitfall P5).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from services.kernel.zip_listing import Archive, UnsafeArchive

FileKind: TypeAlias = Literal["pdf", "jpeg", "png", "docx", "xlsx", "ofd"]
Why: TypeAlias = Literal[
    "empty", "heic", "old_office", "other", "damaged", "encrypted", "unsafe", "macros"
]
Read: TypeAlias = Callable[[int, int], bytes]
"""(offset, length) → the bytes there, fewer at the end."""

MEDIA_TYPES: Final[dict[FileKind, str]] = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
}
"""OFD: GB/T 33190; it has no registered type, this one is what offices send."""
UNDECLARED: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_ALSO: Final = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "application/x-pdf": "application/pdf",
    "application/vnd.ofd": "application/ofd",
    "application/x-ofd": "application/ofd",
}
_HEIC: Final = frozenset(
    {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
)
_OLD_OFFICE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_MOST_PIXELS: Final = 400_000_000
"""Twice the largest camera of a phone: a picture of more is there to fill a memory."""
_TAIL: Final = 2048
_PLACE_OF_MAIN: Final[dict[FileKind, bytes]] = {
    "docx": b"wordprocessingml.document.main+xml",
    "xlsx": b"spreadsheetml.sheet.main+xml",
}


class NotAllowed(Exception):
    """A file that is not taken; `why` says which remedy to name."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


def sniff(read: Read, size: int) -> FileKind:
    """Give the kind of the `size` bytes behind `read`; at most some hundred KiB of it are read.

    Raises:
        NotAllowed: empty, not of the list, damaged, encrypted, with macros, or an archive that
            would burst whoever opens it.
    """
    if size == 0:
        raise NotAllowed("empty")
    head = read(0, 32)
    if head.startswith(b"%PDF-"):
        return _pdf(read, size)
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(head)
    if head.startswith(b"PK\x03\x04"):
        return _office(read, size)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise NotAllowed("heic")
    raise NotAllowed("old_office" if head.startswith(_OLD_OFFICE) else "other")


def is_declared(kind: FileKind, content_type: str) -> bool:
    """Say whether a `Content-Type` names `kind`, or nothing in particular."""
    bare = content_type.partition(";")[0].strip().lower()
    return bare in UNDECLARED or _ALSO.get(bare, bare) == MEDIA_TYPES[kind]


def _pdf(read: Read, size: int) -> FileKind:
    tail = read(max(0, size - _TAIL), _TAIL)
    if b"%%EOF" not in tail:
        raise NotAllowed("damaged")  # cut short on the way, as a broken line does
    if b"/Encrypt" in tail:
        raise NotAllowed("encrypted")
    return "pdf"


def _png(head: bytes) -> FileKind:
    width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    if head[12:16] != b"IHDR" or not width or not height:
        raise NotAllowed("damaged")
    if width * height > _MOST_PIXELS:
        raise NotAllowed("unsafe")
    return "png"


def _office(read: Read, size: int) -> FileKind:
    try:
        archive = Archive(read, size)
        if (content := archive.begin_of("OFD.xml")) is not None:
            return _ofd(content)
        content = archive.begin_of("[Content_Types].xml")
    except UnsafeArchive as found:
        raise NotAllowed(found.why) from None
    if content is None:
        raise NotAllowed("other")
    if b"macroEnabled" in content or any(n.endswith("vbaProject.bin") for n in archive.names):
        raise NotAllowed("macros")
    for kind, main in _PLACE_OF_MAIN.items():
        if main in content:
            return kind
    raise NotAllowed("other")


def _ofd(content: bytes) -> FileKind:
    if b"http://www.ofdspec.org" not in content:
        raise NotAllowed("other")
    return "ofd"

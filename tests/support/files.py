"""Files as people send them, good and hostile."""

from __future__ import annotations

import zlib
from io import BytesIO
from struct import pack
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

PDF: Final = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
JPEG: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64) + b"\xff\xd9"
HEIC: Final = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
OLD_WORD: Final = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)
_TYPES: Final = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Override PartName="/x" ContentType="application/vnd.openxmlformats-'
    'officedocument.{}.main+xml"/></Types>'
)
OFD_XML: Final = '<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>'


def png(width: int = 1, height: int = 1) -> bytes:
    """Give a picture that says it is of that size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))

    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def zipped(**entries: str | bytes) -> bytes:
    """Give an archive; `__` in a name stands for a slash, `_dot_` for a point."""
    names = {name.replace("__", "/").replace("_dot_", "."): text for name, text in entries.items()}
    return archive(names)


def archive(entries: dict[str, str | bytes]) -> bytes:
    """Give an archive of these entries."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as file:
        for name, text in entries.items():
            file.writestr(name, text)
    return written.getvalue()


def word(**more: str | bytes) -> bytes:
    """Give a Word document."""
    types = {"[Content_Types].xml": _TYPES.format("wordprocessingml.document")}
    return archive({**types, "word/document.xml": "<w:document/>", **more})


def sheet(**more: str | bytes) -> bytes:
    """Give an Excel sheet."""
    types = {"[Content_Types].xml": _TYPES.format("spreadsheetml.sheet")}
    return archive({**types, "xl/workbook.xml": "<workbook/>", **more})


def ofd(**more: str | bytes) -> bytes:
    """Give a document in the state's own page format (GB/T 33190)."""
    return archive({"OFD.xml": OFD_XML, "Doc_0/Document.xml": "<ofd:Document/>", **more})


def bomb(mebibytes: int = 300) -> bytes:
    """Give a Word document that would come to so many MiB."""
    return word(**{"word/media/nothing.bin": bytes(mebibytes << 20)})


def encrypted(content: bytes) -> bytes:
    """Set the bit that says "encrypted" on the first entry of an archive."""
    changed, at = bytearray(content), content.index(b"PK\x01\x02")
    changed[at + 8] |= 1
    return bytes(changed)

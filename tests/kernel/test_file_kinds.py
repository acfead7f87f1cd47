"""What a file really is: the allow-list, and everything that is turned away with its reason."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.kernel.file_kinds import MEDIA_TYPES, FileKind, NotAllowed, Why, is_declared, sniff
from tests.support.files import (
    HEIC,
    JPEG,
    OLD_WORD,
    PDF,
    archive,
    bomb,
    encrypted,
    ofd,
    png,
    sheet,
    word,
)

DEEP = "/".join(["down"] * 10_000)
READ_AT_MOST = 3 << 20


def kind_of(content: bytes) -> FileKind:
    """Sniff, and see that no more than a little of a large file is read."""
    read = 0

    def some(offset: int, length: int) -> bytes:
        nonlocal read
        found = content[offset : offset + length]
        read += len(found)
        return found

    try:
        return sniff(some, len(content))
    finally:
        assert read <= READ_AT_MOST


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (JPEG, "jpeg"),
        (png(), "png"),
        (word(), "docx"),
        (sheet(), "xlsx"),
        (ofd(), "ofd"),
        (word(**{"word/embeddings/table.xlsx": sheet()}), "docx"),
    ],
    ids=["pdf", "jpeg", "png", "docx", "xlsx", "ofd", "docx with a sheet in it"],
)
def test_what_offices_and_villagers_send_is_known(content: bytes, kind: FileKind) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (HEIC, "heic"),
        (OLD_WORD, "old_office"),
        (b"MZ\x90\x00" + bytes(99), "other"),
        (b"<html><script>alert(1)</script></html>", "other"),
        (b"GIF89a" + bytes(99), "other"),
        (b" " + PDF, "other"),
        (archive({"readme.txt": "x"}), "other"),
        (archive({"OFD.xml": "<x/>"}), "other"),
        (archive({"[Content_Types].xml": "<Types/>"}), "other"),
        (PDF[:-8], "damaged"),
        (PDF.replace(b"/Root", b"/Encrypt 9 0 R /Root"), "encrypted"),
        (png(60_000, 60_000), "unsafe"),
        (word()[:-30], "damaged"),
        (word()[:99] + bytes(99), "damaged"),
        (encrypted(word()), "encrypted"),
        (bomb(), "unsafe"),
        (word(**{DEEP: "x"}), "unsafe"),
        (word(**{"../../etc/passwd": "x"}), "unsafe"),
        (word(**{"/etc/passwd": "x"}), "unsafe"),
        (word(**{"word/media/more.zip": word()}), "unsafe"),
        (archive({str(number): "" for number in range(5_000)}), "unsafe"),
        (word(**{"word/vbaProject.bin": "x"}), "macros"),
    ],
)
def test_everything_else_is_turned_away_with_its_reason(content: bytes, why: Why) -> None:
    with pytest.raises(NotAllowed) as found:
        kind_of(content)
    assert found.value.why == why


def test_an_archive_that_lies_about_the_number_of_its_entries_is_damaged() -> None:
    lying = bytearray(word())
    end = lying.rindex(b"PK\x05\x06")
    lying[end + 10] -= 1
    with pytest.raises(NotAllowed, match="damaged"):
        kind_of(bytes(lying))


def test_entries_that_share_their_bytes_are_a_bomb() -> None:
    content = word(**{f"word/{number}.bin": bytes(9 << 20) for number in range(3)})
    shared = bytearray(content)
    at = shared.index(b"PK\x01\x02")
    shared[at + 20 : at + 24] = len(content).to_bytes(4, "little")
    with pytest.raises(NotAllowed, match="unsafe"):
        kind_of(bytes(shared))


@for_all(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", b"\x89PNG"]))
def test_no_bytes_make_it_fail_otherwise(content: bytes, head: bytes) -> None:
    with suppress(NotAllowed):
        kind_of(head + content)


@for_all(st.data())
def test_no_broken_document_makes_it_fail_otherwise(data: st.DataObject) -> None:
    broken = bytearray(data.draw(st.sampled_from([word(), sheet(), ofd()])))
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with suppress(NotAllowed):
        kind_of(bytes(broken))


def test_a_type_is_declared_by_its_name_or_not_at_all() -> None:
    assert is_declared("pdf", "application/pdf; charset=binary")
    assert is_declared("jpeg", "image/JPG")
    assert is_declared("ofd", "application/octet-stream")
    assert is_declared("png", "")
    assert not is_declared("docx", "application/pdf")
    assert not is_declared("xlsx", MEDIA_TYPES["docx"])

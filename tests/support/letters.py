"""Reading a printed document: its text without blanks, and what its QR code leads to."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final

import segno
from pypdf import PdfReader

SECRET: Final = b"of the county, thirty-two bytes!"
_STEP: Final = re.compile(r"([Mmh])([-0-9. ]*)")
_NUMBER: Final = re.compile(r"-?[0-9.]+")
PUBLIC: Final = "https://banshi.county.example"


def text_of(pdf: bytes) -> str:
    """Give all that is printed, blanks left out: typst sets Chinese and digits apart."""
    pages = PdfReader(BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def dark_modules(svg: str) -> set[tuple[int, int]]:
    """Give column and row of every dark module of a QR code that segno wrote as SVG."""
    dark: set[tuple[int, int]] = set()
    column, row = 0, 0
    for step, written in _STEP.findall(svg.partition(' d="')[2].partition('"')[0]):
        numbers = [float(number) for number in _NUMBER.findall(written)]
        if step == "h":
            dark.update((column + n, row) for n in range(int(numbers[0])))
            column += int(numbers[0])
        elif step == "m":
            column, row = column + int(numbers[0]), row + int(numbers[1])
        else:
            column, row = int(numbers[0]), int(numbers[1])
    return dark


def expected_modules(address: str) -> set[tuple[int, int]]:
    """Give the dark modules that a QR code of `address` has to have, its border of two counted."""
    code = segno.make(address, error="q", micro=False)
    return {
        (column + 2, row + 2)
        for row, line in enumerate(code.matrix)
        for column, module in enumerate(line)
        if module
    }

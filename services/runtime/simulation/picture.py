"""Files of the simulation: what a survey takes a picture of, what a villager brings."""

from __future__ import annotations

from typing import Final

PICTURE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001"
    "48afa4710000000049454e44ae426082"
)
"""The smallest picture there is; whoever records a survey uploads it first."""
_PHOTO: Final = bytes.fromhex(
    "ffd8ffe000104a46494600010101004800480000ffdb004300" + "ff" * 64 + "ffc0000b08000100010101"
    "1100ffc4001400010000000000000000000000000000000003ffc400141001000000000000000000000000000000"
    "00ffda0008010100003f0037ffd9"
)
_SCAN: Final = (
    b"%PDF-1.4\n"
    b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n"
    b"0000000115 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n186\n%%EOF\n"
)
PAPERS: Final[dict[str, bytes]] = {"pdf": _SCAN, "png": PICTURE, "jpeg": _PHOTO}
"""A page, a picture, a photograph: as small as they can be, and whole."""

"""What a survey of the simulation takes a picture of."""

from __future__ import annotations

from typing import Final

PICTURE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001"
    "48afa4710000000049454e44ae426082"
)
"""The smallest picture there is; whoever records a survey uploads it first."""

"""Scripts and styles that come with the package: nothing is fetched from elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from fastapi import Response

from services.runtime.problems import Problem

FOLDER: Final = Path(__file__).parent / "assets"
MANIFEST: Final = FOLDER / "manifest.json"
_MEDIA: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Vendored:
    """One file that is not ours, as the manifest names it."""

    file: str
    package: str
    version: str
    sha256: str
    licence: str
    licence_file: str


def vendored() -> tuple[Vendored, ...]:
    """Read the manifest of the files that others wrote."""
    return tuple(Vendored(**entry) for entry in json.loads(MANIFEST.read_text("utf-8")))


class AssetFiles:
    """The files, read once; an address carries a digest, so that it may be kept for ever."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _MEDIA
        }
        self._address = cache(self._new_address)

    def address_of(self, name: str) -> str:
        """Give the address of a file.

        Raises:
            KeyError: there is no such file.
        """
        return self._address(name)

    def answer(self, name: str) -> Response:
        """Give a file as an answer that browsers may keep for ever.

        Raises:
            Problem: 404 `request.not_found`.
        """
        content = self._files.get(name)
        if content is None:
            raise Problem("request.not_found")
        media = _MEDIA[Path(name).suffix]
        return Response(content, headers={"Cache-Control": _FOR_EVER}, media_type=media)

    def _new_address(self, name: str) -> str:
        return f"/assets/{name}?v={sha256(self._files[name]).hexdigest()[:12]}"

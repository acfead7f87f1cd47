"""Documents as PDF: a typst template, facts as JSON, the fonts that come with us (ADR 0011).

What a fact says is data: a person called `#read("f")` is printed as just that.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import orjson
import segno
import typst
from fastapi import Response

from services.kernel.identifiers import document_code
from services.runtime.case_events import CaseEvents
from services.runtime.roles import Host

ROOT: Final = Path(__file__).parents[1]
"""Folder of the services: templates lie beside whoever issues the document."""
AT_ONCE: Final = 2
PDF_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}
"""For the document of the API."""


class Printer:
    """Prints for one process, away from its event loop."""

    def __init__(self, public_url: str, secret: bytes) -> None:
        self._public_url, self._secret = public_url, secret
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="printing")

    def address_of(self, number: str) -> str:
        """Give the address at which a document can be checked without signing in."""
        code = document_code(self._secret, number)
        return f"{self._public_url}/v1/public/documents/{number}?code={code}"

    async def pdf(
        self, template: Path, number: str, facts: Mapping[str, Any], at: datetime
    ) -> bytes:
        """Give the document with its number, a QR code to check it by, and `at` as the time when
        it was made: the same facts are the same bytes."""
        address = self.address_of(number)
        known = {
            **facts,
            "number": number,
            "code": document_code(self._secret, number),
            "address": address,
            "qr": qr_svg(address),
        }
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, printed, template, known, at)

    def close(self) -> None:
        """Let what is being printed end."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def pdf_response(content: bytes, number: str) -> Response:
    """Give a document to be shown or saved under its number."""
    headers = {"Content-Disposition": f'inline; filename="{number}.pdf"'}
    return Response(content, headers=headers, media_type="application/pdf")


@asynccontextmanager
async def printing(
    host: Host, secret: bytes, name_of: Callable[[str], str | None]
) -> AsyncIterator[None]:
    """Let the routes of an API process print, and read back what they print; `name_of` gives the
    name of an applicant, None where nobody is known."""
    settings, state = host.settings, host.app.state
    state.name_of, state.case_events = name_of, CaseEvents(host.bootstrap)
    state.printer = printer = Printer(settings.documents.public_url, secret)
    try:
        yield
    finally:
        printer.close()


def printed(template: Path, facts: Mapping[str, Any], at: datetime) -> bytes:
    """Give `template` filled with `facts`, some 30 ms a page.

    Raises:
        typst.TypstError: the template is wrong, or a fact that it needs is missing.
    """
    made = typst.compile(
        template,
        root=ROOT,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"facts": orjson.dumps(facts).decode()},
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def qr_svg(address: str) -> str:
    """Give `address` as a QR code that bears a stamp or a fold on a quarter of it."""
    written = BytesIO()
    segno.make(address, error="q", micro=False).save(written, kind="svg", border=2, xmldecl=False)
    return written.getvalue().decode()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # Found, never imported: the package imports matplotlib, which is not here.
    found = find_spec("mplfonts")
    assert found is not None
    assert found.submodule_search_locations is not None
    folder = Path(next(iter(found.submodule_search_locations))) / "fonts"
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])

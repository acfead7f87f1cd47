"""Names of what cases point at, for people to read; the code where there is none."""

from __future__ import annotations

from services.kernel.reference_book import ReferenceBook


def item_name(book: ReferenceBook, code: str) -> str:
    """Give the name of an item's latest version."""
    names = [item.name for item in book.items() if item.code == code]
    return names[-1] if names else code


def organisation_name(book: ReferenceBook, path: str) -> str:
    """Give the name of an organisation."""
    return next((o.name for o in book.organisations() if o.path == path), path)

"""The glossary, read from `GLOSSARY.md`: the one place where a term meets its Chinese word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a table."""

    term: str
    zh: str
    meaning: str
    source: str


def entries(markdown: str) -> list[Entry]:
    """Give the rows of all tables in `markdown`, in order; repeated terms stay repeated."""
    rows = [_cells(line) for line in markdown.splitlines() if line.startswith("| ")]
    return [Entry(*row) for row in rows if len(row) == 4 and row[0] not in ("term", "---")]


@lru_cache(maxsize=1)
def glossary() -> Mapping[str, Entry]:
    """Give the project's glossary by term, code terms without their backticks."""
    text = resources.files("schemas").joinpath("GLOSSARY.md").read_text("utf-8")
    return MappingProxyType({entry.term: entry for entry in entries(text)})


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]

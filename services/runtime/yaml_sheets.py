"""YAML files whose every part knows its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

Way: TypeAlias = tuple[str | int, ...]
"""Keys and places down to a part of a file."""
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml reads a county of 87 items ten times as fast as Python does; the lines are the same."""


class _Loader(_LOADER):  # type: ignore[misc,valid-type]  # chosen at run time
    """Says where a scalar stands that looks like a day or a number and is none: 2026-02-30."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as none:
            mark = node.start_mark
            raise yaml.constructor.ConstructorError(None, None, str(none), mark) from None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One YAML file: its content, and the nodes that know their lines."""

    path: Path
    content: Any
    node: yaml.Node | None

    def line(self, way: Way) -> int:
        """Give the line of the deepest part of `way` that the file has, from 1."""
        node = self.node
        for part in way:
            found = child(node, part)
            if found is None:
                break
            node = found
        return node.start_mark.line + 1 if node is not None else 1


def parse(path: Path) -> Sheet:
    """Read a file.

    Raises:
        yaml.YAMLError, OSError, UnicodeDecodeError: it is not YAML, or cannot be read.
    """
    loader = _Loader(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        return Sheet(path, loader.construct_document(node) if node else None, node)
    finally:
        loader.dispose()


def child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    """Give a part of a node; None where it has no such part."""
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    return None


def repeated_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Give line and name of every field that is given twice."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                yield key.start_mark.line + 1, str(key.value)
            seen.add(str(key.value))
            yield from repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from repeated_keys(value)

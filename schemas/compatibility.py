"""Whether two forms of one message can live on a log that is kept for ever.

Our own comparison rather than `jsoncompat`: it names the field, it judges `format`, `pattern` and
`default`, which no checker does, and it needs no development dependency where it runs. It knows the
keywords that our models bring forth and no others: a difference in any other keyword is a break.
`jsoncompat` is the oracle in its tests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias

from schemas.json_schema import JsonSchema, closed

Direction: TypeAlias = Literal["new reader, old messages", "old reader, new messages"]
BreakKind: TypeAlias = Literal[
    "type", "values", "required", "bound", "format", "pattern", "default", "union", "unjudged"
]


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """One thing by which a reader would fail on, or misunderstand, what a writer may write."""

    field: str
    """Path from the root, `defects[].material`; empty for the message itself."""
    kind: BreakKind
    direction: Direction
    reader: str
    writer: str
    """What either side says about it, short."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A break, with the two files between which it lies; `model` stands for today's classes."""

    name: str
    older: str
    newer: str
    broken: Break


def compatible(old: JsonSchema, new: JsonSchema) -> list[Break]:
    """Give what breaks between two forms, both ways; sorted, unique, empty if nothing does.

    The writer's side is taken as closed, the reader's as open (libraries §4).
    """
    back: Direction = "new reader, old messages"
    forth: Direction = "old reader, new messages"
    found = [*_Reading(new, old, back).breaks(), *_Reading(old, new, forth).breaks()]
    return sorted(set(found))


def transitively_compatible(name: str, forms: Mapping[str, JsonSchema]) -> list[Finding]:
    """Give what breaks between any two of `forms`, oldest first (FULL_TRANSITIVE)."""
    return [
        Finding(name, older, newer, broken)
        for (older, old), (newer, new) in combinations(forms.items(), 2)
        for broken in compatible(old, new)
    ]


_LOWER: Final = ("minimum", "minLength", "minItems")
_UPPER: Final = ("maximum", "maxLength", "maxItems")
_WORDING: Final = frozenset({"$schema", "$id", "$defs", "title", "description", "examples"})
_JUDGED: Final = frozenset(
    {"type", "enum", "const", "format", "pattern", "default", "anyOf", "$ref"}
    | {"properties", "required", "items", *_LOWER, *_UPPER}
)


class _Reading:
    """One side reading what the other wrote."""

    def __init__(self, reader: JsonSchema, writer: JsonSchema, direction: Direction) -> None:
        self._reader, self._writer = closed(reader), closed(writer)
        self._direction = direction
        self._open: set[tuple[int, int]] = set()
        """Pairs under comparison further up: a form may contain itself."""

    def breaks(self) -> list[Break]:
        return list(self._value("", self._reader, self._writer))

    def _break(self, field: str, kind: BreakKind, reader: object, writer: object) -> Break:
        return Break(field, kind, self._direction, _short(reader), _short(writer))

    def _value(self, field: str, reader: JsonSchema, writer: JsonSchema) -> Iterator[Break]:
        branches = _branches(reader, self._reader)
        for written in _branches(writer, self._writer):
            tried = [list(self._single(field, branch, written)) for branch in branches]
            if not all(tried):
                continue
            kind = written.get("type")
            alike = [t for t, b in zip(tried, branches, strict=True) if b.get("type") == kind]
            if len(tried) == 1 or len(alike) == 1:
                yield from (alike or tried)[0]
            else:
                kinds = [branch.get("type") for branch in branches]
                yield self._break(field, "union", kinds, kind)

    def _single(self, field: str, reader: JsonSchema, writer: JsonSchema) -> Iterator[Break]:
        pair = (id(reader), id(writer))
        if pair in self._open:
            return
        self._open.add(pair)
        yield from self._unjudged(field, reader, writer)
        if (allowed := _values(reader)) is not None:
            yield from self._listed(field, allowed, _values(writer))
        elif (kind := reader.get("type")) is not None and kind != writer.get("type"):
            yield self._break(field, "type", kind, writer.get("type"))
        else:
            yield from self._marks(field, reader, writer)
            yield from self._bounds(field, reader, writer)
            yield from self._parts(field, reader, writer)
        self._open.discard(pair)

    def _listed(
        self, field: str, allowed: Sequence[object], written: Sequence[object] | None
    ) -> Iterator[Break]:
        beyond = written and [value for value in written if value not in allowed]
        if written is None or beyond:
            yield self._break(field, "values", allowed, beyond)

    def _parts(self, field: str, reader: JsonSchema, writer: JsonSchema) -> Iterator[Break]:
        if reader.get("type") == "object":
            yield from self._fields(field, reader, writer)
        if reader.get("type") == "array":
            yield from self._value(f"{field}[]", reader.get("items", {}), writer.get("items", {}))

    def _unjudged(self, field: str, reader: JsonSchema, writer: JsonSchema) -> Iterator[Break]:
        for keyword in sorted((reader.keys() | writer.keys()) - _JUDGED - _WORDING):
            if reader.get(keyword) != writer.get(keyword):
                sides = ({keyword: side.get(keyword)} for side in (reader, writer))
                yield self._break(field, "unjudged", *sides)

    def _marks(self, field: str, reader: JsonSchema, writer: JsonSchema) -> Iterator[Break]:
        marks: tuple[Literal["format", "pattern"], ...] = ("format", "pattern")
        for mark in marks:
            if mark in reader and reader[mark] != writer.get(mark):
                yield self._break(field, mark, reader[mark], writer.get(mark))

    def _bounds(self, field: str, reader: JsonSchema, writer: JsonSchema) -> Iterator[Break]:
        for bound in (*_LOWER, *_UPPER):
            wanted, kept = reader.get(bound), _bound(bound, writer)
            if wanted is None:
                continue
            if kept is None or (kept < wanted if bound in _LOWER else kept > wanted):
                yield self._break(field, "bound", f"{bound} {wanted}", f"{bound} {kept}")

    def _fields(self, field: str, reader: JsonSchema, writer: JsonSchema) -> Iterator[Break]:
        wanted, written = reader.get("properties", {}), writer.get("properties", {})
        sure = frozenset(writer.get("required", ()))
        needed = frozenset(reader.get("required", ()))
        for name in sorted(needed - sure):
            yield self._break(_below(field, name), "required", "required", "may be absent")
        for name in sorted(wanted.keys() & written.keys()):
            below = _below(field, name)
            if name not in sure | needed:
                yield from self._default(below, wanted[name], written[name])
            yield from self._value(below, wanted[name], written[name])

    def _default(self, field: str, reader: JsonSchema, writer: JsonSchema) -> Iterator[Break]:
        """An absent field would change its meaning."""
        # Compared as text: 1 and True are equal in Python only.
        sides = [json.dumps(side.get("default"), sort_keys=True) for side in (reader, writer)]
        if sides[0] != sides[1]:
            yield self._break(field, "default", *sides)


def _branches(schema: JsonSchema, root: JsonSchema) -> list[JsonSchema]:
    """Give the alternatives of `schema`, references followed."""
    if (ref := schema.get("$ref")) is not None:
        schema = root["$defs"][ref.removeprefix("#/$defs/")]
    if "anyOf" in schema:
        return [b for of in schema["anyOf"] for b in _branches(of, root)]
    return [schema]


def _values(schema: JsonSchema) -> Sequence[object] | None:
    """Give the closed list of values, `None` where there is none."""
    found: Sequence[object] | None = [schema["const"]] if "const" in schema else schema.get("enum")
    return found


def _bound(bound: str, writer: JsonSchema) -> int | None:
    """Give the writer's bound; that of a closed list of words lies in its words."""
    words = _values(writer)
    if words is not None and bound in ("minLength", "maxLength"):
        lengths = [len(str(word)) for word in words]
        return min(lengths) if bound == "minLength" else max(lengths)
    kept: int | None = writer.get(bound, 0 if bound in ("minLength", "minItems") else None)
    return kept


def _below(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _short(side: object) -> str:
    text = "-" if side is None else str(side)
    return text if len(text) <= 120 else text[:117] + "..."

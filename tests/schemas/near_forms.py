"""Forms to compare, and what the oracle says of two of them."""

from __future__ import annotations

import json

import jsoncompat
from hypothesis import strategies as st

from schemas.compatibility import Direction, compatible
from schemas.json_schema import JsonSchema, closed, opened

BACK: Direction = "new reader, old messages"
FORTH: Direction = "old reader, new messages"

TEXT: JsonSchema = {"type": "string"}
COUNT: JsonSchema = {"type": "integer", "minimum": 1}


def form(required: dict[str, JsonSchema], **optional: JsonSchema) -> JsonSchema:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": sorted(required),
        "additionalProperties": False,
    }


def one_of(*words: str) -> JsonSchema:
    return {"type": "string", "enum": list(words)}


def broken(old: JsonSchema, new: JsonSchema) -> dict[Direction, set[tuple[str, str]]]:
    found: dict[Direction, set[tuple[str, str]]] = {BACK: set(), FORTH: set()}
    for fault in compatible(old, new):
        found[fault.direction].add((fault.field, fault.kind))
    return found


def oracle_accepts(reader: JsonSchema, writer: JsonSchema) -> bool:
    """What jsoncompat says of an open reader and a closed writer."""
    sides = (json.dumps(closed(writer)), json.dumps(opened(reader)))
    return bool(jsoncompat.check_compat(*sides, "deserializer"))


# Two forms over the same few names and few variants: near enough to one another to be compatible
# often, different enough to break in every way.
leaves = st.sampled_from(
    [
        TEXT,
        {**TEXT, "minLength": 1},
        {**TEXT, "minLength": 1, "maxLength": 3},
        one_of("a", "bb"),
        one_of("a"),
        {"type": "integer"},
        COUNT,
        {**COUNT, "maximum": 9},
        {"type": "boolean"},
    ]
)
values = st.recursive(
    leaves,
    lambda below: st.one_of(
        below.map(lambda of: {"anyOf": [of, {"type": "null"}]}),
        st.builds(lambda of: {"type": "array", "items": of}, below),
        st.builds(lambda of: {"type": "array", "items": of, "minItems": 1}, below),
        st.builds(
            form,
            st.dictionaries(st.sampled_from(["p", "q"]), below, max_size=2),
            r=below,
        ),
    ),
    max_leaves=4,
)


@st.composite
def near_forms(draw: st.DrawFn) -> tuple[JsonSchema, JsonSchema]:
    shared = draw(st.lists(values, min_size=1, max_size=3))
    sides = []
    for _ in range(2):
        fields = {
            f"f{n}": draw(values) if draw(st.integers(0, 3)) == 0 else of
            for n, of in enumerate(shared)
        }
        sure = {name for name in fields if draw(st.booleans())}
        required = {name: of for name, of in fields.items() if name in sure}
        sides.append(form(required, **{n: of for n, of in fields.items() if n not in sure}))
    return sides[0], sides[1]

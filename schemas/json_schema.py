"""JSON Schema (2020-12) of what is on the log, as its *writer* promises it: nothing beside it.

Readers are wider: they pass over fields that they do not know. `schemas.compatibility` compares
the two. Only the form is in the text, no wording: a better docstring is not another revision.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from schemas.registry import BY_TYPE, FACTS
from schemas.values import Value

JsonSchema: TypeAlias = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

FORMS: Final[Mapping[str, type[Value]]] = MappingProxyType({**BY_TYPE, **FACTS})
"""Everything that is published, by name: CloudEvents type, or topic and kind of a fact."""

_NAME_MAPS: Final = frozenset({"properties", "$defs"})
_WORDING: Final = frozenset({"title", "description"})


def schema_of(name: str) -> JsonSchema:
    """Give the writer's closed schema of one form, by its name in `FORMS`.

    Every object, nested ones too, has `additionalProperties: false`.

    Raises:
        KeyError: nothing of that name is published.
    """
    form = _rebuilt(FORMS[name].model_json_schema(), _closed_form_only)
    return {"$schema": DIALECT, "title": name, **form}


def text_of(schema: JsonSchema) -> str:
    """Give the text that is filed: equal schemas are equal bytes."""
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def closed(schema: JsonSchema) -> JsonSchema:
    """Give the writer's side: no object holds fields that the schema does not name."""
    return _rebuilt(schema, _closed)


def opened(schema: JsonSchema) -> JsonSchema:
    """Give the reader's side: fields that it does not know are passed over."""
    return _rebuilt(schema, _opened)


def _closed_form_only(schema: JsonSchema) -> JsonSchema:
    form = {k: v for k, v in _closed(schema).items() if k not in _WORDING}
    # Their order says nothing: moving a field or a value in a class is not another revision.
    return {k: sorted(v, key=str) if k in ("required", "enum") else v for k, v in form.items()}


def _closed(schema: JsonSchema) -> JsonSchema:
    is_map = isinstance(schema.get("additionalProperties"), dict)
    if schema.get("type") != "object" or is_map:
        return schema
    return {**schema, "additionalProperties": False}


def _opened(schema: JsonSchema) -> JsonSchema:
    if schema.get("additionalProperties") is not False:
        return schema
    return {k: v for k, v in schema.items() if k != "additionalProperties"}


def _rebuilt(schema: JsonSchema, change: Callable[[JsonSchema], JsonSchema]) -> JsonSchema:
    """Apply `change` to every schema in the tree; maps of names are not schemas themselves."""
    parts: JsonSchema = {}
    for keyword, part in schema.items():
        if keyword in _NAME_MAPS:
            parts[keyword] = {name: _rebuilt(of, change) for name, of in part.items()}
        elif keyword == "items":
            parts[keyword] = _rebuilt(part, change)
        elif keyword == "anyOf":
            parts[keyword] = [_rebuilt(of, change) for of in part]
        else:
            parts[keyword] = part
    return change(parts)

"""Whether a value fits a form, for readers that keep the text and need no object.

The rules are pydantic's own, taken from the form's core schema with whatever only makes objects
left out: half the time of a full reading (`cunban bench projection`), and no second model system.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from pydantic_core import SchemaValidator

from schemas.events.base import Event
from schemas.values import to_utc_milliseconds

Check: TypeAlias = Callable[[bytes], None]
"""Raises `pydantic.ValidationError` where the bytes are no JSON that fits."""

_HAS_UTC_FORM: Final = {
    "ge": datetime.min.replace(tzinfo=UTC),
    "le": datetime.max.replace(tzinfo=UTC),
}


def check_of(form: type[Event]) -> Check:
    """Give the check of `form`: passes exactly what `schemas.codec.decode` takes as its value."""
    validate = SchemaValidator(_bare(form.__pydantic_core_schema__)).validate_json

    def check(value: bytes) -> None:
        validate(value, strict=True)

    return check


def _bare(schema: Any) -> Any:
    """Give the core schema without objects, nor what is done to a value that has passed."""
    if isinstance(schema, list | tuple):
        return type(schema)(map(_bare, schema))
    if not isinstance(schema, dict):
        return schema
    match schema.get("type"):
        case "model":
            inner = _bare(schema["schema"])
            return {**inner, "ref": schema["ref"]} if "ref" in schema else inner
        case "model-fields":
            fields = {name: _field(of["schema"]) for name, of in schema["fields"].items()}
            return {"type": "typed-dict", "fields": fields, "extra_behavior": "ignore"}
        case "function-after" if schema["function"]["function"] is to_utc_milliseconds:
            return {**schema["schema"], **_HAS_UTC_FORM}
        case _:
            return {name: _bare(of) for name, of in schema.items()}


def _field(schema: Any) -> dict[str, Any]:
    required = schema["type"] != "default"
    return {"type": "typed-dict-field", "schema": _bare(schema), "required": required}

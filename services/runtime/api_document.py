"""What the OpenAPI document says of answers: every status an operation can give, in which form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict

from schemas.values import LimitUnit
from services.runtime.problem_codes import PROBLEMS
from services.runtime.problems import MEDIA_TYPE

Json: TypeAlias = dict[str, Any]
JSON: Final = "application/json"
_REFS: Final = "#/components/schemas/{model}"
_CODE: Final = r"^[a-z][a-z_]*(\.[a-z][a-z_0-9]*)+$"
_TEXT: Final = {"type": "string"}
PROBLEM_SCHEMA: Final[Json] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "instance", "request_id"), _TEXT),
        "code": {"type": "string", "pattern": _CODE},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "field", "type", "reason"],
                "properties": dict.fromkeys(("in", "field", "type", "reason"), _TEXT),
            },
        },
    },
}
_OWN_CODES: Final = frozenset({403, 404, 409})
"""In which the rules of a service refuse; their codes stand in its README."""
_HEAD: Final[Json] = {
    "idempotency-key": {"type": "string", "pattern": r"^[\x21-\x7e]{8,128}$"},
    "if-match": {"type": "string", "pattern": r'^(\*|(W/)?"?[0-9]{1,9}"?)$'},
}
_ETAG: Final[Json] = {
    "ETag": {"description": "版本，用于 If-Match the version, for If-Match", "schema": _TEXT}
}


class Told(BaseModel):
    """Base of the answers: what is written down here is there; more may stand beside it."""

    model_config = ConfigDict(extra="allow", frozen=True)


class TermTold(Told):
    """A clock that was set; instants are RFC 3339, UTC."""

    limit: int
    unit: LimitUnit
    started_at: str
    due_at: str
    provisional: bool
    calendar_version: str


class UnderWay(Told):
    """Accepted, and not yet carried out: where to ask again (202)."""

    command_id: str
    status_url: str


def document_answers(document: Json, of_acts: type[BaseModel] | None) -> None:
    """Write into `document` which answers each operation has.

    What a route declares itself (`responses=`) stays. `of_acts` is what a command is answered
    with, where its route says nothing.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for model in (UnderWay, *((of_acts,) if of_acts else ())):
        _describe(model, schemas)
    for path, operation in _operations(document):
        answers: Json = operation["responses"]
        if _is_command(operation):
            _tell_of_head(operation)
            _tell_of_acts(answers, of_acts)
        for status in _statuses(path, operation):
            answers.setdefault(str(status), problem_answer(status))
        operation["responses"] = dict(sorted(answers.items()))


def problem_answers(*statuses: int) -> dict[int | str, Json]:
    """Give what a route declares with `responses=` of problems that others do not have."""
    return {status: problem_answer(status) for status in statuses}


def problem_answer(status: int) -> Json:
    """Give the description of one kind of problem with the codes of the runtime for it."""
    codes = [f"`{code}`" for code, known in PROBLEMS.items() if known.status == status]
    if status in _OWN_CODES:
        codes.append("本服务的拒绝码 refusal codes of the service")
    return {
        "description": "、".join(codes),
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REFS.format(model="Problem")}}},
    }


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def _names(operation: Mapping[str, Any]) -> set[str]:
    return {str(parameter["name"]).lower() for parameter in operation.get("parameters", ())}


def _is_command(operation: Mapping[str, Any]) -> bool:
    return {"idempotency-key", "if-match"} <= _names(operation)


def _statuses(path: str, operation: Mapping[str, Any]) -> Iterator[int]:
    """Give every status that is not success, by what the operation takes."""
    if operation.get("security"):
        yield from (401, 403)
    if "{" in path:
        yield 404
    if operation.get("parameters"):
        yield 422
    if "requestBody" in operation:
        yield from (404, 413, 415, 422)
    if _is_command(operation):
        yield from (400, 409, 412, 422)
    yield 503


def _tell_of_head(operation: Json) -> None:
    """FastAPI is told that both may be missing, so that we say in our form what is wrong."""
    for parameter in operation["parameters"]:
        if (name := parameter["name"].lower()) in _HEAD:
            parameter["schema"] = _HEAD[name]
            parameter["required"] = name == "idempotency-key"


def _tell_of_acts(answers: Json, of_acts: type[BaseModel] | None) -> None:
    for status in ("200", "201"):
        answer = answers.get(status, {})
        content = answer.get("content", {}).get(JSON, {})
        if of_acts is not None and content.get("schema") == {}:
            content["schema"] = {"$ref": _REFS.format(model=of_acts.__name__)}
            answer.setdefault("headers", _ETAG)
    answers.setdefault(
        "202",
        {
            "description": "尚未办完，稍后到 status_url 再问 not yet done; ask at status_url",
            "content": {JSON: {"schema": {"$ref": _REFS.format(model="UnderWay")}}},
        },
    )


def _describe(model: type[BaseModel], schemas: Json) -> None:
    described = model.model_json_schema(ref_template=_REFS, mode="serialization")
    for name, schema in described.pop("$defs", {}).items():
        schemas.setdefault(name, schema)
    schemas[model.__name__] = described

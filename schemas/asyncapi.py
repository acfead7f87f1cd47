"""The log as an AsyncAPI 3.0 document: what other systems may read of it, and who of us writes it.

Private topics (commands, results, snapshots, signals, dead letters) are no part of the contract.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, Final, TypeAlias

from schemas.events.base import Event
from schemas.glossary import glossary
from schemas.json_schema import FORMS, JsonSchema, schema_of
from schemas.registry import UPCASTS
from schemas.topics import Topic, topics
from schemas.values import Value

Document: TypeAlias = dict[str, Any]

CONTRACT_VERSION: Final = "1.0.0"
_DAY_MS: Final = 24 * 60 * 60 * 1000
_DESCRIPTION: Final = """\
村办的事件契约：一件事从村到乡镇到县，每一步都是 Kafka 上的一条事件。
内部主题（命令、结果、快照、信号、死信）不在此列。
The contract of Cunban's log: a case travels village → township → county, and every act on it is
an event on Kafka. Private topics (commands, results, snapshots, signals, dead letters) are left
out.

信封 Envelope: CloudEvents 1.0, Kafka binding, binary mode; the key is the `subject`.
读取 Reading: with `isolation.level=read_committed`. Drop repeats by `(ce_subject, ce_sequence)`,
which is unique and gapless on each topic, and pass over fields that you do not know.
"""

_HEADERS: Final[Mapping[str, tuple[str, str]]] = {
    "ce_specversion": (r"^1\.0$", "版本 CloudEvents version"),
    "ce_type": (
        r"^cn\.cunban\.[a-z.-]+\.v[1-9][0-9]*$",
        "种类与版本 event and version of its form",
    ),
    "ce_id": (r"^[0-9a-f-]{36}$", "事件编号 the same fact written twice has the same"),
    "ce_source": ("^.+$", "来源机构 path of the organisation that acted"),
    "ce_subject": ("^.+$", "主体 case id, or officer id on presence topics; equals the key"),
    "ce_time": ("^.+Z$", "发生时刻 when it was done: RFC 3339, UTC, milliseconds"),
    "ce_sequence": ("^[1-9][0-9]*$", "序号 1, 2, 3 … per key on this topic, no gap"),
    "ce_causationid": ("^.+$", "直接起因 the command that it follows from"),
    "ce_correlationid": ("^.+$", "链路 the first command of the chain"),
    "ce_actor": ("^.+$", "操作人 officer id, `applicant` or `system`"),
    "content-type": ("^application/json$", "JSON, UTF-8"),
}


def document() -> Document:
    """Give the whole document; the same contract gives the same document."""
    public = [topic for topic in topics() if topic.kind in ("events", "facts")]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "村办 Cunban",
            "version": CONTRACT_VERSION,
            "description": _DESCRIPTION,
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in public},
        "operations": dict(_operation(*end) for topic in public for end in _ends(topic)),
        "components": {
            "messages": {name: _message(name, form) for name, form in FORMS.items()},
            "schemas": {"CloudEventsHeaders": _headers(), **_shared()},
        },
    }


def _channel(topic: Topic) -> Document:
    granted = "；可授权其他部门读取 others are granted reading" if "*" in topic.readers else ""
    return {
        "address": topic.name,
        "title": topic.title_zh,
        "summary": topic.title_en,
        "description": f"键 key: {topic.key}{granted}",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _on(topic.name)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "topicConfiguration": {
                    "cleanup.policy": [topic.cleanup],
                    "retention.ms": topic.retention_days * _DAY_MS or -1,
                },
            }
        },
    }


def _on(topic: str) -> list[str]:
    """Give the names of the forms that may stand on `topic`."""
    return [
        name
        for name, form in FORMS.items()
        if topic in (form.topics if issubclass(form, Event) else (name.rpartition(".")[0],))
    ]


def _ends(topic: Topic) -> Iterator[tuple[str, str, Topic]]:
    yield from ((service, "send", topic) for service in topic.writers)
    yield from ((service, "receive", topic) for service in topic.readers if service != "*")


def _operation(service: str, action: str, topic: Topic) -> tuple[str, Document]:
    deed = "writes" if action == "send" else "reads"
    return f"{service}.{action}.{topic.name}", {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"{service} {deed} {topic.title_en[0].lower()}{topic.title_en[1:]}",
    }


def _message(name: str, form: type[Value]) -> Document:
    entry = glossary()[form.__name__]
    old = "；旧式，只读 an old form, read only" if form in UPCASTS else ""
    message: Document = {
        "name": name,
        "title": f"{entry.zh} {form.__name__}",
        "summary": f"{entry.meaning}{old}",
        "contentType": "application/json",
        "payload": _payload(name),
    }
    if issubclass(form, Event):
        message["headers"] = {
            "type": "object",
            "allOf": [
                {"$ref": "#/components/schemas/CloudEventsHeaders"},
                {"properties": {"ce_type": {"const": name}}},
            ],
        }
        message["examples"] = [_example(name)]
    return message


def _example(name: str) -> Document:
    folder = resources.files("schemas").joinpath("examples", name)
    first = min(folder.iterdir(), key=lambda file: file.name)
    stored = json.loads(first.read_text("utf-8"))
    return {"name": stored["title"], "headers": stored["headers"], "payload": stored["value"]}


def _payload(name: str) -> JsonSchema:
    schema = {k: v for k, v in schema_of(name).items() if k not in ("$defs", "$schema", "title")}
    return _referring(schema)


def _shared() -> dict[str, JsonSchema]:
    """Give the parts that several messages are made of, by name."""
    shared: dict[str, JsonSchema] = {}
    for name in FORMS:
        for part, schema in schema_of(name).get("$defs", {}).items():
            if shared.setdefault(part, schema) != schema:
                raise ValueError(f"two different parts are called {part}")
    return {part: _referring(schema) for part, schema in sorted(shared.items())}


def _referring(schema: JsonSchema) -> JsonSchema:
    text = json.dumps(schema, ensure_ascii=False, sort_keys=True)
    moved: JsonSchema = json.loads(text.replace('"#/$defs/', '"#/components/schemas/'))
    return moved


def _headers() -> JsonSchema:
    return {
        "type": "object",
        "required": list(_HEADERS),
        "properties": {
            header: {"type": "string", "pattern": pattern, "description": meaning}
            for header, (pattern, meaning) in _HEADERS.items()
        },
    }

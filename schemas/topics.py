"""The table of topics: `topics.toml`, read once and typed."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Literal, NewType, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

ServiceName = NewType("ServiceName", str)
Partitions: TypeAlias = Literal["stream", "one"]
DEAD_LETTER_DAYS = 90
COMMAND_DAYS = 7
RESULT_DAYS = 1


class Topic(BaseModel):
    """One topic as it is declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9.-]*$")
    kind: Literal["events", "facts", "signals", "commands", "results", "snapshots", "dlq"]
    key: str
    partitions: Partitions
    cleanup: Literal["delete", "compact"]
    retention_days: int = Field(ge=0)
    """0 = for ever."""
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    title_zh: str
    title_en: str


class _Service(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    key: str


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    topic: tuple[Topic, ...]
    service: tuple[_Service, ...]


def commands_topic(service: str) -> str:
    """Private; kept seven days."""
    return f"{service}.commands.v1"


def results_topic(service: str) -> str:
    """Private; kept one day."""
    return f"{service}.results.v1"


def snapshots_topic(service: str) -> str:
    """Private; compacted: the state after the last command of each key."""
    return f"{service}.snapshots.v1"


def dead_letter_topic(topic: str) -> str:
    """Unreadable messages of `topic`, with position and error."""
    return f"{topic}.dlq"


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """Give every topic there is: declared ones, each service's three, and the dead letters.

    In the table's order, names unique.
    """
    table = _Table.model_validate(
        tomllib.loads(resources.files("schemas").joinpath("topics.toml").read_text("utf-8"))
    )
    found = list(table.topic)
    for service in table.service:
        found += _private_topics(service)
    dead = [
        _dead_letters(t) for t in found if t.kind in ("events", "commands", "signals", "snapshots")
    ]
    return tuple(found + dead)


@lru_cache(maxsize=1)
def event_topics() -> tuple[str, ...]:
    """Give the names of the streams that are projected, in the table's order."""
    return tuple(t.name for t in topics() if t.kind == "events")


def _private_topics(service: _Service) -> list[Topic]:
    name, private = service.name, {"key": service.key, "partitions": "stream"}
    ends = {"writers": (name,), "readers": (name,)}
    return [
        Topic.model_validate(
            {
                **private,
                **ends,
                "name": topic,
                "kind": kind,
                "cleanup": "compact" if kind == "snapshots" else "delete",
                "retention_days": days,
                "title_zh": f"{name} 内部：{title_zh}",
                "title_en": f"{name}, private: {kind}",
            }
        )
        for topic, kind, days, title_zh in (
            (commands_topic(name), "commands", COMMAND_DAYS, "命令"),
            (results_topic(name), "results", RESULT_DAYS, "结果"),
            (snapshots_topic(name), "snapshots", 0, "状态"),
        )
    ]


def _dead_letters(source: Topic) -> Topic:
    # Who fails at a message files it: its own reader; whoever is granted reading ("*") may not.
    finders = source.writers if source.kind == "commands" else source.readers
    return source.model_copy(
        update={
            "name": dead_letter_topic(source.name),
            "kind": "dlq",
            "cleanup": "delete",
            "retention_days": DEAD_LETTER_DAYS,
            "partitions": "one",
            "writers": tuple(reader for reader in finders if reader != "*"),
            "readers": ("operator",),
            "title_zh": f"死信：{source.name}",
            "title_en": f"Dead letters of {source.name}",
        }
    )

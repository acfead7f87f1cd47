"""One list of materials for a topic: what several items ask for, asked once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from schemas.facts import Item, ItemMaterial, Topic

APPLICATION_FORM: Final = "application-form"
"""Code of the paper in whose place a topic's one form stands."""


@dataclass(frozen=True, slots=True)
class TopicMaterial:
    """A paper that a topic asks for, for all items that want it."""

    code: str
    name: str
    form: Literal["original", "copy"]
    count: int
    required: bool
    when: tuple[str, ...]
    """Of one that no item always requires: in which cases one does."""
    reusable: bool
    checks: tuple[str, ...]
    asked_by: tuple[str, ...]
    """Codes of the items, in the topic's order."""


def merged_materials(topic: Topic, items: Sequence[Item]) -> tuple[TopicMaterial, ...]:
    """Give each paper once, in the order in which the items first ask for it.

    Of what the items say the strictest holds: an original before a copy, the highest count,
    required where one requires it, no reuse where one forbids it; all checks are made. The name is
    that of the strictest asker. The items' own forms give way to the topic's one form.
    `items`: a version of each item that the topic names; others are passed over.
    """
    named = sorted(
        (item for item in items if item.code in topic.items),
        key=lambda item: topic.items.index(item.code),
    )
    asked: dict[str, list[tuple[Item, ItemMaterial]]] = {}
    for item in named:
        for material in item.materials:
            asked.setdefault(material.code, []).append((item, material))
    return tuple(_merged(topic, code, askers) for code, askers in asked.items())


def _merged(topic: Topic, code: str, askers: Sequence[tuple[Item, ItemMaterial]]) -> TopicMaterial:
    materials = [material for _, material in askers]
    strictest = max(materials, key=lambda m: (m.form == "original", m.count))
    required = any(m.required for m in materials)
    one_form = code == APPLICATION_FORM
    return TopicMaterial(
        code=code,
        name=topic.form if one_form else strictest.name,
        form="original" if one_form else strictest.form,
        count=1 if one_form else max(m.count for m in materials),
        required=required,
        when=() if required else _once(m.when for m in materials if m.when),
        reusable=all(m.reusable for m in materials),
        checks=_once(check for m in materials for check in m.checks),
        asked_by=_once(item.code for item, _ in askers),
    )


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))

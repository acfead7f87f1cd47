"""一件事一次办: a topic handed in once becomes one application for each chosen item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from schemas.facts import Item, ItemMaterial, Topic
from schemas.values import Family, Material
from services.intake.core.commands import Submit
from services.kernel.decider import Refused
from services.kernel.topic_materials import APPLICATION_FORM


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a topic, with its share of the papers."""

    item: Item
    materials: tuple[Material, ...]


def planned(
    topic: Topic, items: Sequence[Item], chosen: Iterable[str], materials: Sequence[Material]
) -> tuple[Member, ...]:
    """Give a member for each item that is `chosen`, once, in the topic's order; for all where none
    is. `items`: a version of each that the topic names.

    Each gets every paper that it asks for, as it was handed in, and nothing else. The topic's one
    form stands in place of each item's own, however many of those an item would ask for.

    Raises:
        Refused: `intake.not_of_topic`, `intake.material_not_listed`.
    """
    wanted = set(chosen) or set(topic.items)
    if strangers := sorted(wanted.difference(topic.items)):
        raise Refused(
            "intake.not_of_topic",
            f"“{topic.name}”不包括事项 {_listing(strangers)}，请按一件事的目录选择。",
        )
    by_code = {item.code: item for item in items}
    taking = [by_code[code] for code in topic.items if code in wanted]
    asked = {material.code for item in taking for material in item.materials}
    if unasked := sorted({material.code for material in materials} - asked):
        raise Refused(
            "intake.material_not_listed",
            f"所选事项不需要材料 {_listing(unasked)}，请按目录选择材料。",
        )
    return tuple(Member(item, _dealt(item, materials)) for item in taking)


def as_one_family(submits: Sequence[Submit], topic: Topic, family_id: str) -> tuple[Submit, ...]:
    """Give the submissions as members of one family, in the same order; what one of them wants
    first of another is asked for together with it."""
    family = Family(
        family_id=family_id, topic=topic.code, topic_version=topic.version, members=len(submits)
    )
    chosen = {submit.item_code for submit in submits}
    return tuple(
        replace(
            submit,
            family=family,
            prior=tuple(replace(p, together=p.item in chosen) for p in submit.prior),
        )
        for submit in submits
    )


def _dealt(item: Item, materials: Iterable[Material]) -> tuple[Material, ...]:
    wanted = {material.code: material for material in item.materials}
    return tuple(_share(wanted[m.code], m) for m in materials if m.code in wanted)


def _share(wanted: ItemMaterial, material: Material) -> Material:
    if wanted.code != APPLICATION_FORM or material.count >= wanted.count:
        return material
    return material.model_copy(update={"count": wanted.count})


def _listing(codes: Sequence[str]) -> str:
    more = f" 等 {len(codes)} 种" if len(codes) > 8 else ""
    return "、".join(codes[:8]) + more

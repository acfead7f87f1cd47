"""Who comes to a window: nobody who is there, by numbers that pass every check."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from services.runtime.simulation.identities import NUMBERS, credit_code, resident_number

_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = ("秀英", "桂兰", "建国", "德福", "玉梅", "志强", "春燕", "大明", "小凤", "国华")


def applicant_of(item: Mapping[str, Any], random: Random) -> dict[str, str]:
    """Give somebody who is not there: a number of nobody alive, or of a body nowhere."""
    who = random.randrange(NUMBERS)
    phone = f"138{random.randrange(10**8):08d}"
    if item.get("subject") == "legal_person":
        body = {"name": f"{_name(who)}专业合作社", "kind": "legal_person", "phone": phone}
        return {**body, "id_number": credit_code(who)}
    return _resident(who, phone)


def somebody(random: Random) -> dict[str, str]:
    """Give a person who is not there, as a body tells of one."""
    return _resident(random.randrange(NUMBERS), f"137{random.randrange(10**8):08d}")


def _resident(who: int, phone: str) -> dict[str, str]:
    number = resident_number(who)
    return {"name": _name(who), "kind": "person", "phone": phone, "id_number": number}


def _name(who: int) -> str:
    """Give the name that goes with the number: the same number by another would be pointed out."""
    return _SURNAMES[who % len(_SURNAMES)] + _GIVEN[who // len(_SURNAMES) % len(_GIVEN)]

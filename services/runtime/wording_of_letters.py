"""Instants, limits and places in the words of a Chinese letter."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from schemas.values import Channel, Term
from services.kernel.calendar import local
from services.kernel.decider import Reference
from services.kernel.reference_book import ReferenceBook

FORMS: Final = {
    "original": "原件",
    "copy": "复印件",
    "electronic": "电子件",
    "reused": "复用已核验材料",
}
CHANNELS: Final[dict[Channel, str]] = {
    "village": "村便民服务室",
    "township": "乡镇便民服务中心",
    "county": "县政务服务中心",
    "online": "网上",
    "kiosk": "自助终端",
}
PROVISIONAL: Final = "（上述日期涉及尚未公布节假日安排的年份，公布后以更正后的日期为准。）"
NAMELESS: Final = "申请人"


def day(at: datetime) -> str:
    """Give the local day: `2025年3月3日`."""
    there = local(at)
    return f"{there.year}年{there.month}月{there.day}日"


def minute(at: datetime) -> str:
    """Give the local day and minute: `2025年3月3日 09:00`."""
    return f"{day(at)} {local(at):%H:%M}"


def limit(term: Term) -> str:
    """Give how long: `10 个工作日`."""
    unit = "个工作日" if term.unit == "working_days" else "分钟（办公时间）"
    return f"{term.limit} {unit}"


def organisation(path: str, facts: Reference | ReferenceBook) -> str:
    """Give the name of an organisation. Raises `UnknownReference`."""
    return facts.organisation(path).name

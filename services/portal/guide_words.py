"""Words of the catalogue as villagers read them."""

from __future__ import annotations

from typing import Final

from schemas.facts import Limit
from services.portal.words import UNIT

CHANNEL: Final[dict[str, str]] = {
    "village": "村便民服务室",
    "township": "乡镇便民服务大厅",
    "county": "县政务服务大厅",
    "online": "网上",
    "kiosk": "自助机",
}
SUBJECT: Final[dict[str, str]] = {"person": "个人", "legal_person": "法人或其他组织"}
LEVEL: Final[dict[str, str]] = {"village": "村便民服务室", "township": "乡镇人民政府"}
"""A step's place that depends on where the case comes in."""
PROCEDURE: Final[dict[str, str]] = {
    "survey": "现场勘查",
    "hearing": "听证",
    "inspection": "检验",
    "testing": "检测",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
    "publication": "公示",
}
SURVEY: Final[dict[str, str]] = {
    "siting": "选址到场",
    "setting_out": "放线到场",
    "completion": "竣工到场",
}
DELIVERY: Final[dict[str, str]] = {
    "window": "受理窗口",
    "village": "村便民服务室",
    "courier": "快递",
    "online": "网上下载",
}
PUBLISHED_LIST: Final[dict[str, str]] = {
    "power": "权力清单",
    "responsibility": "责任清单",
    "public_service": "公共服务清单",
    "fee": "收费清单",
}
AUTHORITY_CHANGE: Final[dict[str, str]] = {
    "devolved": "下放",
    "taken_back": "上收",
    "assumed": "承接",
    "handed_up": "上交",
    "cancelled": "已取消，不再受理",
    "restored": "恢复",
}
GRADE: Final[dict[str, str]] = {"high": "高", "medium": "中", "low": "低"}
REMEDY: Final = "不予批准的，书面说明理由；可在六十日内申请行政复议，或者六个月内提起行政诉讼。"
"""行政复议法 art. 20, 行政诉讼法 art. 46."""


def span_of(limit: Limit) -> str:
    """Give a limit in words: `20 个工作日`."""
    return f"{limit.limit} {UNIT[limit.unit]}"


def yuan(fen: int) -> str:
    """Give an amount in yuan, without cents that are none: `40 元`, `0.50 元`."""
    whole, cents = divmod(fen, 100)
    return f"{whole}.{cents:02d} 元" if cents else f"{whole} 元"

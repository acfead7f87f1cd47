"""Sentences for people, zh-CN first and en beside it, and which of the two somebody reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Language: TypeAlias = Literal["zh", "en"]
CONTENT_LANGUAGE: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence in both languages."""

    zh: str
    en: str

    def told(self, language: Language) -> str:
        """Give it in `language`."""
        return self.zh if language == "zh" else self.en


def language_of(accept_language: str) -> Language:
    """Read `Accept-Language`: English where it is preferred to Chinese, else Chinese."""
    weights: dict[str, float] = {}
    for part in accept_language.split(","):
        tag, _, weight = part.strip().partition(";q=")
        primary = tag.strip().lower().partition("-")[0]
        weights[primary] = max(weights.get(primary, 0.0), _weight(weight))
    return "en" if weights.get("en", 0.0) > weights.get("zh", 0.0) else "zh"


def reason(kind: str, limits: Mapping[str, Any]) -> Wording:
    """Say what is wrong with a value by pydantic's error `type` and `ctx`, never quoting it.

    pydantic's own message is not used: it may repeat what was typed.
    """
    found = _REASONS.get(kind) or next(
        (said for family, said in _FAMILIES if kind.startswith(family)), _NOT_ALLOWED
    )
    shown = {name: limits[name] for name in _LIMITS if name in limits}
    try:
        return Wording(found.zh.format(**shown), found.en.format(**shown))
    except KeyError:
        return _NOT_ALLOWED


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


_NOT_ALLOWED: Final = Wording("值不符合要求", "is not allowed")
_LIMITS: Final = (
    "gt",
    "ge",
    "lt",
    "le",
    "min_length",
    "max_length",
    "pattern",
    "expected",
    "expected_tags",
)
"""Parts of a rule, never of a value."""
_REASONS: Final[dict[str, Wording]] = {
    "missing": Wording("必须填写", "is required"),
    "extra_forbidden": Wording("没有这个字段", "is not a known field"),
    "string_too_short": Wording(
        "至少 {min_length} 个字符", "needs {min_length} characters or more"
    ),
    "string_too_long": Wording(
        "最多 {max_length} 个字符", "allows {max_length} characters at most"
    ),
    "string_pattern_mismatch": Wording("格式应为 {pattern}", "must have the form {pattern}"),
    "greater_than": Wording("须大于 {gt}", "must be greater than {gt}"),
    "greater_than_equal": Wording("不得小于 {ge}", "must be {ge} or more"),
    "less_than": Wording("须小于 {lt}", "must be less than {lt}"),
    "less_than_equal": Wording("不得大于 {le}", "must be {le} or less"),
    "literal_error": Wording("只能是 {expected}", "must be {expected}"),
    "enum": Wording("只能是 {expected}", "must be {expected}"),
    "union_tag_invalid": Wording("类型只能是 {expected_tags}", "must be of kind {expected_tags}"),
    "union_tag_not_found": Wording("缺少类型", "lacks its kind"),
    "too_short": Wording("至少 {min_length} 项", "needs {min_length} entries or more"),
    "too_long": Wording("最多 {max_length} 项", "allows {max_length} entries at most"),
    "json_invalid": Wording("不是有效的 JSON", "is not valid JSON"),
    "text_blank": Wording("不能只有空格", "must say something"),
    "text_unseen": Wording(
        "含有看不见的控制字符，请删去后重新输入", "has characters that cannot be seen: type it anew"
    ),
    "year_beyond": Wording("年份应在 2000–2198 之间", "must lie in the years 2000–2198"),
    "timezone_aware": Wording("时间须带时区，如 +08:00", "needs an offset, such as +08:00"),
}
_FAMILIES: Final = (
    ("datetime_", Wording("应为 RFC 3339 时间", "must be a time as in RFC 3339")),
    ("date_", Wording("应为日期 YYYY-MM-DD", "must be a date, YYYY-MM-DD")),
    ("int_", Wording("应为整数", "must be a whole number")),
    ("float_", Wording("应为数字", "must be a number")),
    ("bool_", Wording("应为 true 或 false", "must be true or false")),
    ("string_", Wording("应为文本", "must be text")),
    ("uuid_", Wording("应为 UUID", "must be a UUID")),
    ("url_", Wording("应为网址", "must be an address")),
    ("list_", Wording("应为数组", "must be an array")),
    ("tuple_", Wording("应为数组", "must be an array")),
    ("dict_", Wording("应为 JSON 对象", "must be a JSON object")),
    ("model_", Wording("应为 JSON 对象", "must be a JSON object")),
)

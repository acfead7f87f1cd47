"""Refusals as a clerk reads them: people by name, times of the county, fields by their label."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from services.portal.apis import ApiProblem
from services.portal.names import Names
from services.portal.route_forms import ROUTE_FORMS
from services.portal.sending import Sent
from services.portal.session import Session
from services.portal.shown import second
from services.portal.step_forms import FORMS

_OFFICER: Final = re.compile(r"(?<![\w-])o-[0-9]{3,6}(?![\w-])")
_PLACE: Final = re.compile(r"/[a-z0-9][a-z0-9-]*(?:/[a-z0-9-]+)*")
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})")
_MALFORMED: Final = "请按下列各项改正后重新提交；已填写的内容仍在表单中。"
STALE: Final = "request.stale"
_BY_WHOM: Final = "最近由"
"""In the detail of a refusal after somebody else's act (`services.runtime.first_come`)."""
_LABELS: Final[dict[str, str]] = {
    "name": "姓名（名称）",
    "id_number": "证件号码",
    "document_kind": "证件种类",
    "phone": "手机号",
    "address": "住址",
    "kind": "类别",
    "materials": "材料",
    "items": "要办的事项",
    "defects": "需补正的问题",
    "problem": "问题",
    "count": "份数",
    "form": "形式",
    "reused_from": "以前交过的材料",
    "reason": "理由",
    "reasons": "理由",
    "basis": "依据",
    "remedy": "救济途径",
    "outcome": "结论",
    "opinion": "意见",
    "findings": "审查情况",
    "remark": "情况",
    "overruled": "仍批准的理由",
    "mandate": "授权",
    "number": "编号",
    "valid_from": "起始日",
    "valid_until": "截止日",
    "agent": "代办人",
    "applicant": "申请人",
    "channel": "收件渠道",
    "item_code": "事项",
    "login": "账号",
    "password": "密码",
    "duplicate_reason": "确认不是重复的理由",
}
_ANCHORED: Final = ("applicant.", "agent.", "mandate.")
"""Beginnings of fields whose inputs bear the field's own name."""
WRITTEN: Final = ("reasons", "reason", "remedy", "basis")
"""Words of forms that are written out in the pages: what somebody has thought up."""


def told_in(text: str, names: Names) -> str:
    """Give a sentence of a service with officers and organisations by name, and with the times of
    the county; what has no name stays as it is."""
    found = _INSTANT.sub(lambda hit: second(hit[0]), text)
    found = _PLACE.sub(lambda hit: names.organisation(hit[0]), found)
    return _OFFICER.sub(lambda hit: names.officer(hit[0]), found)


def detail_of(problem: ApiProblem, names: Names) -> str:
    """Give what is wrong and what to do, in words for a clerk."""
    if problem.code == "request.invalid" and problem.errors:
        return _MALFORMED
    return told_in(problem.detail, names)


def errors_told(problem: ApiProblem, act: str = "") -> list[tuple[str, str, str]]:
    """Give what is wrong field by field: label, reason, and the id of its input, empty where it
    has none. `act` is the described act that was tried, if it was one."""
    told = []
    for error in problem.errors:
        label, anchor = _named(str(error.get("field", "")), act)
        told.append((label, str(error.get("reason", "")), anchor))
    return told


def written(act: str, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the words that were written into the form of an act, each with its label: what must
    not be lost where the form is gone."""
    described = {**FORMS, **ROUTE_FORMS}.get(act)
    if described is not None:
        fields = ((f.label, typed.get(f.name, "")) for f in described.fields if f.kind == "text")
    else:
        fields = ((_LABELS[name], typed.get(name, "")) for name in WRITTEN)
    return [(label, text) for label, text in fields if text.strip()]


def conflict_of(
    tried: tuple[str, Sent], whole: Any, session: Session, typed: Mapping[str, str]
) -> dict[str, Any] | None:
    """Give both texts where somebody else was first: what others did last, newest first, at most
    three acts, and what was written in vain. None where it was refused for another reason."""
    act, sent = tried
    if sent.problem is None or not _came_late(sent.problem):
        return None
    trace = whole["trace"] if whole else ()
    by_others = [
        done
        for done in reversed(trace or ())
        if done["officer_id"] not in (session.officer_id, "system")
        and "refused" not in done["type"]
    ]
    return {"others": by_others[:3], "written": written(act, typed)}


def _came_late(problem: ApiProblem) -> bool:
    return problem.code == STALE or (problem.status == 409 and _BY_WHOM in problem.detail)


def _named(field: str, act: str) -> tuple[str, str]:
    described = {**FORMS, **ROUTE_FORMS}.get(act)
    first, last = field.partition(".")[0], field.rpartition(".")[2]
    for known in described.fields if described else ():
        if known.name == first:
            return known.label, f"{act}-{known.name}"
    anchor = field if field.startswith(_ANCHORED) else ""
    owner = _LABELS.get(first, "") if "." in field else ""
    word = _LABELS.get(last) or _LABELS.get(first) or field
    return (f"{owner}{word}" if owner and owner != word else word), anchor

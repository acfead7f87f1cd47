"""What an act of a case says beyond its name: who was asked what, what was found, by when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from services.portal.guide_words import DELIVERY, PROCEDURE, SURVEY, yuan
from services.portal.names import Names
from services.portal.shown import day, minute
from services.portal.words import (
    CORRECTED,
    NOTICE_WAY,
    OUTCOME,
    RECEIVER,
    REVOCATION,
    SURVEY_RESULT,
    tag_of,
)

Fact = Mapping[str, Any]


def told_of(act: Mapping[str, Any], names: Names) -> list[str]:
    """Give in Chinese what the act of a trace says, in the order in which it is read; nothing
    where its name says it all. Its outcome and its reasons are not among it."""
    kind = act["type"].removeprefix("cn.cunban.").rpartition(".v")[0]
    tell = _TELLERS.get(kind)
    return [line for line in tell(act["fact"], names) if line] if tell else []


def _officers(names: Names, ids: Any) -> str:
    return "、".join(names.officer(found) for found in ids or ())


def _places(names: Names, paths: Any) -> str:
    return "、".join(names.organisation(path) for path in paths or ())


def _deficiency(fact: Fact, names: Names) -> Iterator[str]:
    yield f"告知书 {fact['notice_number']}"
    yield from fact.get("missing") or (defect["problem"] for defect in fact["defects"])


def _asked(fact: Fact, names: Names) -> Iterator[str]:
    yield f"征求{names.organisation(fact['asked'])}：{fact['question']}"
    yield f"{minute(fact['term']['due_at'])} 前答复"


def _planned(fact: Fact, names: Names) -> Iterator[str]:
    yield f"{SURVEY.get(fact['survey'], fact['survey'])}，定于 {minute(fact['planned_at'])}"
    yield f"参加人员 {_officers(names, fact['participants'])}"


def _surveyed(fact: Fact, names: Names) -> Iterator[str]:
    word = SURVEY_RESULT.get(fact["result"], fact["result"])
    yield f"{SURVEY.get(fact['survey'], fact['survey'])} {minute(fact['held_at'])}，{word}"
    yield fact["findings"]
    yield f"参加人员 {_officers(names, fact['participants'])}"


def _convened(fact: Fact, names: Names) -> Iterator[str]:
    yield f"定于 {minute(fact['planned_at'])}，议题：{fact['subject']}"
    yield f"参加部门 {_places(names, fact['departments'])}"


def _held(fact: Fact, names: Names) -> Iterator[str]:
    for said in fact["opinions"]:
        word = tag_of(OUTCOME, said["opinion"]).word
        yield f"{names.organisation(said['organisation'])}{word}：{said['reasons']}"
    if fact.get("absent"):
        yield f"未到会 {_places(names, fact['absent'])}"
    yield f"纪要：{fact['minutes']}"


def _stopped(fact: Fact, names: Names) -> Iterator[str]:
    word = PROCEDURE.get(fact["procedure"], fact["procedure"])
    yield f"{word}，告知 {fact['announced_days']} 个工作日，文号 {fact['notice_number']}"
    yield f"{minute(fact['runs_again_at'])} 自动恢复计时"


def _extended(fact: Fact, names: Names) -> Iterator[str]:
    yield f"延长 {fact['days']} 个工作日，承诺时限改为 {minute(fact['promised']['due_at'])} 到期"


def _checked(fact: Fact, names: Names) -> Iterator[str]:
    unmet = [found for found in fact["findings"] if found["found"] == "unmet"]
    yield f"{len(unmet)} 项不符合" if unmet else "没有不符合的项"
    yield from (found["remark"] or "" for found in unmet)


def _paid(fact: Fact, names: Names) -> Iterator[str]:
    yield f"{yuan(fact['amount_fen'])}，票据 {fact['receipt_number']}"


def _issued(fact: Fact, names: Names) -> Iterator[str]:
    until = f"至 {day(fact['valid_until'])}" if fact["valid_until"] else "长期"
    yield f"{fact['name']} {fact['document_number']}，自 {day(fact['valid_from'])} {until}"


def _delivered(fact: Fact, names: Names) -> Iterator[str]:
    way = DELIVERY.get(fact["delivery"], fact["delivery"])
    who = RECEIVER.get(fact["received_by"], fact["received_by"])
    yield f"领证时间 {minute(fact['delivered_at'])}，{way}，{who}"
    yield f"快递单号 {fact['tracking_number']}" if fact.get("tracking_number") else ""


def _decided_above(fact: Fact, names: Names) -> Iterator[str]:
    told = f"{fact['authority']} {fact['document_number']}，{day(fact['decided_on'])}"
    yield f"{told}。{fact['remarks']}" if fact.get("remarks") else told


def _moved(fact: Fact, names: Names) -> Iterator[str]:
    if fact.get("to_officer"):
        yield f"转给 {names.officer(fact['to_officer'])}"
    elif fact.get("to_organisation"):
        yield f"转给 {names.organisation(fact['to_organisation'])}"
    yield fact.get("reason") or ""


def _delegated(fact: Fact, names: Names) -> Iterator[str]:
    stand_in = names.officer(fact["stand_in"]) if fact.get("stand_in") else "按值班表"
    yield f"{stand_in} 代 {names.officer(fact['absent'])}"
    yield f"{minute(fact['since'])} 至 {minute(fact['until'])}"
    yield fact.get("reason") or ""


def _corrected(fact: Fact, names: Names) -> Iterator[str]:
    what = CORRECTED.get(fact.get("what", ""), "")
    if fact.get("old") and fact.get("new"):
        yield f"{what}“{fact['old']}”更正为“{fact['new']}”"


def _resumed(fact: Fact, names: Names) -> Iterator[str]:
    if not fact.get("capped"):
        yield f"结果：{fact['result']}"


def _revoked(fact: Fact, names: Names) -> Iterator[str]:
    word = REVOCATION.get(fact["how"], fact["how"])
    yield f"{word}，文号 {fact['notice_number']}，依据 {fact['basis']}"
    yield fact["grounds"]


def _refused(fact: Fact, names: Names) -> Iterator[str]:
    yield f"{fact['reason']}（依据 {fact['basis']}）"


_TELLERS: Final[dict[str, Callable[[Fact, Names], Iterator[str]]]] = {
    "application.deficiency-notified": _deficiency,
    "application.withdrawn": lambda fact, _: iter([fact["reason"]]),
    "case.not-accepted": _refused,
    "case.reported-up": lambda fact, _: iter([f"上级期限 {minute(fact['external']['due_at'])}"]),
    "external-result.recorded": _decided_above,
    "step.transferred": _moved,
    "step.delegated": _delegated,
    "step.returned": lambda fact, _: iter([fact.get("reason") or ""]),
    "step.taken-over": lambda fact, _: iter([fact.get("reason") or ""]),
    "step.uploaded": lambda fact, _: iter([fact.get("reason") or ""]),
    "step.released": lambda fact, _: iter([fact["reason"]]),
    "step.checked": _checked,
    "opinion.requested": _asked,
    "survey.scheduled": _planned,
    "survey.recorded": _surveyed,
    "meeting.convened": _convened,
    "meeting.held": _held,
    "clock.stopped": _stopped,
    "clock.resumed": _resumed,
    "clock.extended": _extended,
    "fee.assessed": lambda fact, _: iter([f"共 {yuan(fact['total_fen'])}"]),
    "fee.paid": _paid,
    "fee.waived": lambda fact, _: iter([f"依据 {fact.get('basis') or '—'}"]),
    "result.issued": _issued,
    "result.ready-notified": lambda fact, _: iter([NOTICE_WAY.get(str(fact["way"]), "")]),
    "result.delivered": _delivered,
    "record.corrected": _corrected,
    "result.corrected": _corrected,
    "result.revoked": _revoked,
}

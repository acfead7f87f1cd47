"""What was filled in, as the body of a command; nothing is judged here, the services do that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

from fastapi.datastructures import FormData

from services.portal import step_bodies
from services.portal.sending import Typed
from services.portal.step_bodies import prefixed, whole
from services.portal.step_forms import FORMS

OwnFormAct: TypeAlias = Literal["claim", "release", "check", "decide", "give-opinion"]
"""Acts on a step whose forms are written out in the page."""
DescribedAct: TypeAlias = Literal[
    "request-opinion",
    "answer-opinion",
    "schedule-survey",
    "record-survey",
    "convene",
    "record-meeting",
    "stop-clock",
    "resume-clock",
    "extend",
    "assess-fee",
    "record-payment",
    "waive-fee",
    "issue",
    "mark-ready",
    "notify-ready",
    "dispatch",
    "record-undelivered",
    "reissue",
    "record-delivery",
    "revoke",
    "correct",
]
"""Acts on a step whose forms are made from their description (`step_forms`)."""
StepAct: TypeAlias = OwnFormAct | DescribedAct
ApplicationAct: TypeAlias = Literal[
    "submit",
    "accept",
    "notify-deficiency",
    "refuse",
    "supplement",
    "withdraw",
    "request-precheck",
    "answer-precheck",
]
MATERIAL: Final = "material."
"""Form fields `material.<code>`: how a paper was handed in, empty where it was not."""
REUSED_FROM: Final = "from."
"""Form fields `from.<code>`: the earlier case that a paper is reused from."""
MANDATE: Final = "mandate."
"""Form fields `mandate.<field>`: by what right an agent acts."""
_OF_A_PERSON: Final = ("name", "id_number", "phone", "address")
COUNT: Final = "count."
"""Form fields `count.<code>`: how many of a paper."""
TAKE: Final = "take."
"""Form fields `take.<item>`: whether an item of a topic is wanted."""
PROBLEM: Final = "problem."
"""Form fields `problem.<code>`: what is wrong with a paper, empty where nothing is."""
DESPITE: Final = "despite."
"""Form fields `despite.<code>`: what has changed about a paper that a pre-check found fine."""
FOUND: Final = "found."
"""Form fields `found.<rule>`: whether a review rule is met."""
REMARK: Final = "remark."
"""Form fields `remark.<rule>`: what was seen; needed where a rule is not met."""
OVERRULED: Final = "overruled."
"""Form fields `overruled.<organisation>`: why it is decided against that department."""

DONE: Final[dict[str, str]] = {
    "claim": "已认领，由您负责办理。",
    "release": "已退回待认领。",
    "check": "审查情况已记录；除即办件外，由其他人员作出决定。",
    "decide": "决定已作出，环节已办结。",
    "give-opinion": "意见已出具，环节已办结。",
    "accept": "已受理，时限开始计算。",
    "notify-deficiency": "一次性补正告知已发出。",
    "refuse": "已作出不予受理决定。",
    "supplement": "补正材料已收。",
    "attach": "附件已上传。",
    "detach": "附件已撤下。",
    "submit": "已收件，请打印收件凭证交给申请人。",
    "withdraw": "申请已撤回。",
    "request-precheck": "已申请预审。",
    "answer-precheck": "预审已答复。",
    **{act: described.done for act, described in FORMS.items()},
}


def body_of(act: StepAct | ApplicationAct, form: FormData) -> dict[str, Any]:
    """Give the JSON body of `act` from its form."""
    if act in FORMS:
        return step_bodies.body_of(FORMS[act], texts_of(form))
    return _body_of(act, form)


def survey_record(typed: Mapping[str, str]) -> dict[str, Any]:
    """Give the body of the record of a survey, whose pictures lie with review already."""
    return step_bodies.body_of(FORMS["record-survey"], typed)


def _body_of(act: str, form: FormData) -> dict[str, Any]:
    match act:
        case "claim" | "accept" | "request-precheck":
            return {}
        case "release" | "withdraw":
            return _texts(form, "reason")
        case "submit":
            return _confirmed(form)
        case "check":
            return {"findings": _findings(form)}
        case "give-opinion":
            return _texts(form, "opinion", "reasons")
        case "decide":
            return {**_texts(form, "outcome", "reasons", "remedy"), **_overruled(form)}
        case "refuse":
            return _texts(form, "reason", "basis", "remedy")
        case "notify-deficiency":
            return {"defects": _defects(form)}
        case "answer-precheck":
            found = _defects(form)
            return {"defects": found} if found else {"fine": bool(form.get("fine"))}
        case "supplement":
            return {"materials": materials(form)}
        case _:
            raise KeyError(act)


def materials(form: FormData) -> list[dict[str, Any]]:
    """Give the papers that were handed in, each with how many; a reused one with its case."""
    typed = texts_of(form)
    counts, cases = prefixed(typed, COUNT), prefixed(typed, REUSED_FROM)
    return [
        {"code": code, "form": how, "count": whole(counts.get(code, "1"))}
        | ({"reused_from": cases[code]} if how == "reused" and code in cases else {})
        for code, how in prefixed(typed, MATERIAL).items()
    ]


def application(form: FormData) -> dict[str, Any]:
    """Give the body of an application that is handed in at once."""
    return {**_texts(form, "item_code"), **_handed_in(form), "submit": True}


def topic_application(form: FormData, topic: Mapping[str, Any]) -> dict[str, Any]:
    """Give the body of a topic that is handed in: the chosen items, and of the papers those that
    one of them asks for."""
    chosen = list(prefixed(texts_of(form), TAKE))
    asked = {m["code"] for m in topic["materials"] if set(m["asked_by"]) & set(chosen)}
    papers = [paper for paper in materials(form) if paper["code"] in asked]
    return {**_handed_in(form), "items": chosen, "materials": papers}


def _handed_in(form: FormData) -> dict[str, Any]:
    agent = _person(form, "agent.")
    mandate = _stripped(prefixed(texts_of(form), MANDATE))
    return {
        **_texts(form, "channel"),
        "applicant": {**_person(form, ""), **_texts(form, "kind")},
        "materials": materials(form),
        **({"agent": agent} if agent else {}),
        **({"mandate": mandate} if agent else {}),
        **({"confirm_changed_person": True} if form.get("confirm_changed_person") else {}),
        **_confirmed(form),
        **_taken_in(form),
    }


def _taken_in(form: FormData) -> dict[str, str]:
    """通办: whose case it is, where it is another place's, and that this office takes it in."""
    told = _texts(form, "own_place", "taken_in_at")
    if "own_place" not in told:
        return {}
    return {"organisation": told["own_place"], "taken_in_at": told.get("taken_in_at", "")}


def _confirmed(form: FormData) -> dict[str, Any]:
    reason = _texts(form, "duplicate_reason")
    return {"confirm_duplicate": True, **reason} if reason else {}


def _person(form: FormData, prefix: str) -> dict[str, str]:
    told = _texts(form, *(prefix + name for name in _OF_A_PERSON))
    found = {name.removeprefix(prefix): text for name, text in told.items()}
    if "id_number" in found:
        found["id_number"] = found["id_number"].upper()
    return found


def _stripped(told: Mapping[str, str]) -> dict[str, str]:
    """Leave out what public office does not have."""
    if told.get("kind") == "public_office":
        return {"kind": "public_office"}
    return dict(told)


def texts_of(form: FormData) -> Typed:
    """Give everything that was typed, so that a page can show it again."""
    return Typed({name: value for name, value in form.items() if isinstance(value, str)})


def _findings(form: FormData) -> list[dict[str, str]]:
    remarks = prefixed(texts_of(form), REMARK)
    return [
        {"rule": rule, "found": found} | ({"remark": remarks[rule]} if rule in remarks else {})
        for rule, found in prefixed(texts_of(form), FOUND).items()
    ]


def _defects(form: FormData) -> list[dict[str, str]]:
    typed = texts_of(form)
    despite = prefixed(typed, DESPITE)
    return [
        {"material": code, "problem": text}
        | ({"despite_precheck": despite[code]} if code in despite else {})
        for code, text in prefixed(typed, PROBLEM).items()
    ]


def _overruled(form: FormData) -> Mapping[str, Any]:
    against = prefixed(texts_of(form), OVERRULED)
    named = [{"organisation": place, "reason": text} for place, text in against.items()]
    return {"overruled": named} if named and form.get("outcome") == "approved" else {}


def _texts(form: FormData, *names: str) -> dict[str, str]:
    given = texts_of(form)
    return {name: given[name].strip() for name in names if given.get(name, "").strip()}

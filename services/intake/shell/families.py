"""一件事一次办: one call that begins several cases, exactly once however often it is repeated.

Every id follows from officer and key (ADR 0008, 0023). The first chosen item is the lead: its case
and command are those of a plain call under the same key, so that whatever was asked for under that
key before, with another body, is found out there. The others are handed in behind it only, so that
without a lead there is none of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
from fastapi import Request, Response

from schemas.facts import Topic
from schemas.values import Family
from services.intake.core.commands import Submit
from services.intake.core.decide import decider
from services.intake.core.families import Member, as_one_family, planned
from services.intake.core.state import NotSubmitted
from services.intake.core.topics import topic_in_force
from services.intake.shell.bodies import TopicApplication
from services.intake.shell.handing_in import Window, known_of, send, submission
from services.kernel.calendar import local
from services.kernel.decider import Refused
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock
from services.runtime.command_calls import Call, viewed
from services.runtime.ids import derived_id, id_beside
from services.runtime.problems import Problem, answer_to

_NOT_YET: Final = 202
_HELD_BACK: Final = (
    "同一件事的其他事项未能提交，本事项暂未提交；请改正后重新提交，或只选能办的事项。"
)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one member."""

    member: Member
    case_id: str
    status: int
    body: Any
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Handing:
    """One member on its way: its own call, and its command."""

    member: Member
    call: Call
    submit: Submit


async def hand_in_topic(
    request: Request, call: Call, window: Window, code: str, body: TopicApplication
) -> Response:
    """Hand in a topic: 201 where every case is in, 202 where some may be and none is refused, 207
    where some are and others are not; with the outcome of each.

    Where the rules refuse one, none is handed in.

    Raises:
        Problem: 404 `intake.topic_not_in_force`, 409 `intake.not_of_topic` and
            `intake.material_not_listed`; where none is in, that of the first, with `items`.
    """
    window.require_ready()
    topic, members = _planned(call.shell.reference.book, code, body)
    handings = await _handings(call, window, (topic, members), body)
    book = call.shell.reference.book
    begun = await _is_there(handings[0])
    refused = [] if begun else [each for each in handings if _refused(each.submit, book)]
    first = refused or handings[:1]
    sent = await _all_sent(request, window, first)
    if all(outcome.status == 201 for outcome in sent):
        sent += await _all_sent(request, window, [each for each in handings if each not in first])
    return _answer(request, handings, sent)


def _planned(
    book: ReferenceBook, code: str, body: TopicApplication
) -> tuple[Topic, tuple[Member, ...]]:
    found = topic_in_force(book, code, local(clock.now()).date())
    if found is None:
        told = f"没有一件事 {code}，请核对事项目录。"
        raise Problem("intake.topic_not_in_force", 404, detail=told)
    topic, items = found
    try:
        return topic, planned(topic, items, body.items, body.materials)
    except Refused as refused:
        raise Problem(refused.code, 409, detail=refused.detail) from None


async def _handings(
    call: Call, window: Window, plan: tuple[Topic, Sequence[Member]], body: TopicApplication
) -> list[_Handing]:
    topic, members = plan
    lead = call.new_case_id()
    calls, submits = [], []
    for number, member in enumerate(members):
        # With the fingerprint: what was asked for with another body shares no id but the lead's.
        name = f"{member.item.code}/{call.fingerprint}"
        key = id_beside(lead, name) if number else lead
        command_id = derived_id(lead, f"submit/{name}") if number else call.command_id
        own = replace(call, command_id=command_id, expected_version=None)
        share = body.model_copy(update={"materials": member.materials})
        known = await known_of(own, window, share, member.item, key)
        calls.append(own)
        submits.append(submission(own, window, known, body))
    family = as_one_family(submits, topic, derived_id(lead, "family"))
    return [_Handing(*each) for each in zip(members, calls, family, strict=True)]


async def _is_there(lead: _Handing) -> bool:
    """Say whether an earlier try has begun: then nothing is held back any more."""
    try:
        await viewed(lead.call.shell, lead.call.officer, lead.submit.key, None)
    except Problem as problem:
        if problem.status != 404:
            raise
        return False
    return True


def _refused(submit: Submit, book: ReferenceBook) -> bool:
    try:
        decider(book).decide(NotSubmitted(), submit)
    except Refused:
        return True
    return False


async def _all_sent(
    request: Request, window: Window, handings: Sequence[_Handing]
) -> list[_Outcome]:
    return list(await asyncio.gather(*(_sent(request, window, each) for each in handings)))


async def _sent(request: Request, window: Window, handing: _Handing) -> _Outcome:
    problem = None
    try:
        answer = await send(handing.call, window, handing.submit, 201)
    except Problem as raised:
        problem, answer = raised, answer_to(request, raised)
    told = orjson.loads(bytes(answer.body))
    return _Outcome(handing.member, handing.submit.key, answer.status_code, told, problem)


def _answer(request: Request, handings: Sequence[_Handing], sent: Sequence[_Outcome]) -> Response:
    by_case = {outcome.case_id: outcome for outcome in sent}
    waits = any(outcome.status == _NOT_YET for outcome in sent)
    all_told = [by_case.get(h.submit.key) or _held_back(request, h, waits=waits) for h in handings]
    items = [_told(outcome) for outcome in all_told]
    done = sum(outcome.status == 201 for outcome in all_told)
    pending = sum(outcome.status == _NOT_YET for outcome in all_told)
    failed = len(all_told) - done - pending
    if failed == len(all_told) and (problem := sent[0].problem) is not None:
        raise problem.telling(items=items)
    family = handings[0].submit.family
    assert isinstance(family, Family)
    body = {
        **family.model_dump(mode="json"),
        "items": items,
        "succeeded": done,
        "pending": pending,
        "failed": failed,
    }
    status = 207 if failed else _NOT_YET if pending else 201
    headers = {"Retry-After": "1"} if pending else {}
    return Response(orjson.dumps(body), status, headers, media_type="application/json")


def _held_back(request: Request, handing: _Handing, *, waits: bool) -> _Outcome:
    """Give what is told of a member that was not sent: it waits for the lead, or another one was
    refused."""
    key = handing.submit.key
    if waits:
        return _Outcome(handing.member, key, _NOT_YET, {})
    problem = Problem("intake.topic_held_back", 409, detail=_HELD_BACK)
    answer = answer_to(request, problem)
    return _Outcome(handing.member, key, answer.status_code, orjson.loads(bytes(answer.body)))


def _told(outcome: _Outcome) -> dict[str, Any]:
    return {
        "item_code": outcome.member.item.code,
        "item_name": outcome.member.item.name,
        "case_id": outcome.case_id,
        "status": outcome.status,
        "body": outcome.body,
    }

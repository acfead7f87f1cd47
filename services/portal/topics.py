"""一件事: what can be handed in as one, for everybody; and handing it in, for a clerk."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response

from services.portal import acts
from services.portal.gate import OwnForm, PageRoute, Reach, Visitor, session_of
from services.portal.guide_words import CHANNEL
from services.portal.sending import RUNNING, FormHead, FormHeads, Sent, Target, Typed, send
from services.portal.session import Session
from services.portal.templating import Portal, page
from services.portal.windows import channel_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)
TopicKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,58}$")]
_IN: Final = 201
_PENDING: Final = 202
_UNCERTAIN: Final = 500


@router.get("/topics")
async def topics(request: Request, portal: Reach) -> Response:
    """一件事. What can be handed in as one."""
    values = {"topics": (await portal.apis.get("intake", "/v1/topics")).body}
    return page(request, "topics.html", values, session=session_of(request))


@router.get("/topics/{code}")
async def topic(request: Request, code: TopicKey, portal: Reach) -> Response:
    """一件事. Its items, and the one list of papers for all of them; a clerk hands it in here."""
    session = session_of(request)
    values = await _page_of(portal, session, code)
    return page(request, "topic.html", values, session=session)


@router.post("/topics/{code}")
async def hand_in(
    request: Request, code: TopicKey, session: Visitor, portal: Reach, form: OwnForm
) -> Response:
    """一次办. Hand the topic in; the answer is one slip with number and query code of each case."""
    values = await _page_of(portal, session, code)
    target = Target("intake", f"/v1/topics/{code}/applications")
    body = acts.topic_application(form, values["topic"])
    sent = await send(portal.apis, session, target, body, form)
    answered = sent.answer.body if sent.answer else None
    if (again := _again(sent, form.get("key"))) is not None:
        values["heads"]["topic"] = again
    shown = {
        **values,
        "problem": sent.problem,
        "typed": acts.texts_of(form),
        "handed_in": answered,
        "whole": answered is not None and sent.answer is not None and sent.answer.status == _IN,
    }
    return page(request, "topic.html", shown, sent.problem.status if sent.problem else 200, session)


async def _page_of(portal: Portal, session: Session | None, code: str) -> dict[str, Any]:
    told = (await portal.apis.get("intake", f"/v1/topics/{code}")).body
    channel = channel_of(session) if session is not None else ""
    return {
        "topic": told,
        "channels": CHANNEL,
        "item_names": {item["code"]: item["name"] for item in told["items"]},
        "channel": channel if channel in told["channels"] else "",
        "heads": FormHeads(None),
        "typed": Typed(),
        "problem": None,
        "handed_in": None,
        "whole": False,
    }


def _again(sent: Sent, key: object) -> FormHead | None:
    """Give the head of the form when it is shown again: the same where a repeat would complete
    what is missing."""
    if sent.again is not None or sent.answer is None:
        return sent.again
    missing = any(
        item["status"] == _PENDING
        or item["status"] >= _UNCERTAIN
        or item["body"]["code"] == RUNNING
        for item in sent.answer.body["items"]
        if item["status"] != _IN
    )
    return FormHead(key, None) if missing and isinstance(key, str) and key else None

"""HTTP of intake: topics and negative lists, for everybody; and a topic handed in at once."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from schemas.facts import NegativeList
from schemas.values import Channel
from services.intake.core.topics import OfferedTopic, offered_topic, offered_topics
from services.intake.shell.bodies import TopicApplication
from services.intake.shell.families import hand_in_topic
from services.intake.shell.told import FamilyTold
from services.kernel.calendar import ZONE
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock
from services.runtime.command_calls import Called
from services.runtime.problems import Problem

router = APIRouter(prefix="/v1", tags=["intake"])
TopicKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,58}$")]


@router.get("/topics")
async def topics(request: Request) -> list[OfferedTopic]:
    """一件事. Give the topics in force today, each with its one list of papers. Public."""
    return offered_topics(*_book_today(request))


@router.get("/topics/{code}")
async def topic(request: Request, code: TopicKey) -> OfferedTopic:
    """Give one topic as it is in force today. Public."""
    book, today = _book_today(request)
    found = offered_topic(book, code, today)
    if found is None:
        raise Problem(
            "intake.topic_not_in_force", 404, detail=f"没有一件事 {code}，请核对事项目录。"
        )
    return found


@router.post(
    "/topics/{code}/applications",
    status_code=201,
    responses={status: {"model": FamilyTold} for status in (201, 202, 207)},
)
async def apply(request: Request, code: TopicKey, body: TopicApplication, call: Called) -> Response:
    """一件事一次办. Hand in a topic, or the chosen of its items: each becomes a case of its own,
    all of one family. 207 where some are in and others are not; repeat with the same key to
    complete what is missing."""
    return await hand_in_topic(request, call, request.app.state.window, code, body)


@router.get("/negative-lists/{channel}")
async def negative_list(request: Request, channel: Channel) -> NegativeList:
    """负面清单. Give what may not be handed in there, as in force today. Public."""
    book, today = _book_today(request)
    found = book.current_negative_list(channel, today)
    if found is None:
        raise Problem("intake.no_negative_list", 404, detail=f"{channel} 没有负面清单。")
    return found


def _book_today(request: Request) -> tuple[ReferenceBook, date]:
    return request.app.state.shell.reference.book, clock.now().astimezone(ZONE).date()

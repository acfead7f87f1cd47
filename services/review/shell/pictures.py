"""HTTP of review: pictures of a survey, taken in before the record names them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Request, Response

from services.kernel.competence import may
from services.kernel.file_kinds import FileKind
from services.review.core.commands_of_consulting import RecordSurvey
from services.review.shell.seeing import seen
from services.review.shell.steps import StepKey, case_of
from services.review.shell.told import PictureTold
from services.runtime.api_document import problem_answers
from services.runtime.attachments import Attachments
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn
from services.runtime.uploads import (
    FILE_BODY,
    MOST_BYTES,
    PICTURE_RESPONSES,
    received,
    served_picture,
)

router = APIRouter(prefix="/v1", tags=["review"])
_PICTURES: Final[frozenset[FileKind]] = frozenset({"jpeg", "png"})
Name = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9.-]{0,60}$", description="自定名称，只为区分 any short name")
]
Sha256Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="内容指纹 SHA-256")]


@router.put(
    "/steps/{step_id}/pictures/{name}",
    max_body_size=MOST_BYTES,
    openapi_extra=FILE_BODY,
    response_model=PictureTold,
    responses=problem_answers(409),
)
async def take_in(request: Request, step_id: StepKey, name: Name, officer: SignedIn) -> Any:
    """现场照片. Put a picture into the store; `record-survey` then names its `sha256`."""
    step = orjson.loads((await seen(request, officer, step_id)).body)
    if not may(officer.actor, RecordSurvey.action, step["organisation"]):
        raise Problem("rights.denied")
    if step["status"] == "closed":
        raise Problem("review.already_closed", 409, detail="环节已办结，不能再上传现场照片。")
    store: Attachments = request.app.state.attachments
    async with received(request) as upload:
        if upload.kind not in _PICTURES:
            raise Problem("attachment.type_not_allowed", detail="现场照片请用 JPEG 或 PNG。")
        await store.put(case_of(step_id), upload.sha256, upload.content)
        return {
            "step_id": step_id,
            "name": name,
            "sha256": upload.sha256,
            "size": upload.size,
            "media_type": upload.media_type,
        }


@router.get(
    "/steps/{step_id}/pictures/{sha256}", responses=PICTURE_RESPONSES, response_class=Response
)
async def picture(
    request: Request, step_id: StepKey, sha256: Sha256Key, officer: SignedIn
) -> Response:
    """Give a picture, to be saved, to those who see the step."""
    await seen(request, officer, step_id)
    store: Attachments = request.app.state.attachments
    return await served_picture(store, case_of(step_id), sha256)


async def require_pictures(request: Request, step_id: str, pictures: Iterable[str]) -> None:
    """Pass where every picture that a record names lies in the store of the case.

    Raises:
        Problem: 409 `review.picture_missing`, 503 `attachment.store_unavailable`.
    """
    store: Attachments = request.app.state.attachments
    for sha256 in pictures:
        if not await store.has(case_of(step_id), sha256):
            told = f"没有照片 {sha256[:12]}…，请先上传（PUT …/pictures/），再记录勘查。"
            raise Problem("review.picture_missing", 409, detail=told)

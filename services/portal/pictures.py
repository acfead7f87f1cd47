"""现场照片: chosen on the page, taken to review one by one before the record names them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from fastapi.datastructures import FormData
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from services.portal import acts
from services.portal.apis import ApiProblem
from services.portal.desk import StepKey, step_shown
from services.portal.gate import OwnForm, PageRoute, Reach, Visitor
from services.portal.papers import given
from services.portal.sending import Sent, Target, Typed, again_of, send
from services.portal.session import Session
from services.portal.step_bodies import PICTURES
from services.portal.templating import Portal

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MOST_BYTES: Final = 512 << 20
"""Of a form with pictures, as many as a survey brings; what one may have is review's to say."""
_MOST: Final = 30
"""Pictures that one form brings, at most."""
_KEPT: Final = "已上传的照片保留在表单中；请换掉下列照片，或不再选它，重新提交。"
TOO_MANY: Final = ApiProblem(
    422,
    "portal.too_many_pictures",
    "照片太多",
    f"一次最多选 {_MOST} 张；请分次选择，已上传的会保留在表单中。",
)
Sha256Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class _Taken:
    typed: Typed
    """What was typed, with `pictures.<sha256>` = name for each picture that lies with review."""
    refused: tuple[ApiProblem, ...] = ()


@router.post("/steps/{step_id}/record-survey", max_body_size=MOST_BYTES)
async def record_survey(
    request: Request, step_id: StepKey, session: Visitor, portal: Reach, form: OwnForm
) -> Response:
    """记录勘查. The pictures first, then the record; a picture that was refused is told with its
    name, and those that were taken need not be chosen again."""
    try:
        taken = await _taken(portal, session, step_id, form)
    finally:
        await form.close()
    if taken.refused:
        sent = Sent(None, _together(taken.refused), again_of(form))
        return await step_shown(request, session, step_id, ("record-survey", sent), taken.typed)
    target = Target("review", f"/v1/steps/{step_id}/record-survey")
    sent = await send(portal.apis, session, target, acts.survey_record(taken.typed), form)
    if sent.problem is None:
        return RedirectResponse(f"/steps/{step_id}?done=record-survey", 303)
    return await step_shown(request, session, step_id, ("record-survey", sent), taken.typed)


@router.get("/steps/{step_id}/pictures/{sha256}")
async def picture(step_id: StepKey, sha256: Sha256Key, session: Visitor, portal: Reach) -> Response:
    """A picture of a survey."""
    path = f"/v1/steps/{step_id}/pictures/{sha256}"
    return given(await portal.apis.file("review", path, session.token))


async def _taken(portal: Portal, session: Session, step_id: str, form: FormData) -> _Taken:
    """Take the chosen files to review.

    Raises:
        ApiProblem: 401, nobody is signed in any longer.
    """
    typed = acts.texts_of(form)
    chosen = [found for found in form.getlist("pictures") if isinstance(found, UploadFile)]
    files = [file for file in chosen if file.filename]
    if len(files) > _MOST:
        return _Taken(typed, (TOO_MANY,))
    refused: list[ApiProblem] = []
    for number, file in enumerate(files, 1):
        path = f"/v1/steps/{step_id}/pictures/picture.{number}"
        media_type = file.content_type or "application/octet-stream"
        try:
            answer = await portal.apis.put_file(
                "review", path, await file.read(), media_type, session.token
            )
        except ApiProblem as problem:
            if problem.status == 401:
                raise
            refused.append(replace(problem, detail=f"{file.filename}：{problem.detail}"))
        else:
            typed[f"{PICTURES}{answer.body['sha256']}"] = file.filename or "照片"
    return _Taken(typed, tuple(refused))


def _together(refused: Iterable[ApiProblem]) -> ApiProblem:
    """Give one problem that tells of each picture that was refused, at the field of pictures."""
    first, *more = refused
    told = " ".join(problem.detail for problem in (first, *more))
    errors = ({"field": "pictures", "reason": told},)
    title = "照片没有全部上传，勘查尚未记录"
    return replace(first, title=title, detail=_KEPT, errors=errors)

"""Papers in and out: files of an application, documents as PDF, and the check of a document."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.datastructures import FormData
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import UploadFile

from services.portal import acts
from services.portal.apis import ApiProblem, File
from services.portal.desk import application_shown
from services.portal.gate import OwnForm, PageRoute, Reach, Visitor, portal_of, session_of
from services.portal.sending import Sent
from services.portal.templating import page

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MOST_BYTES: Final = 64 << 20
"""Of a form with a file; what a file may have is intake's to say."""
NO_FILE: Final = ApiProblem(
    422, "portal.no_file", "没有选择文件", "请选择材料和文件后再上传。", errors=()
)
Letter = Literal["receipt", "acceptance", "deficiency", "refusal"]
LetterOfStep = Literal["decision", "stop", "extension", "result"]
CaseKey = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
StepKey = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}\.[1-9][0-9]?$")]
Sha256Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
PaperName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9.-]{0,80}$")]
Number = Annotated[str, Path(max_length=40)]
Code = Annotated[str, Query(max_length=20)]


@router.get("/applications/{case_id}/{letter}.pdf")
async def letter(case_id: CaseKey, letter: Letter, session: Visitor, portal: Reach) -> Response:
    """A document of intake."""
    path = f"/v1/applications/{case_id}/{letter}.pdf"
    return given(await portal.apis.file("intake", path, session.token))


@router.get("/steps/{step_id}/{letter}.pdf")
async def letter_of_step(
    step_id: StepKey, letter: LetterOfStep, session: Visitor, portal: Reach
) -> Response:
    """A document of review."""
    path = f"/v1/steps/{step_id}/{letter}.pdf"
    return given(await portal.apis.file("review", path, session.token))


@router.get("/applications/{case_id}/attachments/{sha256}")
async def attachment(
    case_id: CaseKey, sha256: Sha256Key, session: Visitor, portal: Reach
) -> Response:
    """A file of an application, to be saved."""
    path = f"/v1/applications/{case_id}/attachments/{sha256}"
    return given(await portal.apis.file("intake", path, session.token))


@router.post("/applications/{case_id}/attachments", max_body_size=MOST_BYTES)
async def attach(
    request: Request, case_id: CaseKey, session: Visitor, portal: Reach, form: OwnForm
) -> Response:
    """上传附件. Under the material that was chosen, with the next free number."""
    here = f"/v1/applications/{case_id}/attachments"
    try:
        material, content, media_type = await _filled_in(form)
        there = (await portal.apis.get("intake", here, session.token)).body
        name = free_name(material, [paper["name"] for paper in there])
        target = f"{here}/{quote(name)}"
        await portal.apis.put_file("intake", target, content, media_type, session.token)
    except ApiProblem as problem:
        if problem.status == 401:
            raise
        tried, typed = ("attach", Sent(None, problem)), acts.texts_of(form)
        return await application_shown(request, session, case_id, tried, typed)
    finally:
        await form.close()
    return RedirectResponse(f"/applications/{case_id}?done=attach", 303)


@router.post("/applications/{case_id}/attachments/{name}/detach")
async def detach(
    request: Request, case_id: CaseKey, name: PaperName, session: Visitor, form: OwnForm
) -> Response:
    """撤下附件. Take a file off a draft."""
    target = f"/v1/applications/{case_id}/attachments/{quote(name)}"
    try:
        await portal_of(request).apis.delete("intake", target, session.token)
    except ApiProblem as problem:
        if problem.status == 401:
            raise
        tried, typed = ("detach", Sent(None, problem)), acts.texts_of(form)
        return await application_shown(request, session, case_id, tried, typed)
    return RedirectResponse(f"/applications/{case_id}?done=detach", 303)


@router.get("/v1/public/documents/{number}")
async def scanned(request: Request, number: Number, portal: Reach, code: Code = "") -> Response:
    """What a QR code leads to where `documents.public_url` is the portal's own address."""
    if "text/html" in request.headers.get("accept", ""):
        target = f"/verify/{quote(number, safe='')}?code={quote(code)}"
        return RedirectResponse(target, 303)
    path = f"/v1/public/documents/{quote(number, safe='')}"
    return JSONResponse((await portal.apis.get("supervision", path, query={"code": code})).body)


@router.get("/verify")
async def verify_form(request: Request, number: str = "", code: Code = "") -> Response:
    """核验: by hand, from what is printed on the paper."""
    if number and code:
        target = f"/verify/{quote(number.strip().upper(), safe='')}?code={quote(code.strip())}"
        return RedirectResponse(target, 303)
    shown = {"document": None, "problem": None, "number": number[:40]}
    return page(request, "verify.html", shown, session=session_of(request))


@router.get("/verify/{number}")
async def verify(request: Request, number: Number, portal: Reach, code: Code = "") -> Response:
    """核验: what a QR code leads to; nobody signs in."""
    shown: dict[str, Any] = {"document": None, "problem": None, "number": number}
    try:
        path = f"/v1/public/documents/{quote(number, safe='')}"
        found = await portal.apis.get("supervision", path, query={"code": code or "----"})
        shown["document"], status = found.body, 200
    except ApiProblem as problem:
        shown["problem"], status = problem, problem.status
    return page(request, "verify.html", shown, status, session_of(request))


def free_name(material: str, taken: list[str]) -> str:
    """Give the first free name of a file of a material: itself, then numbered from 2."""
    names = (material, *(f"{material}.{number}" for number in range(2, 100)))
    return next((name for name in names if name not in taken), f"{material}.99")


async def _filled_in(form: FormData) -> tuple[str, bytes, str]:
    """Give material, content and declared type.

    Raises:
        ApiProblem: 422 `portal.no_file`.
    """
    material, file = form.get("material"), form.get("file")
    if not isinstance(file, UploadFile) or not isinstance(material, str) or not material:
        raise NO_FILE
    return material, await file.read(), file.content_type or "application/octet-stream"


def given(file: File) -> Response:
    """Give a file as a service gave it."""
    return Response(file.content, headers=dict(file.headers))

"""HTTP of intake: files of the materials, in and out."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Request, Response

from services.intake.core.commands import AttachPaper, DetachPaper
from services.intake.shell.api import CaseKey
from services.intake.shell.seeing import seen
from services.intake.shell.told import AttachmentTold
from services.kernel.competence import may
from services.runtime.attachments import Attachments
from services.runtime.command_calls import view
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn, SignedInOfficer
from services.runtime.uploads import (
    FILE_BODY,
    FILE_RESPONSES,
    MOST_BYTES,
    Sent,
    Upload,
    received,
    served,
)

router = APIRouter(prefix="/v1", tags=["intake"])
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,58}(\.[1-9][0-9]?)?")
_OPEN: Final = frozenset({"drafted", "submitted", "awaiting_supplement"})
Name = Annotated[
    str,
    Path(
        max_length=400,
        description="材料代码，第二份起加序号：identity.2 code of the material, sheet by sheet",
    ),
]
Sha256Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="内容指纹 SHA-256")]


@router.put(
    "/applications/{case_id}/attachments/{name:path}",
    max_body_size=MOST_BYTES,
    openapi_extra=FILE_BODY,
)
async def attach(request: Request, case_id: CaseKey, name: Name, sent: Sent) -> Response:
    """上传附件. Put a file of a material into the store, then on record.

    PDF, JPEG, PNG, docx, xlsx or OFD; the same again is harmless.
    """
    _require_name(name)
    allowed = await _may_attach(request, sent.officer, case_id)
    async with received(request) as upload:
        if allowed:  # else the rules refuse below, and nothing is kept
            store: Attachments = request.app.state.attachments
            await store.put(case_id, upload.sha256, upload.content)
        call = sent.call(upload.sha256)
        command = AttachPaper(
            key=case_id,
            actor=call.actor,
            at=call.at,
            name=name,
            sha256=upload.sha256,
            size=upload.size,
            media_type=upload.media_type,
        )
        return _with_file(await call.carry_out(command), name, upload)


@router.delete("/applications/{case_id}/attachments/{name:path}")
async def detach(case_id: CaseKey, name: Name, sent: Sent) -> Response:
    """撤下附件. Take a file off a draft; what was handed in stays."""
    _require_name(name)
    call = sent.call()
    return await call.carry_out(DetachPaper(key=case_id, actor=call.actor, at=call.at, name=name))


@router.get("/applications/{case_id}/attachments", response_model=list[AttachmentTold])
async def attachments(request: Request, case_id: CaseKey, officer: SignedIn) -> Any:
    """Give the files of an application, in the order in which their names first came."""
    return await _files(request, officer, case_id)


@router.get(
    "/applications/{case_id}/attachments/{sha256}",
    responses=FILE_RESPONSES,
    response_class=Response,
)
async def attachment(
    request: Request, case_id: CaseKey, sha256: Sha256Key, officer: SignedIn
) -> Response:
    """Give one file, to be saved."""
    files = await _files(request, officer, case_id)
    found = next((file for file in files if file["sha256"] == sha256), None)
    if found is None:
        raise Problem("attachment.not_found")
    store: Attachments = request.app.state.attachments
    return await served(store, case_id, sha256, found["media_type"], found["name"])


async def _files(request: Request, officer: SignedInOfficer, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads((await seen(request, officer, case_id)).body)[
        "attachments"
    ]
    return found


async def _may_attach(request: Request, officer: SignedInOfficer, case_id: str) -> bool:
    # Not `seen`: whoever may not even see it is refused by the rules too, which puts it on record.
    told = orjson.loads((await view(request, officer, case_id, None)).body)
    places = told.get("organisation", ""), told.get("taken_in_at") or ""
    there = any(place and may(officer.actor, AttachPaper.action, place) for place in places)
    return told["status"] in _OPEN and there


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Problem("attachment.name_invalid")


def _with_file(response: Response, name: str, upload: Upload) -> Response:
    body = orjson.loads(bytes(response.body))
    if "case_id" not in body:
        return response  # 202: the command is on its way
    file = {
        "name": name,
        "sha256": upload.sha256,
        "size": upload.size,
        "media_type": upload.media_type,
    }
    headers = {"ETag": response.headers["etag"]}
    told = orjson.dumps({**body, "attachment": file})
    return Response(told, response.status_code, headers, media_type="application/json")

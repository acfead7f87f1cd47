"""HTTP of intake: many applications that were captured without a line, at once."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.intake.shell.bodies import Application, Batch, Captured
from services.intake.shell.handing_in import Window, hand_in
from services.intake.shell.told import BatchTold
from services.runtime.command_calls import Call, Called, key_to_command_id
from services.runtime.problems import Problem, answer_to, field_errors

router = APIRouter(prefix="/v1", tags=["intake"])


@router.post("/applications/batch", status_code=207, responses={207: {"model": BatchTold}})
async def batch(request: Request, body: Batch, call: Called) -> Response:
    """离线采集批量上传. One outcome for each application, in order: never one success over a
    failure. Each is done under its own key, so that a batch that broke off is sent again whole."""
    outcomes = [await _outcome(request, call, captured) for captured in body.applications]
    failed = sum(outcome["status"] >= 400 for outcome in outcomes)
    pending = sum(outcome["status"] == 202 for outcome in outcomes)
    succeeded = len(outcomes) - failed - pending
    told = {"items": outcomes, "succeeded": succeeded, "pending": pending, "failed": failed}
    return Response(orjson.dumps(told), 207, media_type="application/json")


async def _outcome(request: Request, call: Call, captured: Captured) -> dict[str, Any]:
    window: Window = request.app.state.window
    try:
        answer = await _one(call, window, captured)
    except Problem as problem:
        answer = answer_to(request, problem)
    return {
        "idempotency_key": captured.idempotency_key,
        "status": answer.status_code,
        "body": orjson.loads(bytes(answer.body)),
    }


async def _one(call: Call, window: Window, captured: Captured) -> Response:
    try:
        body = Application.model_validate(captured.application)
    except ValidationError as invalid:
        # From None: pydantic's error quotes what was typed.
        errors = field_errors([{**e, "loc": ("body", *e["loc"])} for e in invalid.errors()])
        raise Problem("request.invalid", errors=errors) from None
    # Not orjson: an unknown field may hold a whole number of any length.
    written = json.dumps(captured.application, sort_keys=True).encode()
    own = replace(
        call,
        command_id=key_to_command_id(call.actor.officer_id, captured.idempotency_key),
        fingerprint=sha256(b"batch\n" + written).hexdigest()[:16],
        expected_version=None,
    )
    return await hand_in(own, window, body, own.new_case_id())

"""HTTP of intake: who somebody is, for the form at the window; and forgetting them."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

import structlog
from fastapi import APIRouter, Path, Query, Request, Response

from schemas.codec import instant_text
from schemas.facts import Person
from schemas.values import DocumentKind
from services.intake.shell.bodies import Applicant, Erasure, Sought
from services.intake.shell.handing_in import Window
from services.intake.shell.people import masked_name, source_of
from services.intake.shell.told import ErasureTold, PersonTold
from services.kernel.actor import Actor
from services.kernel.calendar import local
from services.kernel.competence import RIGHTS
from services.runtime import clock
from services.runtime.api_document import problem_answers
from services.runtime.command_calls import Shell
from services.runtime.metrics import count
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn

router = APIRouter(prefix="/v1/people", tags=["people"])
PersonKey = Annotated[str, Path(pattern=r"^p-[0-9a-f]{24}$", description="办事人化名 pseudonym")]
CONFIRM_WITHIN: Final = timedelta(minutes=10)
_SHOWN: Final = ("name", "kind", "document_kind", "phone", "address", "household_division")
log = structlog.get_logger()


@router.post("/lookup", responses={200: {"model": PersonTold}})
async def lookup(request: Request, body: Sought, officer: SignedIn) -> dict[str, Any]:
    """预填. Give what is known of the holder of a number, each field with its source and day.

    Whole for those who take applications in, at any window; masked for who else works on cases.
    Every look is counted and written to the process log, with pseudonym and session.
    """
    window: Window = request.app.state.window
    shell: Shell = request.app.state.shell
    whole = _may(officer.actor, "people.prefill")
    if not (whole or _may(officer.actor, "people.look")):
        raise Problem("rights.denied")
    shell.signals.acted(officer)
    window.require_ready()
    ref, document = _sought(window, body)
    person = window.people.find(ref)
    seen = "unknown" if person is None else "whole" if whole else "masked"
    count("people_looks", outcome=seen)
    log.info("person looked up", applicant_ref=ref, session_id=officer.session_id, code=seen)
    if person is None:
        raise Problem("intake.person_not_known", 404, detail="该证件号码没有登记过，请按证件填写。")
    fields = {name: _field(person, name, whole) for name in _SHOWN}
    return {
        "applicant_ref": ref,
        "document_kind": document,
        "masked": not whole,
        "fields": {name: field for name, field in fields.items() if field is not None},
    }


@router.post(
    "/{applicant_ref}/erasures",
    status_code=201,
    responses={201: {"model": ErasureTold}, **problem_answers(409)},
)
async def ask_erasure(
    request: Request, applicant_ref: PersonKey, body: Erasure, officer: SignedIn
) -> dict[str, str]:
    """First step of erasing a person: the ground. Gives what `DELETE` needs, for ten minutes."""
    window = _for_operators(request, officer.actor)
    _require_erasable(window, applicant_ref)
    ends_at = (clock.now() + CONFIRM_WITHIN).replace(microsecond=0)
    confirmation = _confirmation(window, officer.actor, applicant_ref, body.ground, ends_at)
    return {
        "confirmation": f"{body.ground}.{int(ends_at.timestamp())}.{confirmation}",
        "expires_at": instant_text(ends_at),
    }


@router.delete("/{applicant_ref}", status_code=204, responses=problem_answers(409))
async def erase(
    request: Request,
    applicant_ref: PersonKey,
    officer: SignedIn,
    confirmation: Annotated[str, Query(max_length=200)],
) -> Response:
    """Second step: a tombstone on the log, and every reader forgets. Cases keep the pseudonym."""
    window = _for_operators(request, officer.actor)
    ground, _, rest = confirmation.partition(".")
    seconds, _, given = rest.partition(".")
    ends_at = _instant(seconds)
    if ends_at is None or ends_at < clock.now():
        raise _not_confirmed()
    wanted = _confirmation(window, officer.actor, applicant_ref, ground, ends_at)
    if not hmac.compare_digest(wanted, given):
        raise _not_confirmed()
    _require_erasable(window, applicant_ref)
    await window.people.erase(applicant_ref)
    count("people_erased", ground=ground)
    log.info(
        "person erased", applicant_ref=applicant_ref, session_id=officer.session_id, code=ground
    )
    return Response(status_code=204)


def _may(actor: Actor, action: Literal["people.look", "people.prefill", "operate"]) -> bool:
    """Say whether `actor` may do it anywhere: a villager may go to any window."""
    return any(post.role in RIGHTS[action] for post in actor.posts)


def _sought(window: Window, body: Sought) -> tuple[str, DocumentKind]:
    today = local(clock.now()).date()
    # A name is asked of an applicant, and does not matter for the pseudonym of a number.
    applicant = Applicant(
        name="*", kind=body.kind, id_number=body.id_number, document_kind=body.document_kind
    )
    return window.people.sought(applicant, today)


def _field(person: Person, name: str, whole: bool) -> dict[str, str | None] | None:
    value: str | None = getattr(person, name)
    if value is None:
        return None
    source = source_of(person, name)
    return {
        "value": value if whole else _masked(name, value),
        "source": source.source if source else None,
        "on": source.on.isoformat() if source else None,
    }


def _masked(name: str, value: str) -> str:
    match name:
        case "name":
            return masked_name(value)
        case "phone":
            return value[:3] + "*" * max(len(value) - 5, 1) + value[-2:]
        case "address":
            return value[:6] + "***"
        case _:
            return value


def _for_operators(request: Request, actor: Actor) -> Window:
    if not _may(actor, "operate"):
        raise Problem("rights.denied")
    window: Window = request.app.state.window
    window.require_ready()
    return window


def _require_erasable(window: Window, applicant_ref: str) -> None:
    if window.people.find(applicant_ref) is None:
        raise Problem("intake.person_not_known", 404, detail="没有登记过此人，无需删除。")
    if pending := window.open_cases.pending(applicant_ref):
        raise Problem(
            "intake.person_has_cases",
            409,
            detail=f"此人还有 {pending} 件在办或近期办件，所需的个人信息不能删除，请办结后再删。",
        )


def _confirmation(
    window: Window, actor: Actor, applicant_ref: str, ground: str, ends_at: datetime
) -> str:
    said = f"{actor.officer_id}/{applicant_ref}/{ground}/{int(ends_at.timestamp())}"
    return window.people.seal("erasure", said)


def _instant(seconds: str) -> datetime | None:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _not_confirmed() -> Problem:
    return Problem(
        "intake.erasure_not_confirmed",
        409,
        detail="删除未经确认或确认已过期，请先写明理由（POST erasures）再删除。",
    )

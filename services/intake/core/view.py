"""An application as JSON, for those who ask and those who acted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from schemas.events.base import Event
from schemas.events.intake import ApplicationSubmitted
from services.intake.core.attaching import attached_of
from services.intake.core.commands import Command
from services.intake.core.state import (
    Accepted,
    Application,
    Attached,
    AwaitingSupplement,
    Drafted,
    NotAccepted,
    NotSubmitted,
    Paper,
    Precheck,
    State,
    Submitted,
    Withdrawn,
)
from services.kernel.decider import Refused
from services.kernel.terms import term_view


def view(key: str, state: State, part: str | None) -> dict[str, object]:
    """Give the whole application; it has no parts.

    Raises:
        Refused: `intake.not_found`.
    """
    if isinstance(state, NotSubmitted) or part is not None:
        raise Refused("intake.not_found", "没有这份申请，请核对办件编号。")
    attachments = [_attachment(paper) for paper in attached_of(state)]
    return {**answer(key, state, ()), **_more(state), "attachments": attachments}


def answer(key: str, state: State, events: Sequence[Event]) -> dict[str, object]:
    """Give case, status and version, and the number and dates that the desk tells on the spot."""
    head: dict[str, object] = {"case_id": key, "status": state.kind, "version": state.version}
    match state:
        case NotSubmitted():
            return head
        case Drafted():
            return {**head, **_precheck(state.precheck)}
        case Submitted():
            told = {**head, **_numbered(state.application), "answer": term_view(state.answer)}
            return {**told, **_warnings(events)}
        case AwaitingSupplement():
            notice = {"notice_number": state.notice_number, "wanting": list(state.wanting)}
            return {**head, **_numbered(state.application), **notice}
        case Accepted():
            clocks = {"legal": term_view(state.legal), "promised": term_view(state.promised)}
            return {**head, **_numbered(state.application), **clocks}
        case NotAccepted():
            return {**head, **_numbered(state.application)}
        case Withdrawn():
            return {**head, "case_number": state.case_number}
        case _:
            assert_never(state)


def version(state: State, command: Command) -> int:
    """Give what `If-Match` of a command is compared with: events that took effect."""
    return state.version


def version_of_view(state: State, part: str | None) -> int:
    """Give the `ETag` of a view."""
    return state.version


def _more(state: State) -> dict[str, object]:
    match state:
        case Drafted():
            return state.draft.model_dump(mode="json")
        case Submitted() | AwaitingSupplement():
            papers = [_paper(paper) for paper in state.papers]
            fine = {"found_fine": list(state.sound)} if state.sound else {}
            return {**_subject(state.application), "materials": papers, **fine}
        case Accepted():
            return {**_subject(state.application), "papers": list(state.papers)}
        case NotAccepted():
            return _subject(state.application)
        case Withdrawn():
            return {"organisation": state.organisation}
        case NotSubmitted():
            return {}
        case _:
            assert_never(state)


def _precheck(asked: Precheck | None) -> dict[str, object]:
    """Of a draft: whether its papers were looked at. What the findings say stands in the case."""
    if asked is None:
        return {}
    found = ("deficient" if asked.wanting else "fine") if asked.answer else "requested"
    told = {
        "status": found,
        "ordinal": asked.ordinal,
        "answer": term_view(asked.term),
        "wanting": list(asked.wanting),
        "sound": [paper.code for paper in asked.sound],
    }
    return {"precheck": told}


def _warnings(events: Sequence[Event]) -> dict[str, object]:
    """Credit restrictions that did not block the submission, for the clerk who makes it."""
    shown = [r for e in events if isinstance(e, ApplicationSubmitted) for r in e.restrictions]
    return {"warnings": [r.model_dump(mode="json") for r in shown]} if shown else {}


def _numbered(application: Application) -> dict[str, object]:
    return {"case_number": application.case_number}


def _subject(application: Application) -> dict[str, object]:
    family = application.family
    return {
        **({"family": family.model_dump(mode="json")} if family is not None else {}),
        **({"taken_in_at": application.taken_in_at} if application.taken_in_at else {}),
        "item_code": application.item_code,
        "item_version": application.item_version,
        "organisation": application.organisation,
        "applicant_ref": application.applicant_ref,
        "submitted_at": application.submitted_at,
    }


def _attachment(paper: Attached) -> dict[str, object]:
    return {
        "name": paper.name,
        "material": paper.name.partition(".")[0],
        "sha256": paper.sha256,
        "size": paper.size,
        "media_type": paper.media_type,
    }


def _paper(paper: Paper) -> dict[str, object]:
    return {"code": paper.code, "form": paper.form, "count": paper.count}

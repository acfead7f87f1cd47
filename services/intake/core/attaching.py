"""Files of the materials: attached while papers may come in, fixed once they are handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from schemas.events.base import Event
from schemas.events.intake import PaperAttached, PaperDetached
from services.intake.core.commands import AttachPaper, DetachPaper
from services.intake.core.papers import require_listed
from services.intake.core.state import (
    Attached,
    AwaitingSupplement,
    Drafted,
    NotSubmitted,
    State,
    Submitted,
    Withdrawn,
)
from services.kernel.decider import Reference, Refused

MOST: Final = 40
"""Files of one application: it keeps a line of each."""
Open: TypeAlias = Drafted | Submitted | AwaitingSupplement


def attached(state: Open, command: AttachPaper, reference: Reference) -> Sequence[Event]:
    """Give the file as attached; nothing where this very one already is, under this name.

    On a draft a file of the same name is replaced; what was handed in stays as it was.

    Raises:
        Refused: `intake.material_not_listed`, `intake.attachment_taken`,
            `intake.too_many_attachments`.
    """
    known = next((paper for paper in state.attached if paper.name == command.name), None)
    if known is not None and known.sha256 == command.sha256:
        return ()
    material = command.name.partition(".")[0]
    code, version = _item_of(state)
    require_listed(reference.item(code, version), (material,))
    if known is not None and not isinstance(state, Drafted):
        raise Refused(
            "intake.attachment_taken",
            f"附件 {command.name} 已随申请收件，不能替换；请另编序号上传，如 {material}.2。",
        )
    if known is None and len(state.attached) >= MOST:
        raise Refused(
            "intake.too_many_attachments",
            f"一件申请最多 {MOST} 个附件，请将同一材料的多页合并为一个文件。",
        )
    return [
        PaperAttached(
            name=command.name,
            material=material,
            sha256=command.sha256,
            size=command.size,
            media_type=command.media_type,
        )
    ]


def detached(state: Open, command: DetachPaper) -> Sequence[Event]:
    """Give the file as taken off; nothing where there is none of that name on the draft.

    Raises:
        Refused: `intake.attachment_fixed`: what was handed in stays with the application.
    """
    if not isinstance(state, Drafted):
        raise Refused(
            "intake.attachment_fixed", "申请已收件，附件不能撤下；如有误，请在补正时另行上传。"
        )
    known = next((paper for paper in state.attached if paper.name == command.name), None)
    if known is None:
        return ()
    return [PaperDetached(name=known.name, sha256=known.sha256)]


def not_asked_for(
    state: Drafted, code: str, version: int, reference: Reference
) -> Sequence[PaperDetached]:
    """Give the files of a draft as taken off that the item it is rewritten for does not ask for
    (ALL 31)."""
    listed = {material.code for material in reference.item(code, version).materials}
    return [
        PaperDetached(name=paper.name, sha256=paper.sha256)
        for paper in state.attached
        if paper.name.partition(".")[0] not in listed
    ]


def attached_of(state: State) -> tuple[Attached, ...]:
    """Give the files of an application, whatever became of it; none of one withdrawn."""
    return () if isinstance(state, NotSubmitted | Withdrawn) else state.attached


def with_paper(papers: tuple[Attached, ...], event: PaperAttached) -> tuple[Attached, ...]:
    """Put a file in the place of that of its name, else behind the others."""
    paper = Attached(
        name=event.name, sha256=event.sha256, size=event.size, media_type=event.media_type
    )
    if all(known.name != paper.name for known in papers):
        return (*papers, paper)
    return tuple(paper if known.name == paper.name else known for known in papers)


def without_paper(papers: tuple[Attached, ...], event: PaperDetached) -> tuple[Attached, ...]:
    """Leave a file out."""
    return tuple(known for known in papers if known.name != event.name)


def _item_of(state: Open) -> tuple[str, int]:
    named = state.draft if isinstance(state, Drafted) else state.application
    return named.item_code, named.item_version

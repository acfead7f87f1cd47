"""预审: whether the papers of a draft will do; asked before handing in, answered once and whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from schemas.events.base import Event
from schemas.events.intake import (
    ApplicationDrafted,
    ApplicationSubmitted,
    PrecheckAnswered,
    PrecheckRequested,
)
from schemas.values import Defect
from services.intake.core.commands import AnswerPrecheck, RequestPrecheck
from services.intake.core.papers import listing, require_listed
from services.intake.core.state import Attached, Drafted, Precheck, SoundPaper
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import fingerprint, text_mark
from services.kernel.terms import PRECHECK, term

Papers: TypeAlias = ApplicationDrafted | ApplicationSubmitted


def requested(state: Drafted, command: RequestPrecheck, reference: Reference) -> Sequence[Event]:
    """Give the request with the date of its answer; nothing where it is the same come twice.

    Raises:
        Refused: `intake.precheck_pending`, `intake.precheck_unchanged`.
    """
    last, draft = state.precheck, state.draft
    if last is not None and not last.answer:
        if last.term.started_at == command.at:
            return ()
        raise Refused("intake.precheck_pending", "预审已申请，尚未答复；请等待答复，或直接提交。")
    if last is not None and last.looked_at == draft_mark(draft, state.attached):
        raise Refused(
            "intake.precheck_unchanged",
            "草稿和附件自上次预审后没有改动，不再预审；请按答复修改，或直接提交。",
        )
    item = reference.item(draft.item_code, draft.item_version)
    return [
        PrecheckRequested(
            ordinal=last.ordinal + 1 if last is not None else 1,
            organisation=draft.organisation,
            term=term(
                item.precheck or PRECHECK,
                command.at,
                draft.organisation,
                command.calendar_version,
                reference,
            ),
        )
    ]


def open_precheck(state: Drafted) -> Precheck | None:
    """Give the pre-check that waits for its answer; None where none does."""
    asked = state.precheck
    return None if asked is None or asked.answer else asked


def answered(state: Drafted, command: AnswerPrecheck, reference: Reference) -> Sequence[Event]:
    """Give the one answer: all findings, or none; nothing where it is the same come twice.

    Raises:
        Refused: `intake.no_precheck`, `intake.precheck_answered`, `intake.material_not_listed`,
            `intake.precheck_incomplete`.
    """
    asked = state.precheck
    if asked is None:
        raise Refused("intake.no_precheck", "这份草稿没有申请预审，无需答复。")
    answer = _answer(state, asked.ordinal, command.defects)
    if asked.answer:
        if asked.answer == fingerprint(answer):
            return ()
        raise Refused(
            "intake.precheck_answered",
            "预审已答复，只答复一次；申请人修改草稿后可再次申请预审。",
        )
    item = reference.item(state.draft.item_code, state.draft.item_version)
    named = {defect.material for defect in command.defects}
    require_listed(item, named)
    brought = _brought(state.draft, state.attached)
    unsaid = [
        material.name
        for material in item.materials
        if material.required
        and material.code not in named
        and brought.get(material.code, 0) < material.count
    ]
    if unsaid:
        raise Refused(
            "intake.precheck_incomplete",
            f"预审须一次说明全部问题：{listing(unsaid)} 未提供或份数不足，请一并列出。",
        )
    return [answer]


def marks(papers: Papers, attached: Iterable[Attached]) -> dict[str, str]:
    """Give, by the code of each paper that is there, by what its content is known again: as listed,
    its files by their SHA-256, of this applicant and for this version of the item."""
    files = [(file.name, file.sha256) for file in attached]
    codes = {m.code for m in papers.materials} | {_material(name) for name, _ in files}
    head = [papers.item_code, papers.item_version, papers.applicant_ref]
    return {
        code: text_mark(
            json.dumps(
                [
                    head,
                    sorted(m.model_dump_json() for m in papers.materials if m.code == code),
                    sorted(file for file in files if _material(file[0]) == code),
                ]
            )
        )
        for code in sorted(codes)
    }


def draft_mark(draft: ApplicationDrafted, attached: Iterable[Attached]) -> str:
    """Give by what a draft with its files is known again."""
    files = sorted((file.name, file.sha256) for file in attached)
    return text_mark(json.dumps([fingerprint(draft), files]))


def sound_papers(state: Drafted, codes: Iterable[str]) -> tuple[SoundPaper, ...]:
    """Give the papers of `codes` with their marks as they are now."""
    known = marks(state.draft, state.attached)
    return tuple(SoundPaper(code, known.get(code, "")) for code in codes)


def still_sound(state: object, event: ApplicationSubmitted) -> tuple[str, ...]:
    """Give the codes of what a pre-check of the draft found fine and that is handed in as it was,
    sorted."""
    if not isinstance(state, Drafted) or state.precheck is None:
        return ()
    now = marks(event, state.attached)
    return tuple(p.code for p in state.precheck.sound if now.get(p.code) == p.mark)


def without(sound: Iterable[str], changed: Iterable[str]) -> tuple[str, ...]:
    """Give what of `sound` is left when these have changed, sorted."""
    return tuple(sorted(set(sound).difference(changed)))


def _answer(state: Drafted, ordinal: int, defects: Sequence[Defect]) -> PrecheckAnswered:
    there = _brought(state.draft, state.attached)
    sound = without(there, (defect.material for defect in defects))
    return PrecheckAnswered(ordinal=ordinal, defects=tuple(defects), sound=sound)


def _brought(draft: ApplicationDrafted, attached: Iterable[Attached]) -> dict[str, int]:
    """How many of each paper, in whatever form: the originals are seen when it is handed in. The
    files of a paper that is not in the list count one each."""
    counts: dict[str, int] = {}
    for material in draft.materials:
        counts[material.code] = counts.get(material.code, 0) + material.count
    files: dict[str, int] = {}
    for file in attached:
        code = _material(file.name)
        files[code] = files.get(code, 0) + 1
    return files | counts


def _material(name: str) -> str:
    return name.partition(".")[0]

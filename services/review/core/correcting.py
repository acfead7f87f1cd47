"""更正: an obvious error is put right by a later event; what was written stays (domain §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from schemas.events.base import Event
from schemas.events.results import RecordCorrected, ResultCorrected
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import text_mark
from services.review.core.commands_of_result import Correct
from services.review.core.revoking import issued_of, require_in_force
from services.review.core.sealing import sealed
from services.review.core.state import State, Step, survey_of
from services.review.core.state_of_result import Issued


def correct(state: State, step: Step, command: Correct, reference: Reference) -> Sequence[Event]:
    """Give the correction; nothing where this very one was made. What stands there must be told
    word for word, so that two who correct at once do not write over one another.

    Raises:
        Refused: `review.nothing_to_correct`, `review.not_issued`, `review.result_revoked`,
            `review.correction_differs`, `review.correction_unfit`, `review.seal_unfit`, and for
            what stands on the document those of `sealed`.
    """
    if _made_before(state, command):
        return ()
    if command.what in ("survey_findings", "meeting_minutes"):
        if command.seals:
            raise Refused("review.seal_unfit", "更正笔录不用印，请取消所选印章。")
        return [_of_record(state, step, command)]
    corrected = _of_result(state, step, command)
    number = corrected.document_number
    return [corrected, *sealed(step, command, number, "correction", reference)]


def _of_record(state: State, step: Step, command: Correct) -> RecordCorrected:
    stands = _mark_of(state, command)
    if not stands:
        raise Refused("review.nothing_to_correct", "没有这份记录，或记录时尚未留存可供更正的内容。")
    if stands != text_mark(command.old):
        raise _differs()
    if command.new == command.old:
        raise Refused("review.correction_unfit", "更正前后的内容相同。")
    return RecordCorrected(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        what="survey_findings" if command.what == "survey_findings" else "meeting_minutes",
        survey=command.survey if command.what == "survey_findings" else None,
        old=command.old,
        new=command.new,
        reasons=command.reasons,
        corrected_at=command.at,
    )


def _of_result(state: State, step: Step, command: Correct) -> ResultCorrected:
    issued = issued_of(state)
    require_in_force(issued)
    what = command.what
    # The two kinds of record were told apart before.
    assert what in ("name", "valid_from", "valid_until")
    stands = {
        "name": issued.name,
        "valid_from": issued.valid_from,
        "valid_until": issued.valid_until or "",
    }[what]
    if not stands:
        raise Refused("review.nothing_to_correct", "文书上没有这一项，不能更正。")
    if stands != command.old:
        raise _differs()
    _require_fit(issued, command)
    return ResultCorrected(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        document_number=issued.document_number,
        what=what,
        old=command.old,
        new=command.new,
        reasons=command.reasons,
        corrected_at=command.at,
    )


def _made_before(state: State, command: Correct) -> bool:
    made = [
        (known.old, known.new)
        for known in (state.case.corrections if state.case else ())
        if known.what == command.what
        and (known.survey == command.survey or command.what != "survey_findings")
    ]
    return bool(made) and made[-1] == (command.old, command.new)


def _mark_of(state: State, command: Correct) -> str:
    if (case := state.case) is None:
        return ""
    if command.what == "meeting_minutes":
        return case.minutes
    surveyed = survey_of(case, command.survey) if command.survey else None
    return surveyed.findings if surveyed else ""


def _require_fit(issued: Issued, command: Correct) -> None:
    if command.new == command.old:
        raise Refused("review.correction_unfit", "更正前后的内容相同。")
    if command.what == "name":
        return
    days = {"valid_from": issued.valid_from, "valid_until": issued.valid_until or ""}
    days[command.what] = command.new
    try:
        first, last = date.fromisoformat(days["valid_from"]), days["valid_until"]
        runs = last == "" or first <= date.fromisoformat(last)
    except ValueError:
        runs = False
    if not runs or len(command.new) != len("2026-03-09"):
        raise Refused(
            "review.correction_unfit", "日期须写作 2026-03-09，且有效期的首日不晚于末日。"
        )


def _differs() -> Refused:
    return Refused(
        "review.correction_differs", "所填原文与现有内容不一致，可能已有人更正，请核对后重填。"
    )

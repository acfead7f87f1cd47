"""疑似重复: the same applicant asks for the same thing again; pointed out, never forbidden."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from services.intake.core.commands import Likeness, Submit
from services.kernel.calendar import local
from services.kernel.decider import Refused

RECENT: Final = timedelta(days=30)
"""How long after acceptance, at least, a case counts as one that may still be under way."""
_MOST_NAMED: Final = 3


def counts_until(accepted_at: datetime, legal_due_at: datetime) -> datetime:
    """Give the instant up to which an accepted case is pointed out: its legal due date, and thirty
    days at least. When it is really complete is routing's to know, not intake's."""
    return max(accepted_at + RECENT, legal_due_at)


def require_new(command: Submit) -> None:
    """Pass where no other case is like it, or somebody has said why it is wanted all the same.

    Raises:
        Refused: `intake.duplicate`, with numbers, places and days.
    """
    if command.alike and command.duplicate_reason is None:
        raise Refused(
            "intake.duplicate",
            f"该申请人已有同一事项的办件：{_listing(command.alike)}。"
            "确需另办的，请确认不是重复并写明理由。",
        )


def _listing(alike: tuple[Likeness, ...]) -> str:
    told = "；".join(
        f"{case.case_number}（{local(case.at).date()}，{case.organisation}）"
        for case in alike[:_MOST_NAMED]
    )
    return told + (f" 等 {len(alike)} 件" if len(alike) > _MOST_NAMED else "")

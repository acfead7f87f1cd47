"""Commands and events of a subject's restrictions, every field filled."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from schemas.events.credit import RestrictionImposed, RestrictionLifted
from services.intake.core.credit.commands import Impose, Lift
from services.intake.core.credit.rules import decider
from tests.support.builders import APPLICANT, COUNTY, MONDAY, county, officer

INSPECTOR: Final = officer("inspector", COUNTY, "o-chen")
OTHER_COUNTY: Final = officer("inspector", "/other", "o-far")
credit: Final = decider(county())

_FACT: Final[dict[str, Any]] = {
    "kind": "false-papers",
    "subject": "applicant",
    "basis": "青监决〔2025〕3号",
    "reason": "提交伪造的四邻意见，已依法处理完毕",
    "imposed_by": COUNTY,
    "source": "县监察",
    "since": date(2025, 3, 3),
    "until": date(2026, 3, 2),
    "appeal": "六十日内申请复议",
}


def impose(**changes: Any) -> Impose:
    head: dict[str, Any] = {"key": APPLICANT, "actor": INSPECTOR, "at": MONDAY, "rule_version": 1}
    return Impose(**{**head, **_FACT, **changes})


def lift(**changes: Any) -> Lift:
    given: dict[str, Any] = {
        "key": APPLICANT,
        "actor": INSPECTOR,
        "at": MONDAY,
        "restriction_id": "r1",
        "basis": "青信修〔2025〕1号",
        "reason": "已改正",
    }
    return Lift(**{**given, **changes})


def imposed(number: int = 1, **changes: Any) -> RestrictionImposed:
    head = {"applicant_ref": APPLICANT, "restriction_id": f"r{number}"}
    return RestrictionImposed.model_validate({**head, **_FACT, **changes})


def lifted(number: int = 1) -> RestrictionLifted:
    return RestrictionLifted(
        applicant_ref=APPLICANT,
        restriction_id=f"r{number}",
        basis="青信修〔2025〕1号",
        reason="已改正",
    )

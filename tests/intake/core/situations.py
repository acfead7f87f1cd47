"""Commands and events of intake, every field filled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from schemas.events.intake import (
    ApplicationDrafted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CaseAccepted,
    CaseNotAccepted,
    DeficiencyNotified,
    MaterialsSupplemented,
    PaperAttached,
    PaperDetached,
    PrecheckAnswered,
    PrecheckRequested,
)
from schemas.values import Defect, Material
from services.intake.core.commands import (
    Accept,
    AnswerPrecheck,
    AttachPaper,
    CorrectDueDates,
    DeemAccepted,
    DetachPaper,
    Draft,
    NotifyDeficiency,
    Refuse,
    RequestPrecheck,
    Submit,
    Supplement,
    Withdraw,
)
from services.intake.core.decide import decider
from tests.support.builders import (
    APPLICANT,
    CASE,
    HOUSING,
    MONDAY,
    PAPERS,
    VILLAGE,
    at,
    county,
    later,
    officer,
    system,
    term,
)
from tests.support.published_calendars import AMENDED, CALENDAR

CLERK: Final = officer("village_clerk")
OUTSIDER: Final = officer("village_clerk", "/qingyun/t-anle/v-xiping")
SCAN: Final = "ab" * 32
PHOTO: Final = "cd" * 32
NUMBER: Final = "410322250303WZAFAD3KS"
intake: Final = decider(county())

_ACT: Final[dict[str, Any]] = {"key": CASE, "actor": CLERK}
_DATED: Final[dict[str, Any]] = {**_ACT, "calendar_version": CALENDAR}
_APPLICATION: Final[dict[str, Any]] = {
    "item_code": "township-decides",
    "item_version": 1,
    "organisation": VILLAGE,
    "channel": "village",
    "applicant_ref": APPLICANT,
    "materials": PAPERS,
}

NO_CONSENT: Final = Defect(material="consent", problem="缺一户签字")
NO_IDENTITY: Final = Defect(material="identity", problem="已过期")
CONSENT: Final = (Material(code="consent", form="copy", count=1),)


def draft(**changes: Any) -> Draft:
    return Draft(**{**_ACT, **_APPLICATION, "at": MONDAY, **changes})


def submit(**changes: Any) -> Submit:
    return Submit(**{**_DATED, **_APPLICATION, "at": MONDAY, **changes})


def notify(*defects: Defect, **changes: Any) -> NotifyDeficiency:
    return NotifyDeficiency(
        **{**_ACT, "at": later(1), "defects": defects or (NO_CONSENT,), **changes}
    )


def supplement(**changes: Any) -> Supplement:
    return Supplement(**{**_DATED, "at": later(2), "materials": CONSENT, **changes})


def attach(name: str = "identity", **changes: Any) -> AttachPaper:
    file = {"sha256": SCAN, "size": 1024, "media_type": "application/pdf"}
    return AttachPaper(**{**_ACT, "at": later(1), "name": name, **file, **changes})


def detach(name: str = "identity", **changes: Any) -> DetachPaper:
    return DetachPaper(**{**_ACT, "at": later(1), "name": name, **changes})


def request_precheck(**changes: Any) -> RequestPrecheck:
    return RequestPrecheck(**{**_DATED, "at": later(1), **changes})


def answer_precheck(*defects: Defect, **changes: Any) -> AnswerPrecheck:
    return AnswerPrecheck(**{**_ACT, "at": later(2), "defects": defects, **changes})


def accept(**changes: Any) -> Accept:
    return Accept(**{**_DATED, "at": later(1), **changes})


def refuse(**changes: Any) -> Refuse:
    words = {"reason": "不在本村", "basis": "行政许可法第三十二条", "remedy": "六十日内申请复议"}
    return Refuse(**{**_ACT, "at": later(1), **words, **changes})


def withdraw(**changes: Any) -> Withdraw:
    return Withdraw(**{**_ACT, "at": later(1), "reason": "申请人不再办理", **changes})


ANSWER_DUE: Final = at("2025-03-10 17:30")


def deem(**changes: Any) -> DeemAccepted:
    return DeemAccepted(**{"key": CASE, "actor": system(VILLAGE), "at": ANSWER_DUE, **changes})


def correct(**changes: Any) -> CorrectDueDates:
    act = {"key": CASE, "actor": system(VILLAGE), "at": later(60), "calendar_version": AMENDED}
    return CorrectDueDates(**{**act, **changes})


def drafted(**changes: Any) -> ApplicationDrafted:
    return ApplicationDrafted.model_validate({**_APPLICATION, **changes})


def submitted(**changes: Any) -> ApplicationSubmitted:
    dated = {"case_number": NUMBER, "answer": term(5, "2025-03-10 17:30")}
    return ApplicationSubmitted.model_validate({**_APPLICATION, **dated, **changes})


def notified(
    *defects: Defect, ordinal: int = 1, repeated: tuple[str, ...] = ()
) -> DeficiencyNotified:
    return DeficiencyNotified(
        notice_number=f"{NUMBER}-B{ordinal}",
        ordinal=ordinal,
        defects=defects or (NO_CONSENT,),
        repeated=repeated,
    )


def supplemented(started: datetime | None = None, **changes: Any) -> MaterialsSupplemented:
    answer = term(5, "2025-03-10 17:30", started or later(2))
    return MaterialsSupplemented.model_validate({"materials": CONSENT, "answer": answer, **changes})


def attached(name: str = "identity", **changes: Any) -> PaperAttached:
    file = {"sha256": SCAN, "size": 1024, "media_type": "application/pdf"}
    material = name.partition(".")[0]
    return PaperAttached.model_validate({"name": name, "material": material, **file, **changes})


def detached(name: str = "identity", sha256: str = "ab" * 32) -> PaperDetached:
    return PaperDetached(name=name, sha256=sha256)


def precheck_requested(**changes: Any) -> PrecheckRequested:
    asked = {"ordinal": 1, "organisation": VILLAGE, "term": term(1, "2025-03-04 17:30", later(1))}
    return PrecheckRequested.model_validate({**asked, **changes})


def precheck_answered(*defects: Defect, **changes: Any) -> PrecheckAnswered:
    sound = {"consent", "identity"}.difference(defect.material for defect in defects)
    found = {"ordinal": 1, "defects": defects, "sound": tuple(sorted(sound))}
    return PrecheckAnswered.model_validate({**found, **changes})


def accepted(**changes: Any) -> CaseAccepted:
    return CaseAccepted.model_validate(
        {
            "case_number": NUMBER,
            "item_code": "township-decides",
            "item_version": 1,
            "kind": "commitment",
            "organisation": VILLAGE,
            "department": HOUSING,
            "applicant_ref": APPLICANT,
            "legal": term(20, "2025-03-31 17:30", later(1)),
            "promised": term(10, "2025-03-17 17:30", later(1)),
            **changes,
        }
    )


def not_accepted() -> CaseNotAccepted:
    return CaseNotAccepted(
        reason="不在本村", basis="行政许可法第三十二条", remedy="六十日内申请复议"
    )


def withdrawn() -> ApplicationWithdrawn:
    return ApplicationWithdrawn(reason="申请人不再办理")

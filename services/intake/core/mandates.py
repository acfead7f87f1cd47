"""代办: who may hand in for the applicant, and by what right."""

from __future__ import annotations

from datetime import date

from schemas.facts import Item
from schemas.values import Mandate
from services.intake.core.commands import Draft, Submit
from services.kernel.calendar import local
from services.kernel.decider import Refused


def require_mandate(command: Draft | Submit, item: Item) -> None:
    """Pass where the applicant acts, or an agent whose mandate holds on the day of `command.at`.

    Public office (代办员) needs no paper; an authority and a guardian's certificate have a number.

    Raises:
        Refused: `intake.mandate_missing`, `intake.agent_missing`, `intake.agent_is_applicant`,
            `intake.mandate_not_in_force`, `intake.mandate_out_of_scope`,
            `intake.in_person_required`.
    """
    mandate = command.mandate
    if command.agent_ref is None:
        if mandate is not None:
            raise Refused("intake.agent_missing", "填写了代办授权而没有代办人，请填写代办人。")
        _require_presence(item, command.channel in ("online", "kiosk"))
        return
    _require_presence(item, by_agent=True)
    if command.agent_ref == command.applicant_ref:
        raise Refused(
            "intake.agent_is_applicant", "代办人与申请人是同一人，本人办理请不要填写代办人。"
        )
    if mandate is None or (mandate.kind != "public_office" and mandate.number is None):
        raise Refused(
            "intake.mandate_missing",
            "代办须有授权：村代办员职务代办，或载明编号的授权委托书、监护证明（民法典第一百六十五条）。",
        )
    _require_in_force(mandate, local(command.at).date())
    if mandate.items and item.code not in mandate.items:
        raise Refused(
            "intake.mandate_out_of_scope",
            f"授权范围不含事项“{item.name}”，请由本人办理或另行出具授权。",
        )


def _require_presence(item: Item, by_agent: bool) -> None:
    if item.in_person and by_agent:
        raise Refused(
            "intake.in_person_required",
            f"事项“{item.name}”须本人到场，不能代办或者不见面办理，请本人到窗口。",
        )


def _require_in_force(mandate: Mandate, today: date) -> None:
    if mandate.kind == "power_of_attorney" and mandate.valid_from is None:
        raise Refused("intake.mandate_not_in_force", "授权委托书须载明授权起始日期，请补填。")
    if mandate.valid_from is not None and today < mandate.valid_from:
        raise Refused(
            "intake.mandate_not_in_force", f"授权自 {mandate.valid_from} 起生效，今日不能据此代办。"
        )
    if mandate.valid_until is not None and today > mandate.valid_until:
        raise Refused(
            "intake.mandate_not_in_force",
            f"授权已于 {mandate.valid_until} 到期，请申请人重新授权或本人办理。",
        )

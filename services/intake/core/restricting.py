"""What credit restrictions do to a submission (一处受罚处处受制): by rule, kind and dates alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from schemas.credit_facts import CreditEffect, CreditRule, Restraint
from schemas.values import Restriction
from services.intake.core.commands import Draft, Submit
from services.kernel.calendar import local
from services.kernel.decider import Reference, Refused


def restraint_of(
    rule: CreditRule, restriction: Restriction, item: str, topics: Sequence[str], on: date
) -> Restraint | None:
    """Give what `rule` has a restriction do to a submission of `item` on `on`; None where it does
    not bind that day, or the rule does not name the case. Blocking outranks warning."""
    if not restriction.since <= on <= restriction.until:
        return None
    met = {
        effect.restraint
        for effect in rule.effects
        if effect.of == restriction.of and _names(effect, item, topics)
    }
    if "block" in met:
        return "block"
    return "warn" if met else None


def require_unrestricted(command: Draft | Submit, reference: Reference) -> tuple[Restriction, ...]:
    """Give the restrictions that the clerk has to see; those that block are refused.

    Raises:
        Refused: `intake.restricted`.
        UnknownReference: a credit rule is not (yet) known.
    """
    shown = []
    for restriction in command.restrictions:
        rule = reference.credit_rule(restriction.kind, restriction.rule_version)
        on = local(command.at).date()
        found = restraint_of(rule, restriction, command.item_code, command.item_topics, on)
        if found == "block":
            who = "申请人" if restriction.of == "applicant" else "代办人"
            raise Refused(
                "intake.restricted",
                f"{who}受信用限制（{rule.name}，依据 {restriction.basis}，"
                f"至 {restriction.until}），暂不能办理本事项。如有异议或申请修复：{rule.ask}",
            )
        if found == "warn":
            shown.append(restriction)
    return tuple(shown)


def _names(effect: CreditEffect, item: str, topics: Sequence[str]) -> bool:
    everything = not effect.items and not effect.topics
    return everything or item in effect.items or any(topic in effect.topics for topic in topics)

"""审查: the checklist of the item, and that whoever checks does not decide (一审一核)."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from schemas.events.review import StepChecked
from schemas.facts import Item
from schemas.values import Finding
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import fingerprint
from services.review.core.commands import Check, Decide
from services.review.core.item import item_of
from services.review.core.state import Claimed, State, Waiting


def check(
    state: State, step: Waiting | Claimed, command: Check, reference: Reference
) -> Sequence[Event]:
    """Give the check; nothing where the same officer found the same before.

    Raises:
        Refused: `review.wrong_duty`, `review.item_not_recorded`, `review.nothing_to_check`,
            `review.check_incomplete`, `review.check_not_listed`, `review.check_unexplained`.
    """
    if step.duty == "opinion":
        raise Refused("review.wrong_duty", "征求意见环节不作审查，请直接出具意见。")
    case, item = item_of(state, reference)
    checked = StepChecked(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        findings=_in_order(item, command.findings),
    )
    if case.checked is not None and case.checked.words == fingerprint(checked):
        return ()
    return [checked]


def require_checked(state: State, command: Decide, reference: Reference) -> None:
    """Pass where the case may be ended: every review rule was checked by somebody else than the
    one who decides, on instant items by anybody; and approved only where all are met.

    Items without review rules, and cases received before the item was told, pass.

    Raises:
        Refused: `review.not_checked`, `review.same_officer`, `review.checks_unmet`.
    """
    if command.outcome == "forwarded" or state.case is None:
        return
    case, item = item_of(state, reference)
    if not item.review_rules:
        return
    if (checked := case.checked) is None:
        raise Refused("review.not_checked", "尚未按审查要点逐项审查，请先由经办人审查。")
    if checked.officer_id == command.actor.officer_id and item.kind != "instant":
        raise Refused(
            "review.same_officer",
            f"审查人 {checked.officer_id} 不能作出决定（一审一核），请由其他人员决定。",
        )
    if command.outcome == "approved" and checked.unmet:
        raise Refused(
            "review.checks_unmet",
            f"审查要点 {'、'.join(checked.unmet[:8])} 不符合，不能批准；整改后请重新审查。",
        )


def _in_order(item: Item, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    if not item.review_rules:
        raise Refused("review.nothing_to_check", f"事项“{item.name}”没有审查要点，无须审查。")
    found = {finding.rule: finding for finding in findings}
    rules = [rule.code for rule in item.review_rules]
    extra = sorted(found.keys() - set(rules))
    if extra or len(found) < len(findings):
        raise Refused(
            "review.check_not_listed",
            f"审查要点有重复，或不属于该事项：{'、'.join(extra[:8]) or '重复'}。",
        )
    if missing := [rule for rule in rules if rule not in found]:
        raise Refused(
            "review.check_incomplete",
            f"审查要点须逐项审查，还缺 {'、'.join(missing[:8])}。",
        )
    if silent := [f.rule for f in findings if f.found != "met" and f.remark is None]:
        raise Refused(
            "review.check_unexplained",
            f"{'、'.join(silent[:8])} 不符合或不适用，须写明情况。",
        )
    return tuple(found[rule] for rule in rules)

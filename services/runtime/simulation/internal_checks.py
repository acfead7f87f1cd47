"""内部核查: the departments that know something are asked before a case is approved."""

from __future__ import annotations

from services.runtime.simulation.moment import Moment


async def check_internally(moment: Moment) -> None:
    """Ask each department once, which answers at once; in a tenth of the cases what it has
    differs, and it is overruled by name."""
    if not moment.is_final:
        return
    checks = moment.item.get("internal_checks") or ()
    for asked in sorted({str(check["department"]) for check in checks}):
        question = {"asked": asked, "question": "请内部核查。", "days": 3}
        await moment.act("request-opinion", question)
        differs = moment.chance(0.1)
        found = [
            {"code": check["code"], "found": "differs" if differs else "found"}
            for check in checks
            if check["department"] == asked
        ]
        reviewer = moment.staff.for_step(
            asked, "department_reviewer", moment.random.randrange(2**16)
        )
        opinion = "disagreed" if differs else "agreed"
        answer = {"organisation": asked, "opinion": opinion, "reasons": "经核查，情况如上。"}
        await moment.act("answer-opinion", {**answer, "found": found}, reviewer)
        if differs:
            moment.disagreed.append(asked)
        moment.note("checked_internally", "differs" if differs else "found")

"""What may happen on a step besides its end: one small function an act, and one table of them.

An act that comes new to the system is added here, with a rate in `deploy/county/simulation.yaml`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal, TypeAlias

from services.runtime.clock import now
from services.runtime.simulation.acts_of_results import (
    come_back,
    correct,
    deliver,
    dispatch,
    has_document,
    is_issued,
    is_under_way,
    issue,
    lose,
    may_be_sent,
    may_do,
    ready,
    revoke,
)
from services.runtime.simulation.acts_of_routing import (
    delegate,
    has_superior,
    may_be_delegated,
    may_be_sent_back,
    may_be_transferred,
    may_be_uploaded,
    send_back,
    take_over,
    transfer,
    upload,
)
from services.runtime.simulation.moment import Moment, told
from services.runtime.simulation.picture import PICTURE

When: TypeAlias = Literal["received", "claimed", "deciding", "decided", "left"]
"""Before anybody claims it · after the claim · before the decision that ends the case · after an
approval, of what goes up the superior's · on a step that stays open."""


@dataclass(frozen=True, slots=True)
class Act:
    """When it may happen, on which steps, and what is done then."""

    when: When
    fits: Callable[[Moment], bool]
    do: Callable[[Moment], Awaitable[None]]


async def release(moment: Moment) -> None:
    """退回待办: give the step back, and take it again."""
    await moment.act("release", {"reason": "需补充了解情况，先退回待办。"})
    await moment.act("claim", {})
    moment.note("released")


async def stop_and_resume(moment: Moment) -> None:
    """停表: for one of the special procedures that the item allows; its result comes in time."""
    procedure = await _stop(moment, "stopped")
    await moment.act("resume-clock", {"result": f"{procedure} 已完成，未发现不符。"})
    moment.note("resumed", procedure)


async def leave_stopped(moment: Moment) -> None:
    """停表 to the cap: nobody resumes it, the announced days run out by themselves."""
    await _stop(moment, "left_stopped")


async def extend(moment: Moment) -> None:
    """延期: by the county's leader, as long as the law allows."""
    county = "/" + moment.step["organisation"].split("/")[1]
    leader = moment.staff.for_step(county, "leader", moment.random.randrange(2**16))
    days = 15 if moment.item["shape"] == "joint" else 10
    await moment.act("extend", {"days": days, "reasons": "案情复杂，依法延长。"}, leader)
    moment.note("extended")


async def ask_opinion(moment: Moment) -> None:
    """征求意见: of a department that the route does not ask; a third of them disagree."""
    checks = moment.item.get("internal_checks") or ()
    known = {*moment.heard, moment.step["organisation"], *(c["department"] for c in checks)}
    asked = moment.random.choice(
        [place for place in moment.staff.departments if place not in known]
    )
    question = {"asked": asked, "question": "请就该办件是否涉及贵单位职责提出意见。", "days": 3}
    await moment.act("request-opinion", question)
    opinion = "disagreed" if moment.chance(1 / 3) else "agreed"
    answer = {"organisation": asked, "opinion": opinion, "reasons": "经核查，意见如上。"}
    reviewer = moment.staff.for_step(asked, "department_reviewer", moment.random.randrange(2**16))
    await moment.act("answer-opinion", answer, reviewer)
    if opinion == "disagreed":
        moment.disagreed.append(asked)
    moment.note("consulted", opinion)


async def joint_meeting(moment: Moment) -> None:
    """联席会议: of those who disagreed, or of all who were heard; half of the former come round."""
    convened = sorted(moment.disagreed or moment.heard)
    subject = "研究各部门意见"
    await moment.act(
        "convene", {"planned_at": moment.soon, "departments": convened, "subject": subject}
    )
    against = {place for place in moment.disagreed if moment.chance(0.5)}
    opinions = [
        {
            "organisation": place,
            "opinion": "disagreed" if place in against else "agreed",
            "reasons": "会上充分讨论，意见如上。",
        }
        for place in convened
    ]
    minutes = {
        "held_at": told(now()),
        "opinions": opinions,
        "minutes": "会议逐一听取了各部门意见。",
    }
    await moment.act("record-meeting", minutes)
    moment.disagreed[:] = sorted(against)
    moment.note("met", "overruled" if against else "agreed")


async def fail_survey(moment: Moment) -> None:
    """现场勘查 not passed at first; the examination that follows plans another."""
    survey = str(moment.item["surveys"][0])
    draw = moment.random.randrange(2**16)
    colleague = moment.staff.colleague(moment.step["organisation"], moment.officer, draw)
    on_site: dict[str, Any] = {
        "survey": survey,
        "participants": [moment.officer.officer_id, colleague.officer_id],
    }
    await moment.act("schedule-survey", {**on_site, "planned_at": moment.soon})
    found = {
        "held_at": told(now()),
        "result": "failed",
        "findings": "现场四至与图纸不符，须整改后再勘查。",
        "pictures": [sha256(PICTURE).hexdigest()],
    }
    await moment.act("record-survey", {**on_site, **found})
    moment.note("survey_failed", survey)


async def bill(moment: Moment) -> None:
    """统一收费: one of the item's fees, assessed once; a fifth is waived, the rest is paid."""
    fee = moment.random.choice(moment.item["fees"])
    assessed = await moment.act("assess-fee", {"charges": [{"fee": fee["code"], "quantity": 1}]})
    if moment.chance(0.2):
        basis = {"basis": "《关于减免有关行政事业性收费的规定》", "reasons": "低收入家庭。"}
        await moment.act("waive-fee", basis)
        moment.note("fee", "waived")
        return
    paid = {
        "amount_fen": assessed.json()["fee"]["total_fen"],
        "receipt_number": f"{moment.random.randrange(10**10):010d}",
        "paid_at": told(now()),
    }
    await moment.act("record-payment", paid)
    moment.note("fee", "paid")


async def _stop(moment: Moment, noted: str) -> str:
    allowed = _procedures_left(moment)[0]
    procedure = str(allowed["procedure"])
    moment.note(noted, procedure)  # first, so that no step beside this one takes it too
    announced = {
        "procedure": procedure,
        "announced_days": allowed["cap"],
        "notice_number": f"告〔{moment.random.randrange(10**6):06d}〕号",
    }
    await moment.act("stop-clock", announced)
    return procedure


def _anywhere(moment: Moment) -> bool:
    return True


def _allows_procedures(moment: Moment) -> bool:
    return bool(_procedures_left(moment))


def _procedures_left(moment: Moment) -> list[Mapping[str, Any]]:
    """Give those for which the case was not stopped before: each may use up its cap once."""
    used = {done.partition(":")[2] for done in moment.done if "stopped:" in done}
    return [allowed for allowed in moment.procedures if allowed["procedure"] not in used]


def _counts_days(moment: Moment) -> bool:
    return bool(moment.item["kind"] != "instant") and moment.step["duty"] == "decide"


def _is_joint(moment: Moment) -> bool:
    return moment.is_final and bool(moment.heard)


def _charges(moment: Moment) -> bool:
    return bool(moment.item["fees"])


ACTS: Final[Mapping[str, Act]] = {
    "delegate": Act("received", may_be_delegated, delegate),
    "release": Act("claimed", _anywhere, release),
    "transfer": Act("claimed", may_be_transferred, transfer),
    "take_over": Act("claimed", has_superior, take_over),
    "stop_and_resume": Act("claimed", _allows_procedures, stop_and_resume),
    "upload": Act("claimed", may_be_uploaded, upload),
    "send_back": Act("claimed", may_be_sent_back, send_back),
    "extend": Act("deciding", _counts_days, extend),
    "ask_opinion": Act("deciding", lambda moment: moment.is_final, ask_opinion),
    "joint_meeting": Act("deciding", _is_joint, joint_meeting),
    "fail_survey": Act(
        "deciding", lambda moment: moment.is_final and bool(moment.item["surveys"]), fail_survey
    ),
    "bill": Act("decided", _charges, bill),
    "issue": Act("decided", has_document, issue),
    "correct": Act("decided", may_do("review.correct"), correct),
    "ready": Act("decided", is_issued, ready),
    "dispatch": Act("decided", may_be_sent, dispatch),
    "lose": Act("decided", is_under_way, lose),
    "come_back": Act("decided", is_under_way, come_back),
    "deliver": Act("decided", is_issued, deliver),
    "revoke": Act("decided", may_do("review.revoke"), revoke),
    "leave_stopped": Act("left", _allows_procedures, leave_stopped),
}
"""By the name of its rate, in the order in which they are done."""
COLLECTED: Final = frozenset({"deliver", "revoke"})
"""When a result is fetched, and what comes after that: of a family all in one way."""


async def acted(when: When, wanted: frozenset[str], moment: Moment) -> None:
    """Do what is wanted of `when`, where it fits, as long as the step is there."""
    for name, act in ACTS.items():
        if act.when == when and name in wanted and not moment.gone and act.fits(moment):
            await act.do(moment)

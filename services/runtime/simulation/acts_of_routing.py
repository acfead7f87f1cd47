"""What officers do with the route while a step lies on a desk: rows of `acts.ACTS`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from services.kernel.competence import RIGHTS
from services.runtime.clock import now
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.moment import Moment, told

_AWAY: Final = timedelta(days=1)
_SINCE: Final = timedelta(minutes=1)
"""Before now, so that no two clocks have to agree to the second."""


async def delegate(moment: Moment) -> None:
    """委托代办: the officer is away for a day, and a colleague of the house does the step."""
    absent, stand_in = moment.officer, _stand_ins(moment)[moment.draw(_stand_ins(moment))]
    body = {
        "absent": absent.officer_id,
        "stand_in": stand_in.officer_id,
        "since": told(now() - _SINCE),
        "until": told(now() + _AWAY),
        "reason": "经办人员外出培训，委托同事代办。",
    }
    await moment.send_on("delegate", body, _head(moment, "routing.delegate"))

    def named(answer: Answer) -> bool:
        there = answer.json().get("stand_in") if answer.ok else None
        return there is not None and there["officer_id"] == stand_in.officer_id

    await moment.look(absent, named)
    moment.officer, moment.absent = stand_in, absent
    moment.note("delegated")


async def transfer(moment: Moment) -> None:
    """转办: a colleague who holds the same post goes on with it."""
    others = _colleagues(moment)
    to = others[moment.draw(others)]
    body = {"to_officer": to.officer_id, "reason": "经办人员工作调整，转同事办理。"}
    await moment.send_on("transfer", body, _head(moment, "routing.transfer"))
    await _go_on(moment, to)
    moment.note("transferred")


async def take_over(moment: Moment) -> None:
    """提级办理: the township does itself what lies with one of its villages."""
    superior = _superiors(moment)[moment.draw(_superiors(moment))]
    await moment.send_on("take-over", {"reason": "情况特殊，由乡镇提级办理。"}, superior)
    above = moment.step["organisation"].rpartition("/")[0]
    moment.step = {**moment.step, "organisation": above}
    await _go_on(moment, superior)
    moment.note("taken_over")


async def upload(moment: Moment) -> None:
    """直接上传: the township cannot do it, the county does without it."""
    await moment.send_on("upload-to-county", {"reason": "本乡镇无法核查，直接上传县级部门。"})
    moment.gone = "uploaded"
    moment.note("uploaded")


async def send_back(moment: Moment) -> None:
    """退回上一环节: once a case; the stage before does its part once more, then this step."""
    await moment.send_on("return", {"reason": "初审意见未写明核查经过，请补充。"})
    moment.gone = "returned"
    moment.note("returned")


def may_be_delegated(moment: Moment) -> bool:
    """Say whether somebody may name a colleague who is there."""
    return bool(_stand_ins(moment)) and bool(_heads(moment, "routing.delegate"))


def may_be_transferred(moment: Moment) -> bool:
    """Say whether somebody else holds the post, and somebody may lay the step to them."""
    return bool(_colleagues(moment)) and bool(_heads(moment, "routing.transfer"))


def has_superior(moment: Moment) -> bool:
    """Say whether an approver sits right above; in this county only above villages."""
    return bool(_superiors(moment))


def may_be_uploaded(moment: Moment) -> bool:
    """Say whether a township that would forward it may leave it to a department instead."""
    steps, channels = moment.item["steps"], moment.item["channels"]
    ahead = any(str(step["at"]).startswith("/") for step in steps)
    at_township = (
        moment.step["organisation"].count("/") == _TOWNSHIP
        and "/t-" in (moment.step["organisation"])
    )
    return moment.outcome == "forwarded" and at_township and ahead and "county" in channels


def may_be_sent_back(moment: Moment) -> bool:
    """Say whether a stage lies before it that could do its part again; it is done once a case."""
    if moment.step["duty"] == "opinion" or moment.step["stage"] == 1:
        return False
    return not {"returned", "uploaded"} & set(moment.done)


_TOWNSHIP: Final = 2
"""Slashes in the path of a township: `/county/t-place`."""


async def _go_on(moment: Moment, by: Desk) -> None:
    """Wait until the desk has followed the route: the step is theirs, an earlier claim is void."""

    def theirs(answer: Answer) -> bool:
        return answer.ok and answer.json().get("claimed_by") == by.officer_id

    await moment.look(by, theirs)
    moment.officer, moment.absent = by, None


def _head(moment: Moment, action: str) -> Desk:
    heads = _heads(moment, action)
    return moment.officer if moment.officer in heads else heads[moment.draw(heads)]


def _heads(moment: Moment, action: str) -> tuple[Desk, ...]:
    return moment.staff.entitled(action, moment.step["organisation"])


def _colleagues(moment: Moment) -> tuple[Desk, ...]:
    there = moment.staff.holding(moment.step["organisation"], moment.role)
    return tuple(desk for desk in there if desk is not moment.officer)


def _stand_ins(moment: Moment) -> tuple[Desk, ...]:
    """Give who works in the house and may close something, though perhaps not this."""
    place = moment.step["organisation"]
    return tuple(
        desk
        for desk in moment.staff.desks
        if desk.organisation == place and desk is not moment.officer and _closes(desk.officer)
    )


def _closes(officer: dict[str, Any]) -> bool:
    return any(post["role"] in RIGHTS["review.decide"] for post in officer["posts"])


def _superiors(moment: Moment) -> tuple[Desk, ...]:
    above, _, own = moment.step["organisation"].rpartition("/")
    return moment.staff.entitled("routing.take_over", above) if own.startswith("v-") else ()

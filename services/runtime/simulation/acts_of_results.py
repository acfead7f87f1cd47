"""What becomes of a result: issued, corrected, ready, sent, delivered, revoked."""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from services.kernel.competence import RIGHTS
from services.runtime.clock import now
from services.runtime.simulation.moment import Moment, told


async def issue(moment: Moment) -> None:
    """颁证: make out the result document."""
    await moment.act("issue", {"seals": await moment.seals(moment.officer)})
    moment.note("issued")


async def correct(moment: Moment) -> None:
    """更正: an obvious error in the name of the document, put right by a later word."""
    name = str(moment.item["document"]["name"])
    words = {"old": name, "new": f"{name}（正本）", "reasons": "打印时漏字。"}
    await moment.act(
        "correct", {"what": "name", **words, "seals": await moment.seals(moment.officer)}
    )
    moment.note("corrected")


async def ready(moment: Moment) -> None:
    """可领取, 告知领取: it lies there, and the applicant is told."""
    await moment.act("mark-ready", {})
    way = str(moment.random.choice(["message", "phone", "in_person", "online"]))
    await moment.act("notify-ready", {"way": way, "told_at": told(now())})
    moment.note("ready", way)


async def deliver(moment: Moment) -> None:
    """送达: in one of the ways that the item offers; in the village by whoever took the case in.
    What is under way comes by courier, and by courier comes what was given to one."""
    under_way = _under_way(moment)
    way = "courier" if under_way else str(moment.random.choice(moment.item["deliveries"]))
    if way == "courier" and not under_way:
        await dispatch(moment)
    body: dict[str, object] = {
        "delivery": way,
        "delivered_at": told(now()),
        "received_by": "agent" if moment.chance(0.1) else "applicant",
    }
    if way in ("window", "village"):
        body["identity_checked"] = True
        if body["received_by"] == "agent":
            body["mandate"] = f"委{moment.random.randrange(10**6):06d}"
    in_village = way == "village" and moment.channel == "village"
    await moment.act("record-delivery", body, moment.clerk if in_village else None)
    moment.note("delivered", way)


async def dispatch(moment: Moment) -> None:
    """交寄: given to a courier, or put into a parcel locker."""
    by, carrier = moment.random.choice([("courier", "邮政EMS"), ("locker", "镇政府蜜蜂箱")])
    sent = sum(done.startswith("dispatched") for done in moment.done)
    body = {"by": by, "carrier": carrier, "tracking_number": _number(moment, sent)}
    await moment.act("dispatch", {**body, "handed_at": told(now())})
    moment.note("dispatched", by)


async def lose(moment: Moment) -> None:
    """丢失: the parcel is gone, and a duplicate copy is made out."""
    await _undelivered(moment, "lost", "承运方查找无果，确认丢失。")
    await moment.act("reissue", {"seals": await moment.seals(moment.officer)})
    moment.note("reissued")


async def come_back(moment: Moment) -> None:
    """退回: nobody was met; it lies ready again."""
    await _undelivered(moment, "returned", "收件地址无人，逾期退回。")
    moment.note("returned_to_us")


async def _undelivered(moment: Moment, how: str, reasons: str) -> None:
    sent = sum(done.startswith("dispatched") for done in moment.done)
    number = _number(moment, sent - 1)
    body = {"tracking_number": number, "how": how, "reasons": reasons}
    await moment.act("record-undelivered", {**body, "found_at": told(now())})


def _number(moment: Moment, before: int) -> str:
    """Give the number of the parcel that goes out after `before` others of the case."""
    return f"EM{crc32(moment.step['step_id'].encode()):010d}{before}CN"


def _under_way(moment: Moment) -> bool:
    moved = [d for d in moment.done if d.startswith(("dispatched", "reissued", "returned_to_us"))]
    return bool(moved) and moved[-1].startswith("dispatched")


async def revoke(moment: Moment) -> None:
    """撤销: the document is taken back, by article 69, and its holder is told."""
    why = {"grounds": "经查，申请材料不实。", "basis": "《中华人民共和国行政许可法》第六十九条"}
    number = f"撤〔{moment.random.randrange(10**6):06d}〕号"
    await moment.act("revoke", {"how": "revoked", "notice_number": number, **why})
    moment.note("revoked")


def has_document(moment: Moment) -> bool:
    """Whether the item has a result document."""
    return moment.item["document"] is not None


def is_issued(moment: Moment) -> bool:
    """Whether the result is there, and is to be handed over."""
    return "issued" in moment.done and bool(moment.item["deliveries"])


def may_be_sent(moment: Moment) -> bool:
    """Whether the result is there, and goes by courier."""
    return is_issued(moment) and "courier" in moment.item["deliveries"]


def is_under_way(moment: Moment) -> bool:
    """Whether a courier has it."""
    return is_issued(moment) and _under_way(moment)


def may_do(action: str) -> Callable[[Moment], bool]:
    """Whether the result is there and the post of the officer allows `action`."""

    def fits(moment: Moment) -> bool:
        roles = {str(post["role"]) for post in moment.officer.officer["posts"]}
        return "issued" in moment.done and bool(roles & RIGHTS[action])

    return fits

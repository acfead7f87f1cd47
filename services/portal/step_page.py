"""What the page of one step is made of: the step, its case, its item, and what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from schemas.codec import instant_text
from services.kernel.calendar import local
from services.portal.apis import ApiProblem
from services.portal.case_of_page import case_if_there, papers_if_seen
from services.portal.route_forms import ROUTE_FORMS, route_offers
from services.portal.sending import FormHead, FormHeads, Sent
from services.portal.session import Session
from services.portal.step_bodies import errors_of
from services.portal.step_forms import FORMS
from services.portal.step_offers import Choice, Desk, offers
from services.portal.templating import Portal
from services.runtime import clock
from services.runtime.ids import new_case_id

_ALL: Final = {**FORMS, **ROUTE_FORMS}
Tried: TypeAlias = tuple[str, Sent]
"""An act that did not come to its end, and what came of it."""
_PLACES: Final = 8
"""Organisations whose officers are offered as participants, at most."""


async def step_page(
    portal: Portal, session: Session, step_id: str, tried: Tried | None = None
) -> dict[str, Any]:
    """Give the values of `step.html` for `session`.

    Raises:
        ApiProblem: review does not show the step, or a service is away.
    """
    found = await portal.apis.get("review", f"/v1/steps/{step_id}", session.token)
    whole = await case_if_there(portal, session, step_id.rpartition(".")[0])
    item = await _item_of(portal, found.body)
    now_text = instant_text(clock.now())
    seals, hands = await _seals(portal, session, found.body)
    desk = Desk(
        step=found.body,
        item=item,
        session=_standing_in(session, found.body, now_text),
        now_text=now_text,
        bodies=portal.names.bodies(),
        colleagues=await _colleagues(portal, session, found.body, item),
        staff=await _staff(portal, session, found.body),
        units=_units(portal, found.body),
        seals=seals,
        hands=hands,
        reported_here=_reported_by(found.body, whole),
    )
    is_checked = desk.is_open and found.body["duty"] != "opinion" and desk.may("check")
    act, sent = tried or ("", None)
    on_route = tuple(route_offers(desk))
    problem = sent.problem if sent else None
    return {
        "step": found.body,
        "whole": whole,
        "rules": item.get("review_rules", []) if is_checked else [],
        "internal_checks": _internal_checks(found.body, item),
        "may_claim": _free_for(desk) and _may_close(desk),
        "offers": (*offers(desk), *on_route),
        "disagreeing": _to_overrule(found.body, whole, desk.now_text),
        "today": local(clock.now()).date().isoformat(),
        "errors": errors_of(_ALL[act], problem) if act in _ALL else {},
        "handed_in": await papers_if_seen(portal, session, found.body["case_id"]),
        **_without_version(of_form(tried, found.etag), [offer.form.act for offer in on_route]),
    }


def _without_version(shown: dict[str, Any], acts: Sequence[str]) -> dict[str, Any]:
    """Give `shown` with heads for `acts` that bear no version: the route has another than the
    step."""
    for act in acts:
        shown["heads"].setdefault(act, FormHead(new_case_id(), None))
    return shown


def _standing_in(session: Session, step: Any, now_text: str) -> Session:
    """Give the session with what it may do on `step` as a stand-in, as long as that lasts."""
    named = step["stand_in"]
    if named is None or named["officer_id"] != session.officer_id or step["role"] is None:
        return session
    if not named["since"] <= now_text < named["until"]:
        return session
    return session.lent(step["role"], step["organisation"])


def _free_for(desk: Desk) -> bool:
    """Say whether nobody holds the step; or only a stand-in whose time is over, or the absent one
    for whom the officer stands in."""
    step, named = desk.step, desk.step["stand_in"]
    if step["status"] != "claimed" or named is None:
        return bool(step["status"] == "waiting")
    if named["officer_id"] == step["claimed_by"]:
        return bool(named["until"] <= desk.now_text)
    stands_in = (named["officer_id"], named["acting_for"])
    within = named["since"] <= desk.now_text < named["until"]
    return within and stands_in == (desk.session.officer_id, step["claimed_by"])


def _may_close(desk: Desk) -> bool:
    role = desk.step["role"]
    if role is not None and not desk.session.holds(role, desk.step["organisation"]):
        return False
    return desk.may("claim")


def of_form(tried: Tried | None, etag: str | None) -> dict[str, Any]:
    """Give the heads of a page's forms, and the problem that is told above them."""
    heads = FormHeads(etag)
    if tried is None:
        return {"problem": None, "heads": heads}
    act, sent = tried
    if sent.again is not None:
        heads[act] = sent.again
    return {"problem": sent.problem, "heads": heads}


async def _item_of(portal: Portal, step: Any) -> dict[str, Any]:
    """Give the item in the version that the case keeps; empty where the step does not tell it, or
    nothing of it is asked any more."""
    if step["duty"] == "opinion" or "item_code" not in step:
        return {}
    version = {"version": str(step["item_version"])}
    found = await portal.apis.get("intake", f"/v1/items/{step['item_code']}", query=version)
    item: dict[str, Any] = found.body
    return item


async def _colleagues(
    portal: Portal, session: Session, step: Any, item: dict[str, Any]
) -> tuple[Choice, ...]:
    """Give who may be on site: officers of the step's organisation and of those consulted."""
    mine = step["status"] == "claimed" and step["claimed_by"] == session.officer_id
    if not mine or not item.get("surveys"):
        return ()
    consulted = [known["organisation"] for known in step["consulted"] or ()]
    found: dict[str, str] = {}
    for place in dict.fromkeys([step["organisation"], *consulted][:_PLACES]):
        told = await portal.apis.get(
            "review", "/v1/officers", session.token, {"organisation": place}
        )
        portal.names.learn(told.body)
        found |= {officer["officer_id"]: officer["name"] for officer in told.body}
    return tuple(found.items())


async def _staff(portal: Portal, session: Session, step: Any) -> tuple[Choice, ...]:
    """Give the officers of the step's organisation, where the officer may hand the step on; none
    where nobody tells them: the other acts go on without."""
    place = step["organisation"]
    moves = ("routing.transfer", "routing.delegate")
    if step["status"] == "closed" or not any(session.may(act, place) for act in moves):
        return ()
    query = {"organisation": place}
    try:
        told = await portal.apis.get("review", "/v1/officers", session.token, query)
    except ApiProblem:
        return ()
    portal.names.learn(told.body)
    return tuple((officer["officer_id"], officer["name"]) for officer in told.body)


async def _seals(
    portal: Portal, session: Session, step: Any
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Give the seals that the officer may put on what the step has brought about, and the officers
    by whose hand; none where nobody tells them: the other acts go on without."""
    place = step["organisation"]
    if step.get("outcome") != "approved" or not session.may("review.issue", place):
        return (), ()
    query = {"organisation": place}
    try:
        told = await portal.apis.get("review", "/v1/seals", session.token, query)
        seals = tuple((seal["code"], seal["name"]) for seal in told.body)
        if not seals:
            return (), ()
        there = await portal.apis.get("review", "/v1/officers", session.token, query)
    except ApiProblem:
        return (), ()
    portal.names.learn(there.body)
    return seals, tuple((officer["officer_id"], officer["name"]) for officer in there.body)


def _units(portal: Portal, step: Any) -> tuple[Choice, ...]:
    """Give the units to which a department may hand its step; other organisations have none."""
    place = str(step["organisation"])
    return portal.names.units(place) if "/d-" in place else ()


def _internal_checks(step: Any, item: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what the item has other departments look up, and how far that has come."""
    asked = {known["organisation"]: known for known in step.get("consulted") or ()}
    told = []
    for check in item.get("internal_checks") or ():
        known = asked.get(check["department"], {})
        found = {one["code"]: one["found"] for one in known.get("found") or ()}
        told.append({**check, "asked": bool(known), "found": found.get(check["code"])})
    return told


def _reported_by(step: Any, whole: Any) -> bool:
    away = whole.get("at_superior") if whole else None
    return away is not None and bool(away["step_id"] == step["step_id"])


def _to_overrule(step: Any, whole: Any, now_text: str) -> tuple[str, ...]:
    """Give those who must be overruled by name where it is approved all the same: by the later
    word of a department, or where its time passed without one."""
    by_route = whole["steps"] if whole else ()
    said = {s["organisation"]: s["outcome"] for s in by_route if s["outcome"] in _HEARD}
    said |= {c["organisation"]: c["opinion"] for c in step["consulted"] or () if c["opinion"]}
    against = {place for place, opinion in said.items() if opinion == "disagreed"}
    for known in step["consulted"] or ():
        late = known["by"] == "request" and known["due_at"] < now_text
        if not known["opinion"] and (late or known["absent"]):
            against.add(known["organisation"])
    return tuple(sorted(against))


_HEARD: Final = ("agreed", "disagreed")

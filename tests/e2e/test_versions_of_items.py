"""A case keeps the version of its item under which it was accepted, in all three cores."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.facts import Item
from schemas.values import Material
from services.intake.core.commands import Accept, Submit
from services.intake.core.decide import decider as intake
from services.kernel.calendar import ZONE
from services.kernel.decider import Refused
from services.kernel.reference_book import ReferenceBook
from services.review.core.commands import Claim, Decide
from services.review.core.decide import decider as review
from services.review.core.react import react as reactions_of_review
from services.routing.core.decide import decider as routing
from services.routing.core.react import react as reactions_of_routing
from services.runtime.reference_files import read_county
from tests.support.builders import APPLICANT, CASE, VILLAGE, at, envelope, officer
from tests.support.given import given

BEFORE: Final = at("2026-06-30 09:00")
"""The last day of the first version, which has no review rules."""
AFTER: Final = at("2026-07-01 09:00")
CODE: Final = "village-records"
CLERK: Final = officer("village_clerk", VILLAGE)


@lru_cache(maxsize=1)
def book() -> ReferenceBook:
    return ReferenceBook(read_county(Path("deploy/county")).facts)


def in_force(on: datetime) -> Item:
    found = book().current_item(CODE, on.astimezone(ZONE).date())
    assert found is not None
    return found


def head(when: datetime) -> dict[str, Any]:
    return {"key": CASE, "actor": CLERK, "at": when}


def accepted(submitted: datetime, when: datetime) -> Event:
    """Hand an application in and accept it; give the acceptance."""
    item, calendar = in_force(submitted), book().current_calendar_version()
    submit = Submit(
        **head(submitted),
        item_code=item.code,
        item_version=item.version,
        organisation=VILLAGE,
        channel="village",
        applicant_ref=APPLICANT,
        materials=tuple(Material(code=m.code, form=m.form) for m in item.materials),
        calendar_version=calendar,
    )
    rules = intake(book())
    handed_in = given(rules, *given(rules).when(submit).events)
    (event,) = handed_in.when(Accept(**head(when), calendar_version=calendar)).events
    return event


def opened(acceptance: Event, when: datetime) -> Event:
    """Lay the route of what was accepted; give its step as routing opens it."""
    (reaction,) = reactions_of_routing(envelope(acceptance, when), book())
    *_, step = given(routing(book())).when(reaction.command).events  # type: ignore[arg-type]
    return step


def decided(step: Event, when: datetime) -> list[Event]:
    """Claim the step and approve at once, with nothing checked."""
    on_the_log: Envelope[Event] = envelope(step, when)
    (reaction,) = reactions_of_review(on_the_log, book())
    rules, step_id = review(book()), f"{CASE}.1"
    received = given(rules).when(reaction.command).events  # type: ignore[arg-type]
    claim = Claim(**head(when), step_id=step_id)
    claimed = given(rules, *received).when(claim).events
    approve = Decide(**head(when), step_id=step_id, outcome="approved", reasons="符合规定")
    outcome = given(rules, *received, *claimed).when(approve)
    if outcome.refusal is not None:
        raise outcome.refusal
    return list(outcome.events)


def test_a_case_accepted_before_a_version_is_decided_by_the_rules_it_was_accepted_under() -> None:
    acceptance = accepted(BEFORE, BEFORE)
    assert acceptance.model_dump()["item_version"] == 1
    step = opened(acceptance, AFTER)
    assert step.model_dump()["item_version"] == 1
    assert decided(step, AFTER)


def test_a_case_of_the_next_day_comes_under_the_next_version_and_has_to_be_checked() -> None:
    acceptance = accepted(AFTER, AFTER)
    assert acceptance.model_dump()["item_version"] == 2
    step = opened(acceptance, AFTER)
    assert step.model_dump()["item_version"] == 2
    with pytest.raises(Refused) as refused:
        decided(step, AFTER)
    assert refused.value.code == "review.not_checked"


def test_a_version_that_is_not_yet_in_force_is_nobodys() -> None:
    newest = max((i for i in book().items() if i.code == CODE), key=lambda i: i.version)
    assert newest.valid_from > AFTER.date()
    assert in_force(AFTER).version == newest.version - 1

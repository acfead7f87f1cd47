"""通办: any office of a level takes an item in; the case is the applicant's own place's."""

from __future__ import annotations

from typing import Any, Final

import pytest

from schemas.events.base import Event
from services.intake.core.commands import Command
from services.intake.core.decide import decider
from services.intake.core.view import view
from tests.intake.core.situations import (
    OUTSIDER,
    accept,
    accepted,
    attach,
    attached,
    detach,
    draft,
    drafted,
    intake,
    not_accepted,
    notified,
    notify,
    refuse,
    request_precheck,
    submit,
    submitted,
    supplement,
    supplemented,
    withdraw,
)
from tests.support.builders import CASE, OTHER_VILLAGE, TOWNSHIP, VILLAGE, county, item
from tests.support.given import given

TAKER: Final = OUTSIDER
"""A clerk of another village, in another township."""
anywhere: Final = decider(county(item(accept_anywhere=["village"])))
ELSEWHERE: Final[dict[str, Any]] = {"taken_in_at": OTHER_VILLAGE}
TAKEN_IN: Final = submitted(**ELSEWHERE)


def by_taker(**changes: Any) -> dict[str, Any]:
    return {"actor": TAKER, **changes}


def test_another_village_takes_it_in_and_the_case_stays_the_applicants_own() -> None:
    given(anywhere).when(submit(**by_taker(**ELSEWHERE))).then(TAKEN_IN)
    assert TAKEN_IN.organisation == VILLAGE
    assert TAKEN_IN.case_number == submitted().case_number


def test_the_own_village_is_nobody_who_took_it_in_elsewhere() -> None:
    given(anywhere).when(submit(**ELSEWHERE)).then_refused("rights.denied")


@pytest.mark.parametrize(
    ("rules", "changes"),
    [
        (intake, {}),
        (anywhere, {"organisation": OTHER_VILLAGE}),
        (anywhere, {"organisation": TOWNSHIP, "channel": "township"}),
        (anywhere, {"organisation": "/other/v-far"}),
    ],
    ids=["not_such_an_item", "its_own", "another_level", "another_county"],
)
def test_what_may_not_be_taken_in_for_another_place_is_refused(
    rules: Any, changes: dict[str, Any]
) -> None:
    outcome = given(rules).when(submit(**by_taker(**ELSEWHERE, **changes)))
    if changes.get("organisation") == "/other/v-far":
        outcome.then_refused("intake.organisation_not_competent")
    else:
        outcome.then_refused("intake.not_taken_in_elsewhere")


@pytest.mark.parametrize(
    ("history", "command"),
    [
        ((drafted(**ELSEWHERE),), submit(**by_taker(**ELSEWHERE))),
        ((drafted(**ELSEWHERE),), draft(**by_taker(**ELSEWHERE, materials=()))),
        ((drafted(**ELSEWHERE),), attach(**by_taker())),
        ((drafted(**ELSEWHERE), attached()), detach(**by_taker())),
        ((drafted(**ELSEWHERE),), request_precheck(**by_taker())),
        ((drafted(**ELSEWHERE),), withdraw(**by_taker())),
        ((TAKEN_IN,), attach(**by_taker())),
        ((TAKEN_IN, notified()), supplement(**by_taker())),
        ((TAKEN_IN, notified()), attach(**by_taker())),
    ],
)
def test_whoever_took_it_in_brings_it_on_its_way_and_takes_supplements(
    history: tuple[Event, ...], command: Command
) -> None:
    outcome = given(anywhere, *history).when(command)
    assert outcome.refusal is None
    assert outcome.events


@pytest.mark.parametrize(
    ("history", "command"),
    [
        ((TAKEN_IN,), accept(**by_taker())),
        ((TAKEN_IN,), refuse(**by_taker())),
        ((TAKEN_IN,), notify(**by_taker())),
        ((TAKEN_IN,), withdraw(**by_taker())),
        ((TAKEN_IN, notified()), refuse(**by_taker())),
        ((TAKEN_IN, accepted()), accept(**by_taker())),
        ((TAKEN_IN, not_accepted()), refuse(**by_taker())),
    ],
)
def test_whoever_took_it_in_neither_accepts_nor_refuses(
    history: tuple[Event, ...], command: Command
) -> None:
    given(anywhere, *history).when(command).then_refused("rights.denied")


def test_a_third_village_does_neither() -> None:
    given(anywhere, submitted(taken_in_at="/qingyun/t-heping"), notified()).when(
        supplement(**by_taker())
    ).then_refused("rights.denied")


def test_the_applicants_own_place_answers_by_its_own_clocks() -> None:
    given(anywhere, TAKEN_IN).when(accept()).then(accepted())
    given(anywhere, TAKEN_IN).when(notify()).then(notified())
    given(anywhere, TAKEN_IN, notified()).when(supplement()).then(supplemented())


def test_a_draft_taken_in_elsewhere_is_handed_in_as_it_was_put_down() -> None:
    given(anywhere, drafted(**ELSEWHERE)).when(submit()).then_refused("intake.drafted_elsewhere")


def test_who_took_it_in_is_told() -> None:
    told = view(CASE, given(anywhere, TAKEN_IN).state, None)
    assert (told["organisation"], told["taken_in_at"]) == (VILLAGE, OTHER_VILLAGE)
    assert "taken_in_at" not in view(CASE, given(anywhere, submitted()).state, None)

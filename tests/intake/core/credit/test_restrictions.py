"""Imposing and lifting: every command in every state, and what keeps a restriction lawful."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final, get_args

import pytest

from schemas.events.base import Event
from services.intake.core.credit.commands import COMMANDS, Command
from services.intake.core.credit.rules import (
    State,
    Subject,
    Unrestricted,
    decider,
    version,
    version_of_view,
    view,
)
from services.kernel.actor import Actor
from tests.intake.core.credit.situations import (
    OTHER_COUNTY,
    credit,
    impose,
    imposed,
    lift,
    lifted,
)
from tests.support.builders import APPLICANT, at, county, credit_rule, officer
from tests.support.given import Refusal, given, refused

HISTORIES: Final[dict[str, tuple[Event, ...]]] = {
    "unrestricted": (),
    "restricted": (imposed(),),
    "lifted": (imposed(), lifted()),
}
TABLE: Final[dict[str, tuple[str | Refusal, str | Refusal]]] = {
    "unrestricted": ("RestrictionImposed", refused("credit.not_found")),
    "restricted": ("RestrictionImposed", "RestrictionLifted"),
    "lifted": ("RestrictionImposed", refused("credit.already_lifted")),
}
COMMAND_OF: Final[dict[str, Command]] = {
    "Impose": impose(basis="另一决定"),
    "Lift": lift(reason="另一理由"),
}


def test_the_table_leaves_no_state_and_no_command_out() -> None:
    assert set(get_args(get_args(State)[0])) == {Unrestricted, Subject}
    assert [command.__name__ for command in COMMANDS] == list(COMMAND_OF)
    assert set(TABLE) == set(HISTORIES)


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("command", COMMAND_OF)
def test_every_command_in_every_state(state: str, command: str) -> None:
    outcome = given(credit, *HISTORIES[state]).when(COMMAND_OF[command])
    expected = TABLE[state][list(COMMAND_OF).index(command)]
    if isinstance(expected, Refusal):
        outcome.then_refused(expected.code)
    else:
        assert outcome.refusal is None
        assert "".join(type(event).__name__ for event in outcome.events) == expected


@pytest.mark.parametrize(
    "actor", [OTHER_COUNTY, officer("leader", "/qingyun"), officer("village_clerk")]
)
def test_only_an_inspector_of_that_place_restricts_and_lifts(actor: Actor) -> None:
    given(credit).when(replace(impose(), actor=actor)).then_refused("rights.denied")
    held = given(credit, imposed())
    held.when(replace(impose(), actor=actor)).then_refused("rights.denied")
    held.when(replace(lift(), actor=actor)).then_refused("rights.denied")


def test_a_restriction_is_imposed_with_basis_last_day_and_appeal() -> None:
    given(credit).when(impose()).then(imposed())
    second = impose(basis="青监决〔2025〕9号")
    given(credit, imposed()).when(second).then(imposed(2, basis="青监决〔2025〕9号"))


def test_one_decision_restricts_once() -> None:
    held = given(credit, imposed())
    held.when(impose()).then()
    held.when(impose(reason="换个说法")).then_refused("credit.already_imposed", naming="r1")
    again = given(credit, imposed(), lifted())
    again.when(impose()).then(imposed(2))


def test_one_event_lifts_it_everywhere() -> None:
    given(credit, imposed()).when(lift()).then(lifted())
    given(credit, imposed(), lifted()).when(lift()).then()
    given(credit, imposed()).when(lift(restriction_id="r2")).then_refused("credit.not_found")


def test_a_restriction_ends_and_not_before_it_begins() -> None:
    given(credit).when(impose(until=date(2025, 3, 2))).then_refused("credit.ends_before_it_begins")
    past = impose(since=date(2025, 1, 1), until=date(2025, 3, 2))
    given(credit).when(past).then_refused("credit.already_lapsed")
    last_day = impose(since=date(2025, 1, 1), until=date(2025, 3, 3))
    assert given(credit).when(last_day).refusal is None


def test_what_has_lapsed_need_not_be_lifted() -> None:
    held = given(credit, imposed())
    held.when(lift(at=at("2026-03-03 09:00"))).then_refused("credit.already_lapsed")
    assert held.when(lift(at=at("2026-03-02 17:00"))).refusal is None


def test_no_restriction_lasts_longer_than_its_rule_allows() -> None:
    most = impose(until=date(2027, 3, 3))
    assert given(credit).when(most).refusal is None
    given(credit).when(impose(until=date(2027, 3, 4))).then_refused("credit.too_long", naming="730")


def test_a_rule_of_tomorrow_restricts_nobody_today() -> None:
    tomorrow = decider(county(credit_rule(valid_from=date(2025, 3, 4))))
    given(tomorrow).when(impose()).then_refused("credit.rule_not_in_force")


def test_lapsed_and_lifted_ones_stay_to_be_seen() -> None:
    state = given(credit, imposed(), imposed(2, basis="另一决定"), lifted(1)).state
    shown = view(APPLICANT, state, None)["restrictions"]
    assert isinstance(shown, list)
    assert [(r["restriction_id"], r["lifted"]) for r in shown] == [("r1", True), ("r2", False)]
    assert version(state, lift()) == version_of_view(state, None) == 3
    assert view(APPLICANT, given(credit).state, None)["restrictions"] == []


def test_a_lifting_that_names_nothing_changes_nothing() -> None:
    state = given(credit, imposed()).state
    assert credit.evolve(state, lifted(7)) is state

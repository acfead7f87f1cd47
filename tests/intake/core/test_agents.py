"""代办: who hands in for the applicant, and what must be done in person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas.values import Mandate
from services.intake.core.decide import decider
from tests.intake.core.situations import draft, drafted, intake, submit, submitted
from tests.support.builders import APPLICANT, county, item
from tests.support.given import given

AGENT = "p-aaaaaaaaaaaaaaaaaaaaaaaa"
OFFICE = Mandate(kind="public_office")
GUARDIAN = Mandate(kind="guardian", number="监证2025-7")


def authority(**changes: Any) -> Mandate:
    written = {"kind": "power_of_attorney", "number": "委〔2025〕3号", "valid_from": "2025-03-03"}
    return Mandate.model_validate({**written, "valid_until": "2025-03-03", **changes})


@pytest.mark.parametrize("mandate", [OFFICE, GUARDIAN, authority()])
def test_an_agent_with_a_mandate_hands_in_and_both_are_recorded(mandate: Mandate) -> None:
    by_agent: dict[str, Any] = {"agent_ref": AGENT, "mandate": mandate}
    given(intake).when(submit(**by_agent)).then(submitted(**by_agent))
    given(intake).when(draft(**by_agent)).then(drafted(**by_agent))


@pytest.mark.parametrize(
    "mandate", [None, authority(number=None), Mandate(kind="guardian", valid_from=date(2025, 1, 1))]
)
def test_nobody_acts_for_another_without_a_numbered_mandate(mandate: Mandate | None) -> None:
    given(intake).when(submit(agent_ref=AGENT, mandate=mandate)).then_refused(
        "intake.mandate_missing", naming="授权委托书"
    )


def test_a_mandate_without_an_agent_is_an_oversight() -> None:
    given(intake).when(submit(mandate=OFFICE)).then_refused("intake.agent_missing")


def test_nobody_is_their_own_agent() -> None:
    given(intake).when(submit(agent_ref=APPLICANT, mandate=OFFICE)).then_refused(
        "intake.agent_is_applicant"
    )


@pytest.mark.parametrize(
    ("changes", "naming"),
    [
        ({"valid_from": None}, "起始日期"),
        ({"valid_from": "2025-03-04", "valid_until": None}, "2025-03-04"),
        ({"valid_from": "2025-01-01", "valid_until": "2025-03-02"}, "2025-03-02"),
    ],
)
def test_a_mandate_must_hold_on_the_day(changes: dict[str, Any], naming: str) -> None:
    given(intake).when(submit(agent_ref=AGENT, mandate=authority(**changes))).then_refused(
        "intake.mandate_not_in_force", naming=naming
    )


def test_an_authority_covers_only_the_items_it_names() -> None:
    covered = authority(items=["township-decides"])
    given(intake).when(submit(agent_ref=AGENT, mandate=covered)).then(
        submitted(agent_ref=AGENT, mandate=covered)
    )
    given(intake).when(submit(agent_ref=AGENT, mandate=authority(items=["joint"]))).then_refused(
        "intake.mandate_out_of_scope"
    )


def test_what_must_be_done_in_person_is_neither_done_by_an_agent_nor_from_afar() -> None:
    personal = given(decider(county(item(in_person=True))))
    personal.when(submit()).then(submitted())
    personal.when(submit(agent_ref=AGENT, mandate=GUARDIAN)).then_refused(
        "intake.in_person_required", naming="本人到场"
    )
    personal.when(submit(channel="online")).then_refused("intake.in_person_required")

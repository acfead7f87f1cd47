"""What a window does with people, before the rules of intake and of credit: they carry it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any, Final

import pytest

from schemas.events.credit import RestrictionImposed
from schemas.values import Restriction
from services.intake.core.commands import Draft
from services.intake.core.credit.commands import Impose, Lift
from services.intake.core.credit.rules import answer as restrictions_told
from services.intake.core.credit.rules import decider as credit_decider
from services.intake.core.decide import decider
from services.intake.shell.appointment_bodies import Booking
from services.intake.shell.bodies import Application, Erasure, Sought
from services.intake.shell.credit import Imposition, Lifting
from services.runtime.simulation.applicants import somebody
from services.runtime.simulation.at_the_window import CONFIRMED
from services.runtime.simulation.desk import Answer
from services.runtime.simulation.visit import Visit
from services.runtime.simulation.visits import visited
from tests.intake.core.credit.situations import INSPECTOR
from tests.intake.core.situations import draft
from tests.runtime.simulation.test_visits import answered
from tests.support.builders import CASE, COUNTY, PAPERS, VILLAGE, at, county, credit_rule, item
from tests.support.given import given

TUESDAY: Final = date(2025, 3, 4)
RULES: Final = county(
    credit_rule("false-papers", effects=[{"of": "agent", "restraint": "block"}]),
    credit_rule("broken-commitment", effects=[{"of": "applicant", "restraint": "warn"}]),
)
INTAKE: Final = decider(RULES)
CREDIT: Final = credit_decider(RULES)


class People:
    """A window with its people; intake hears of a restriction one draft late."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        """Number → pseudonym."""
        self.held: dict[str, Any] = {}
        self.heard: list[RestrictionImposed] = []
        self.late: list[RestrictionImposed] = []
        self.erased: list[str] = []
        self.puts: list[int] = []
        self.patience = 5.0
        self.now = at(f"{TUESDAY} 09:10")
        self.applicant = somebody(Random(7))
        papers = [paper.model_dump(mode="json") for paper in PAPERS]
        self.visit = Visit(
            item=item("township_decides").model_dump(mode="json"),
            applicant=self.applicant,
            organisation=VILLAGE,
            channel="village",
            today=TUESDAY,
            random=Random(1),
            ask=self.ask,
            post=self.post,
            put=self.nobody,
            take_off=self.nobody,
            rewrite=self.rewrite,
            post_as=self.post_as,
            desk_of=lambda role: self,  # type: ignore[arg-type,return-value]  # its two calls
            done=[],
            case_id=CASE,
            body={
                **{"item_code": "township-decides", "applicant": self.applicant},
                **{"channel": "village", "materials": papers, "submit": False, **CONFIRMED},
            },
        )

    def remember(self, told: dict[str, Any]) -> str:
        return self.known.setdefault(told["id_number"], f"p-{len(self.known):024x}")

    def nobody(self, *asked: Any) -> Any:
        raise AssertionError(f"nobody is there for {asked}")

    async def ask(self, path: str) -> Answer:
        return answered(200, {"slots": [{"slot": "10:00", "left": int("03-05" in path)}]})

    async def post(self, path: str, body: dict[str, Any], expected: Sequence[int]) -> Answer:
        if path == "/v1/appointments":
            self.remember(Booking.model_validate(body).applicant.model_dump())
            return answered(201, {"appointment_id": "a-1"})
        assert path == "/v1/appointments/a-1/cancel"
        return answered(200, {})

    async def act(self, service: str, path: str, body: dict[str, Any]) -> Answer:
        assert service == "intake"
        if path == "/v1/people/lookup":
            ref = self.known.get(Sought.model_validate(body).id_number)
            return answered(404, {}) if ref is None else answered(200, {"applicant_ref": ref})
        Erasure.model_validate(body)
        assert path.split("/")[3] in self.known.values()
        return answered(201, {"confirmation": "consent_withdrawn.1.ab"})

    async def take_off(self, service: str, path: str, *, key: str) -> Answer:
        ref, _, confirmation = path.removeprefix("/v1/people/").partition("?confirmation=")
        assert confirmation == "consent_withdrawn.1.ab"
        self.erased.append(ref)
        return answered(204, None)

    async def rewrite(self, body: dict[str, Any], expected: Sequence[int]) -> Answer:
        told = Application.model_validate(body)
        agent = self.remember(told.agent.model_dump()) if told.agent is not None else None
        command = draft(
            at=self.now,
            applicant_ref=self.remember(told.applicant.model_dump()),
            agent_ref=agent,
            mandate=told.mandate,
            restrictions=tuple(self._met(agent)),
        )
        self.heard, self.late = self.heard + self.late, []
        status = self._decided(command)
        assert status in expected
        self.puts.append(status)
        return answered(status, {})

    def _decided(self, command: Draft) -> int:
        outcome = given(INTAKE).when(command)
        if outcome.refusal is not None:
            assert outcome.refusal.code == "intake.restricted"
            return 409
        return 200

    def _met(self, agent: str | None) -> list[Restriction]:
        kept = ("restriction_id", "kind", "basis", "imposed_by", "since", "until")
        return [
            Restriction(of="agent", rule_version=1, **{name: getattr(held, name) for name in kept})
            for held in self.heard
            if held.applicant_ref == agent
        ]

    async def post_as(
        self, role: str, path: str, body: dict[str, Any], expected: Sequence[int]
    ) -> Answer:
        assert role == "inspector"
        ref, _, which = path.removeprefix("/v1/people/").partition("/restrictions")
        head: dict[str, Any] = {"key": ref, "actor": INSPECTOR, "at": self.now}
        if not which:
            told = Imposition.model_validate(body).model_dump() | {"imposed_by": COUNTY}
            return self._credit(ref, Impose(**head, rule_version=1, **told), 201)
        told = Lifting.model_validate(body).model_dump()
        return self._credit(ref, Lift(**head, restriction_id=which.split("/")[1], **told), 200)

    def _credit(self, ref: str, command: Impose | Lift, status: int) -> Answer:
        before = self.held.get(ref, given(CREDIT))
        outcome = before.when(command)
        assert outcome.refusal is None, outcome.refusal.detail
        for event in outcome.events:
            before = replace(before, state=CREDIT.evolve(before.state, event))
            if isinstance(event, RestrictionImposed):
                self.late.append(event)
        self.held[ref] = before
        return answered(status, restrictions_told(ref, before.state, outcome.events))

    def in_force(self) -> list[str]:
        """Give the kinds that nobody has lifted."""
        subjects = [subject.state for subject in self.held.values()]
        return [r.event.kind for s in subjects for r in s.restrictions if r.lifting is None]


async def do(people: People, *wanted: str) -> list[str]:
    for when in ("coming", "drafted", "handed_in"):
        await visited(when, frozenset(wanted), people.visit)
    return people.visit.done


@pytest.mark.parametrize(("before", "found"), [(True, "known"), (False, "new")])
async def test_an_applicant_is_looked_up_by_number(before: bool, found: str) -> None:
    people = People()
    if before:
        people.remember(people.applicant)
    assert await do(people, "look_up") == [f"person:{found}"]


async def test_somebody_else_gives_a_name_and_is_forgotten() -> None:
    people = People()
    applicant = people.remember(people.applicant)
    assert await do(people, "erase_person") == ["person:erased"]
    assert people.erased == ["p-000000000000000000000001"] != [applicant]


async def test_a_draft_is_put_down_anew() -> None:
    people = People()
    before = dict(people.visit.body)
    assert await do(people, "rewrite_draft") == ["rewritten"]
    assert people.puts == [200]
    assert people.visit.body != before


async def test_no_draft_is_taken_from_an_agent_who_is_restricted_until_the_applicant_comes() -> (
    None
):
    people = People()
    assert await do(people, "bar_agent") == ["agent:barred"]
    assert people.puts == [200, 200, 409, 200], "as soon as intake has heard of it"
    assert "agent" not in people.visit.body
    assert people.in_force() == []


async def test_an_applicant_who_is_warned_of_may_hand_in_and_is_repaired_afterwards() -> None:
    people = People()
    people.remember(people.applicant)
    assert await do(people, "warn_applicant") == ["restricted"]
    assert people.in_force() == ["broken-commitment"]
    assert await do(people, "lift_restriction") == ["restricted", "lifted"]
    assert people.in_force() == []

"""What officers do with the route of a case, as both services write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from schemas.events import moves, review
from schemas.values import PlannedStep, Recall, Role
from tests.supervision.streams import Life, opened
from tests.support.builders import TOWNSHIP


@dataclass
class Way:
    """One open step of a case, and what is done with it."""

    life: Life
    number: int
    organisation: str
    role: Role = "department_reviewer"
    moved: int = field(default=0)

    @property
    def step_id(self) -> str:
        """Of the step."""
        return f"{self.life.case}.{self.number}"

    def transfer(self, to: str, officer: str | None = None, *, followed: bool = True) -> None:
        """Hand it to `officer` at `to`; `followed` by review."""
        self.moved += 1
        self.life.say(
            moves.StepTransferred(
                step_id=self.step_id,
                number=self.number,
                organisation=self.organisation,
                to_organisation=to,
                move=self.moved,
                moved_at=self.life.now,
                officer_id="o-wang",
                to_officer=officer,
                reason="请假",
            ),
            by="o-wang",
        )
        self.organisation = to
        if followed:
            self.follow(officer)

    def take_over(self, to: str = TOWNSHIP, by: str = "o-wang", *, followed: bool = True) -> None:
        """Have it done by the superior organisation."""
        self.moved += 1
        self.role = "township_approver"
        self.life.say(
            moves.StepTakenOver(
                step_id=self.step_id,
                number=self.number,
                organisation=self.organisation,
                to_organisation=to,
                move=self.moved,
                moved_at=self.life.now,
                officer_id=by,
                role=self.role,
                reason="由上级办理",
            ),
            by=by,
        )
        self.organisation = to
        if followed:
            self.follow(by)

    def reroute(self, to: str, *, followed: bool = True) -> None:
        """Lay it to the successor of its organisation."""
        self.moved += 1
        self.life.say(
            moves.StepRerouted(
                step_id=self.step_id,
                number=self.number,
                organisation=self.organisation,
                to_organisation=to,
                move=self.moved,
                moved_at=self.life.now,
                closed_on=self.life.now.date(),
                reference_version=f"organisation{self.organisation}#5d0e9f3a",
                reason="机构撤并",
            ),
            by="system",
        )
        self.organisation = to
        if followed:
            self.follow(None)

    def follow(self, officer: str | None) -> None:
        """Have review follow the latest move."""
        told = review.StepMoved(
            step_id=self.step_id,
            organisation=self.organisation,
            role=self.role,
            officer_id=officer,
            move=self.moved,
        )
        self.life.say(told, by="system")

    def claim(self, by: str) -> None:
        """Have it claimed."""
        self.life.say(review.StepClaimed(step_id=self.step_id, officer_id=by), by=by)

    def delegate(self, stand_in: str, days: int = 2) -> None:
        """Name a stand-in for `o-li`, from now on."""
        now, until = self.life.now, self.life.now + timedelta(days=days)
        self.life.say(
            moves.StepDelegated(
                step_id=self.step_id,
                number=self.number,
                organisation=self.organisation,
                officer_id="o-wang",
                absent="o-li",
                stand_in=stand_in,
                role=self.role,
                since=now,
                until=until,
                reason="公休",
            ),
            by="o-wang",
        )
        named = review.StandInNamed(
            step_id=self.step_id,
            stand_in=stand_in,
            acting_for="o-li",
            role=self.role,
            since=now,
            until=until,
        )
        self.life.say(named, by="system")

    def recall(self, why: Recall = "returned") -> None:
        """Ask for it to be given up."""
        self.life.say(
            moves.StepRecalled(
                step_id=self.step_id,
                number=self.number,
                organisation=self.organisation,
                why=why,
                officer_id="o-wang",
                reason="材料不齐",
            ),
            by="o-wang",
        )

    def give_up(self, ahead: PlannedStep, why: Recall = "returned") -> None:
        """Give it up, and open what comes instead."""
        self.life.say(
            review.StepYielded(
                step_id=self.step_id,
                organisation=self.organisation,
                why=why,
                officer_id="o-wang",
            ),
            by="system",
        )
        told = {
            "step_id": self.step_id,
            "number": self.number,
            "organisation": self.organisation,
            "officer_id": "o-wang",
            "reason": "材料不齐",
            "ahead": (ahead,),
        }
        if why == "returned":
            self.life.say(moves.StepReturned.model_validate({**told, "returns": 1}), by="system")
        else:
            self.life.say(moves.StepUploaded.model_validate(told), by="system")
        anew = opened(
            self.life.case, ahead.number, ahead.organisation, stage=ahead.stage, role=ahead.role
        )
        self.life.say(anew, by="system")


def ahead(number: int, organisation: str, role: Role = "township_approver") -> PlannedStep:
    """Give a step that is planned once more."""
    return PlannedStep(
        number=number,
        stage=number,
        title=f"环节{number}",
        organisation=organisation,
        duty="forward",
        role=role,
        limit=3,
        unit="working_days",
        repeats=1,
    )

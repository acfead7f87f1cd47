"""What happens on a visit, before the rules of intake and of its windows: they carry it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from random import Random
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from pydantic import TypeAdapter

from schemas.values import Material
from services.intake.core.appointments.commands import (
    Book,
    Call,
    Cancel,
    CheckIn,
    Move,
    Pass,
    Serve,
)
from services.intake.core.appointments.slots import slots_of
from services.intake.core.appointments.view import answer as told
from services.intake.core.attaching import attached_of
from services.intake.core.commands import (
    AnswerPrecheck,
    AttachPaper,
    DetachPaper,
    RequestPrecheck,
)
from services.intake.core.view import view as shown
from services.intake.shell.appointment_bodies import Booking
from services.kernel.file_kinds import MEDIA_TYPES, sniff
from services.kernel.window_days import key_and_number, window_day
from services.runtime.simulation.desk import Answer
from services.runtime.simulation.visit import Visit
from services.runtime.simulation.visits import VISITS, visited
from tests.intake.core.appointments.situations import appointments
from tests.intake.core.situations import draft, intake, submit
from tests.support.builders import APPLICANT, CASE, PAPERS, VILLAGE, at, county, item, officer
from tests.support.given import given
from tests.support.published_calendars import CALENDAR

OWN: Final = VISITS.keys() - {"look_up", "erase_person"}
"""What asks after nobody's person."""
COUNTY: Final = county()
CLERK: Final = officer("village_clerk")
TUESDAY: Final = date(2025, 3, 4)
SATURDAY: Final = date(2025, 3, 8)
PRECHECKS: Final[Mapping[str, TypeAdapter[Any]]] = {
    "request-precheck": TypeAdapter(RequestPrecheck),
    "answer-precheck": TypeAdapter(AnswerPrecheck),
}
ACTS: Final[Mapping[str, Any]] = {
    **{"cancel": Cancel, "move": Move, "check-in": CheckIn, "call": Call, "pass": Pass},
    "serve": Serve,
}


class Window:
    """A window with its rules: what intake's shell does about a command is done here by hand."""

    def __init__(self, today: date = TUESDAY, *, drafted: bool = False) -> None:
        handed_in = intake.decide(intake.start, draft() if drafted else submit())
        self.application = given(intake, *handed_in)
        self.days: dict[str, Any] = {}
        self.now = at(f"{today} 09:10")
        self.visit = Visit(
            item=item("township_decides").model_dump(mode="json"),
            applicant={"name": "张三", "kind": "person", "phone": "13800000000"},
            organisation=VILLAGE,
            channel="village",
            today=today,
            random=Random(1),
            ask=self.ask,
            post=self.post,
            put=self.put,
            take_off=self.take_off,
            rewrite=self.nobody,
            post_as=self.nobody,
            desk_of=self.nobody,
            done=[],
            case_id=CASE,
        )

    async def ask(self, path: str) -> Answer:
        if path == f"/v1/applications/{CASE}":
            return answered(200, shown(CASE, self.application.state, None))
        asked = parse_qs(urlsplit(path).query)
        on = date.fromisoformat(asked["date"][0])
        kind = COUNTY.calendar(CALENDAR).day(on)
        schedule = COUNTY.window_schedule(VILLAGE, 1)
        slots = slots_of(schedule, COUNTY.organisation(VILLAGE)) if kind.is_working else ()
        free = [
            {"slot": slot, "left": int(on != self.now.date() or slot > "09:10")} for slot in slots
        ]
        return answered(200, {"slots": free})

    async def post(self, path: str, body: dict[str, Any], expected: Sequence[int]) -> Answer:
        head: dict[str, Any] = {"actor": CLERK, "at": self.now}
        if path == "/v1/appointments":
            booking = Booking.model_validate(body)
            command = Book(
                **head,
                key=window_day(VILLAGE, booking.on),
                organisation=VILLAGE,
                on=booking.on,
                slot=booking.slot,
                applicant_ref=APPLICANT,
                item_code=booking.item_code,
                channel=booking.channel,
                schedule_version=1,
                calendar_version=CALENDAR,
            )
            return self._carry_out(command.key, command, 201)
        if path.startswith("/v1/applications/"):
            act = path.rpartition("/")[2]
            command = PRECHECKS[act].validate_python({**head, **told_of_precheck(act, body)})
            return self._of_application(command)
        appointment, _, act = path.removeprefix("/v1/appointments/").rpartition("/")
        key, number = key_and_number(appointment)
        more = {"schedule_version": 1} if act == "move" else {}
        told_so = {**head, "key": key, "number": number, **more, **body}
        return self._carry_out(key, TypeAdapter(ACTS[act]).validate_python(told_so), 200)

    def _carry_out(self, key: str, command: Any, status: int) -> Answer:
        day = self.days.get(key, given(appointments))
        outcome = day.when(command)
        assert outcome.refusal is None, outcome.refusal.detail
        for event in outcome.events:
            day = replace(day, state=appointments.evolve(day.state, event))
        self.days[key] = day
        return answered(status, told(key, day.state, outcome.events))

    def nobody(self, *asked: Any) -> Any:
        raise AssertionError(f"nobody is there for {asked}")

    async def put(self, name: str, file: bytes) -> Answer:
        def read(offset: int, length: int) -> bytes:
            content = BytesIO(file)
            content.seek(offset)
            return content.read(length)

        kind = sniff(read, len(file))
        fingerprint = sha256(file).hexdigest()
        attached = AttachPaper(
            key=CASE,
            actor=CLERK,
            at=self.now,
            name=name,
            sha256=fingerprint,
            size=len(file),
            media_type=MEDIA_TYPES[kind],
        )
        return self._of_application(attached)

    async def take_off(self, name: str) -> Answer:
        return self._of_application(DetachPaper(key=CASE, actor=CLERK, at=self.now, name=name))

    def _of_application(self, command: Any) -> Answer:
        outcome = self.application.when(command)
        assert outcome.refusal is None, outcome.refusal.detail
        assert outcome.events
        state = self.application.state
        for event in outcome.events:
            state = intake.evolve(state, event)
        self.application = replace(self.application, state=state)
        return answered(200, {})

    @property
    def status(self) -> str:
        """How the one appointment stands."""
        (day,) = self.days.values()
        (found,) = day.state.appointments
        return str(found.kind)


def told_of_precheck(act: str, body: dict[str, Any]) -> dict[str, Any]:
    """Give what a command has beside its head."""
    if act == "request-precheck":
        return {"key": CASE, "calendar_version": CALENDAR}
    return {"key": CASE, "defects": body.get("defects", [])}


def answered(status: int, body: Any) -> Answer:
    return Answer(status, orjson.dumps(body), 7, "", 1)


async def come(window: Window, *wanted: str) -> None:
    for when in ("coming", "handed_in"):
        await visited(when, frozenset(wanted), window.visit)


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        (("book",), "booked"),
        (("book", "move_booking"), "booked"),
        (("book", "cancel_booking", "check_in", "be_served"), "cancelled"),
        (("book", "check_in"), "called"),
        (("book", "move_booking", "check_in", "pass_over", "be_served"), "served"),
    ],
)
async def test_a_place_goes_the_way_that_is_wanted(wanted: tuple[str, ...], status: str) -> None:
    window = Window()
    await come(window, *wanted)
    assert window.status == status
    assert window.visit.on == TUESDAY


async def test_whoever_is_served_has_the_case_bound_to_the_number() -> None:
    window = Window()
    await come(window, "book", "check_in", "be_served")
    (day,) = window.days.values()
    assert day.state.appointments[0].case_id == CASE


async def test_on_a_day_off_the_place_is_for_the_next_that_is_open_and_nobody_checks_in() -> None:
    window = Window(SATURDAY)
    await come(window, *OWN - {"cancel_booking", "read_receipt"})
    assert window.visit.on == date(2025, 3, 10)
    assert window.status == "booked"
    assert "appointment:ahead" in window.visit.done


async def test_without_a_booking_nothing_is_done_about_one() -> None:
    window = Window()
    await come(window, *OWN - {"book", "read_receipt", "attach"})
    assert window.days == {}
    assert window.visit.done == []


@pytest.mark.parametrize("seed", range(6))
async def test_files_go_up_that_intake_takes(seed: int) -> None:
    window = Window()
    window.visit.random = Random(seed)
    await come(window, "attach")
    attached = attached_of(window.application.state)
    assert len(attached) == len(window.visit.done) > 0
    assert {paper.media_type for paper in attached} <= {
        *("application/pdf", "image/jpeg", "image/png")
    }


async def test_a_wrong_file_is_taken_off_the_draft_and_the_right_one_stays() -> None:
    window = Window(drafted=True)
    await visited("drafted", frozenset({"detach"}), window.visit)
    (paper,) = attached_of(window.application.state)
    assert paper.name == "identity.2"
    assert "detached" in window.visit.done


@pytest.mark.parametrize(("papers", "found"), [(PAPERS, "fine"), (PAPERS[:1], "deficient")])
async def test_a_precheck_is_answered_by_what_the_draft_has(
    papers: tuple[Material, ...], found: str
) -> None:
    window = Window(drafted=True)
    drafted = intake.decide(intake.start, draft(materials=papers))
    window.application = given(intake, *drafted)
    await visited("drafted", frozenset({"precheck"}), window.visit)
    assert window.visit.done == [f"precheck:{found}"]

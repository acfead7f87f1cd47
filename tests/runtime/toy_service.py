"""A service small enough to see through: an officer claims the steps of a case, one after another.

Its topics have names of their own for every test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final, TypeAlias
from uuid import uuid4

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError
from pydantic import TypeAdapter

from schemas.envelope import Record
from schemas.events.base import REVIEW, Event
from schemas.events.review import StepClaimed, StepReleased
from schemas.topics import commands_topic, dead_letter_topic, results_topic, snapshots_topic
from services.kernel import decider
from services.kernel.actor import Actor
from services.kernel.decider import Decider, Reference, Refused
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.service import Service, adapters
from tests.support.builders import CASE, LAND, MONDAY, officer

CLERK: Final = officer("department_clerk", LAND)
PARTITIONS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(decider.Command):
    """Claim the next step; refused if it is not the next."""

    action: ClassVar[str] = "review.claim"

    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap(decider.Command):
    """Claim a step and give it back: two events."""

    action: ClassVar[str] = "review.release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(decider.Command):
    """Needs an item of the reference facts."""

    action: ClassVar[str] = "review.price"

    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break(decider.Command):
    """Meets a fault of the rules."""

    action: ClassVar[str] = "review.break"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest(decider.Command):
    """Brings nothing about."""

    action: ClassVar[str] = "review.rest"


Command: TypeAlias = Claim | Swap | Price | Break | Rest


@dataclass(frozen=True, slots=True)
class Desk:
    """How many steps were claimed, and how often anything happened."""

    steps: int = 0
    version: int = 0


def decide(reference: Reference, state: Desk, command: Command) -> Sequence[Event]:
    """Give what follows from `command`."""
    match command:
        case Claim():
            if command.actor.officer_id == "o-barred":
                raise Refused("rights.denied", "无权办理。", kind="forbidden")
            if command.step != state.steps + 1:
                raise Refused("review.already_claimed", f"下一环节是 {state.steps + 1}。")
            return [_claimed(command, command.step)]
        case Swap():
            step = state.steps + 1
            officer_id = command.actor.officer_id
            back = StepReleased(step_id=_step(command, step), officer_id=officer_id, reason="换人")
            return [_claimed(command, step), back]
        case Price():
            reference.item(command.item, 1)
            return [_claimed(command, state.steps + 1)]
        case Break():
            raise ZeroDivisionError
        case Rest():
            return ()


def _claimed(command: Command, step: int) -> StepClaimed:
    return StepClaimed(step_id=_step(command, step), officer_id=command.actor.officer_id)


def _step(command: Command, step: int) -> str:
    return f"{command.key}.{step % 99 + 1}"


def evolve(state: Desk, event: Event) -> Desk:
    """Give the state after `event`."""
    match event:
        case StepClaimed():
            return Desk(state.steps + 1, state.version + 1)
        case StepReleased():
            return Desk(state.steps, state.version + 1)
        case _:
            return state


def view(key: str, state: Desk, part: str | None) -> dict[str, Any]:
    """Give the desk; `absent` is a part it does not have, `broken` one that fails."""
    if part == "absent":
        raise Refused("review.not_found", "没有这个环节。")
    if part == "broken":
        raise ZeroDivisionError
    return {"key": key, "steps": state.steps}


def toy(
    name: str | None = None,
    events_topic: str | None = None,
    remember: timedelta | None = None,
    reference: Reference | None = None,
) -> Service[Desk]:
    """Give the service under a name that no other test has."""
    name = name or f"toy-{uuid4().hex[:12]}"

    def rules(found: Reference) -> Decider[Desk, Any]:
        known = reference or found
        return Decider(Desk(), lambda state, command: decide(known, state, command), evolve)

    return Service(
        name=name,
        events_topic=events_topic or f"case.{name}.events.v1",
        state=TypeAdapter(Desk),
        decider=rules,
        commands=adapters((Claim, Swap, Price, Break, Rest)),
        view=view,
        answer=lambda key, state, _events: view(key, state, None),
        version=lambda state, _command: state.version,
        version_of_view=lambda state, _part: state.version,
        remember=remember,
    )


SERVICE: Final = toy("toy", REVIEW)
"""For tests without a broker."""


def record(
    command: Command,
    command_id: str | None = None,
    fingerprint: str = "f1",
    expected: int | None = None,
) -> CommandRecord:
    """Give `command` as the gateway writes it; under a new id where none is given."""
    return CommandRecord(
        name=type(command).__name__,
        command_id=command_id or str(uuid4()),
        key=command.key,
        body=SERVICE.commands[type(command).__name__].dump_json(command),
        fingerprint=fingerprint,
        expected_version=expected,
    )


def claim(step: int, key: str = CASE, actor: Actor = CLERK) -> Claim:
    """Give a claim of one step."""
    return Claim(key=key, actor=actor, at=MONDAY, step=step)


def swap(key: str = CASE) -> Swap:
    """Give a swap."""
    return Swap(key=key, actor=CLERK, at=MONDAY)


@dataclass(frozen=True)
class Message:
    """A command as a consumer gives it."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


def messages(*records: CommandRecord | Record, first_offset: int = 0) -> list[Message]:
    """Give commands as they come off the log."""
    written = [to_record(r) if isinstance(r, CommandRecord) else r for r in records]
    return [
        Message(offset, r.key, r.value, r.headers) for offset, r in enumerate(written, first_offset)
    ]


async def make_topics(bootstrap: str, topics: Mapping[str, int]) -> None:
    """Make the topics that are not there yet, each with so many partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        for name, partitions in topics.items():
            with suppress(TopicAlreadyExistsError):
                await admin.create_topics([NewTopic(name, partitions, 1)])
    finally:
        await admin.close()


async def make_topics_of(
    bootstrap: str, service: Service[Any], partitions: int = PARTITIONS
) -> None:
    """Make the topics of a toy service."""
    await make_topics(
        bootstrap,
        {
            commands_topic(service.name): partitions,
            results_topic(service.name): partitions,
            snapshots_topic(service.name): partitions,
            service.events_topic: partitions,
            dead_letter_topic(commands_topic(service.name)): 1,
        },
    )

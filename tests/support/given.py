"""Given events, when a command, then events: how the rules of a core are specified."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter

from schemas.events.base import ActionRefused, Event
from services.kernel.decider import Command, Decider, Refused

State = TypeVar("State")
CommandT = TypeVar("CommandT", bound=Command)
_ADAPTERS: dict[type[Command], TypeAdapter[Any]] = {}

View: TypeAlias = Callable[[str, State, str | None], object]


@dataclass(frozen=True)
class Outcome:
    """What came of a command or a question."""

    events: Sequence[Event]
    refusal: Refused | None

    def then(self, *events: Event) -> None:
        """Expect exactly these events; none means that nothing happened."""
        assert self.refusal is None, f"refused: {self.refusal} {self.refusal.detail}"
        assert list(self.events) == list(events)

    def then_refused(self, code: str, *, naming: str = "") -> None:
        """Expect a refusal with `code`, whose detail names `naming` and fits the log."""
        assert self.refusal is not None, f"not refused, but: {self.events}"
        assert self.refusal.code == code
        assert naming in self.refusal.detail
        assert (self.refusal.kind == "forbidden") == (code == "rights.denied")
        ActionRefused(action="any", code=code, detail=self.refusal.detail)


@dataclass(frozen=True)
class Given(Generic[State, CommandT]):
    """A subject to which something has happened."""

    decider: Decider[State, CommandT]
    state: State

    def when(self, command: CommandT) -> Outcome:
        """Carry out `command` as it comes off the log."""
        try:
            return Outcome(self.decider.decide(self.state, off_the_log(command)), None)
        except Refused as refused:
            return Outcome((), refused)

    def asked(
        self, view: Callable[[str, State, str | None], object], key: str, part: str | None = None
    ) -> Outcome:
        """Ask for a view of which only the refusal matters."""
        try:
            view(key, self.state, part)
        except Refused as refused:
            return Outcome((), refused)
        return Outcome((), None)


@dataclass(frozen=True)
class Refusal:
    """In a table of expectations: the command is refused with this code."""

    code: str


def refused(code: str) -> Refusal:
    """Write a refusal into a table of expectations."""
    return Refusal(code)


def given(decider: Decider[State, CommandT], *events: Event) -> Given[State, CommandT]:
    """Give the subject after `events`."""
    state = decider.start
    for event in events:
        state = decider.evolve(state, event)
    return Given(decider, state)


def off_the_log(command: CommandT) -> CommandT:
    """Give `command` as a worker reads it: written as JSON and read back."""
    kind = type(command)
    adapter = _ADAPTERS.get(kind) or _ADAPTERS.setdefault(kind, TypeAdapter(kind))
    read: CommandT = adapter.validate_json(adapter.dump_json(command))
    assert read == command
    return read


def codes_raised(core: Path) -> set[str]:
    """Give the refusal codes that the modules of `core` can raise, those of competence included.

    A code that is not written out where it is raised fails the test: it could not be found.
    """
    found: set[str] = set()
    for call in _calls(core):
        if call.name == "Refused":
            found.add(call.text())
        elif call.name in ("require", "require_system", "holds"):
            found.add("rights.denied")
    return found


def codes_specified(tests: Path) -> set[str]:
    """Give the refusal codes for which the test modules of `tests` have an expectation."""
    return {
        call.text()
        for call in _calls(tests)
        if call.name in ("then_refused", "refused") and call.literal
    }


@dataclass(frozen=True)
class _Call:
    name: str
    where: str
    literal: str | None

    def text(self) -> str:
        assert self.literal is not None, f"{self.where}: the code is not written out"
        return self.literal


def _calls(folder: Path) -> Iterator[_Call]:
    modules = sorted(folder.rglob("*.py"))
    assert modules, f"no modules in {folder}"
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield _call(node, f"{module}:{node.lineno}")


def _call(node: ast.Call, where: str) -> _Call:
    function = node.func
    name = ""
    if isinstance(function, ast.Attribute):
        name = function.attr
    elif isinstance(function, ast.Name):
        name = function.id
    first = node.args[0] if node.args else None
    text = first.value if isinstance(first, ast.Constant) else None
    return _Call(name, where, text if isinstance(text, str) else None)

"""前置条件 in the catalogue: what can never be met blocks, what says nothing new is noted."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from schemas.facts import Item
from services.kernel.catalogue_check import Contradiction
from services.kernel.precondition_contradictions import (
    contradictions_of_preconditions,
    idle_preconditions,
)
from services.runtime.reference_files import check_county, read_county
from tests.kernel.changed_county import Change, changed, found
from tests.support.builders import item

TAX, LICENCE = "item/tax-registration/2", "item/individual-business/2"
FIRST: Final = ("preconditions", 0)
PAPER: Final = "business-licence"


def first(*items: str, paper: str = PAPER) -> dict[str, Any]:
    return {"items": items, "paper": paper, "basis": "本县自定"}


def at(said: list[Contradiction], where: str, field: tuple[str | int, ...]) -> list[Contradiction]:
    return [one for one in said if (one.where, one.field) == (where, field)]


@pytest.mark.parametrize(
    ("change", "where", "field", "named"),
    [
        (
            changed(TAX, preconditions=[first("no-such-item")]),
            TAX,
            (*FIRST, "items", 0),
            "no-such-item",
        ),
        (
            changed(TAX, preconditions=[first("individual-business", paper="no-paper")]),
            TAX,
            (*FIRST, "paper"),
            "no-paper",
        ),
        (
            changed(TAX, preconditions=[first("tax-registration")]),
            TAX,
            (*FIRST, "items", 0),
            "tax-registration ← tax-registration",
        ),
        (
            changed(LICENCE, preconditions=[first("tax-registration", paper="id-card")]),
            LICENCE,
            (*FIRST, "items", 0),
            "individual-business ← tax-registration ← individual-business",
        ),
        (
            changed(TAX, preconditions=[first("individual-business", "individual-business")]),
            TAX,
            (*FIRST, "items", 1),
            "2 times",
        ),
        (
            changed(LICENCE, document=None, deliveries=[]),
            TAX,
            (*FIRST, "items", 0),
            "individual-business",
        ),
    ],
    ids=["unknown", "no_paper", "itself", "in_a_circle", "twice", "without_a_result"],
)
def test_a_precondition_that_can_never_be_met_blocks(
    change: Change, where: str, field: tuple[str | int, ...], named: str
) -> None:
    said = at(found(change), where, field)
    assert any(named in one.what for one in said), found(change)
    assert all(one.cure and one.blocking for one in said)


def test_the_members_of_a_circle_are_each_told_of_it() -> None:
    said = found(changed(LICENCE, preconditions=[first("tax-registration", paper="id-card")]))
    assert {one.where for one in said if "循环" in one.what} == {TAX, LICENCE}


def test_what_another_precondition_wants_anyway_is_a_note() -> None:
    house = first("rural-house", "rural-house-rebuild", paper="id-card")
    done = first("rural-house-completion", paper="acceptance-opinion")
    said = found(changed("item/homestead-registration/2", preconditions=[done, house]))
    (note,) = said
    assert (note.where, note.field) == ("item/homestead-registration/2", ("preconditions", 1))
    assert "rural-house" in note.what
    assert not note.blocking


def test_what_only_one_of_the_alternatives_wants_is_no_repetition() -> None:
    either = first("rural-house-completion", "individual-business", paper="id-card")
    house = first("rural-house", paper="acceptance-opinion")
    assert found(changed("item/homestead-registration/2", preconditions=[either, house])) == []


def test_a_result_that_no_applicant_of_the_item_can_hold_is_never_used_and_noted() -> None:
    said = at(found(changed(TAX, preconditions=[first("cooperative-registration")])), TAX, FIRST)
    assert ["从不适用" in one.what for one in said] == [True]
    assert not said[0].blocking


def test_a_former_version_is_left_as_it_was_published() -> None:
    wrong = changed("item/tax-registration/1", preconditions=[first("no-such-item")])
    assert found(wrong) == []


def test_file_and_line_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    copytree("deploy/county", folder)
    path = folder / "items/tax-registration-2.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("items: [individual-business]", "items: [no-such-item]"), "utf-8")
    line = 1 + next(n for n, row in enumerate(text.splitlines()) if "individual-business" in row)
    [wrong] = check_county(read_county(folder))
    assert (wrong.file, wrong.line) == (path, line)
    assert "no-such-item" in wrong.what


CODES: Final = ("a-1", "b-1", "c-1", "d-1", "e-1")
graphs = st.dictionaries(
    st.sampled_from(CODES), st.lists(st.sampled_from(CODES), max_size=3, unique=True)
)


def drawn(graph: dict[str, list[str]]) -> dict[str, Item]:
    return {
        code: item(
            code=code,
            preconditions=[first(one, paper="identity") for one in graph.get(code, ())],
            document={"name": "证"},
            deliveries=["window"],
        )
        for code in CODES
    }


def reachable(graph: dict[str, list[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        code = waiting.pop()
        if code not in seen:
            seen.add(code)
            waiting += graph.get(code, ())
    return seen


@for_all(graphs)
def test_a_circle_is_found_exactly_where_an_item_waits_for_itself(
    graph: dict[str, list[str]],
) -> None:
    newest = drawn(graph)
    for code, one in newest.items():
        said = [what for _, what, _ in contradictions_of_preconditions(one, newest)]
        assert any("循环" in what for what in said) == (code in reachable(graph, code))


@for_all(graphs)
def test_dropping_what_is_noted_changes_nothing_of_what_must_come_first(
    graph: dict[str, list[str]],
) -> None:
    newest = drawn(graph)
    for code, one in newest.items():
        if code in reachable(graph, code):
            continue  # in a circle each is wanted by the other
        for field, *_ in idle_preconditions(one, newest):
            kept = [c for n, c in enumerate(graph[code]) if n != field[1]]
            assert reachable({**graph, code: kept}, code) == reachable(graph, code)

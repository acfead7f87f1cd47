"""What may change on a log that is kept for ever, kind by kind; `jsoncompat` as oracle."""

from typing import Any

import pytest

from schemas.compatibility import Break, compatible, transitively_compatible
from schemas.json_schema import JsonSchema, opened
from tests.schemas.near_forms import BACK, COUNT, FORTH, TEXT, broken, form, one_of, oracle_accepts

OLD = form({"reason": TEXT})
STEP = form({"title": TEXT})

# (what changes, old, new, what breaks backwards, what breaks forwards)
CHANGES: list[tuple[str, JsonSchema, JsonSchema, set[Any], set[Any]]] = [
    ("nothing", OLD, OLD, set(), set()),
    ("optional field added", OLD, form({"reason": TEXT}, basis=TEXT), set(), set()),
    ("optional field removed", form({"reason": TEXT}, basis=TEXT), OLD, set(), set()),
    (
        "required field added",
        OLD,
        form({"reason": TEXT, "basis": TEXT}),
        {("basis", "required")},
        set(),
    ),
    (
        "required field removed",
        form({"reason": TEXT, "basis": TEXT}),
        OLD,
        set(),
        {("basis", "required")},
    ),
    (
        "optional field made required",
        form({}, basis={**TEXT, "default": "law"}),
        form({"basis": TEXT}),
        {("basis", "required")},
        set(),
    ),
    (
        "values widened",
        form({"outcome": one_of("approved")}),
        form({"outcome": one_of("approved", "rejected")}),
        set(),
        {("outcome", "values")},
    ),
    (
        "values narrowed",
        form({"outcome": one_of("approved", "rejected")}),
        form({"outcome": one_of("approved")}),
        {("outcome", "values")},
        set(),
    ),
    (
        "values set free",
        form({"outcome": one_of("approved")}),
        form({"outcome": TEXT}),
        set(),
        {("outcome", "values")},
    ),
    (
        "values set free within bounds that they keep",
        form({"code": one_of("a", "bbb")}),
        form({"code": {**TEXT, "minLength": 1, "maxLength": 3}}),
        set(),
        {("code", "values")},
    ),
    (
        "values set free within bounds that one is too short for",
        form({"code": one_of("a", "bbb")}),
        form({"code": {**TEXT, "minLength": 2}}),
        {("code", "bound")},
        {("code", "values")},
    ),
    (
        "a bound that says nothing",
        form({"steps": {"type": "array", "items": STEP}}),
        form({"steps": {"type": "array", "items": STEP, "minItems": 0}}),
        set(),
        set(),
    ),
    ("extra fields forbidden", opened(OLD), OLD, set(), set()),
    ("extra fields allowed", OLD, opened(OLD), set(), set()),
    (
        "type changed",
        form({"count": TEXT}),
        form({"count": {"type": "integer"}}),
        {("count", "type")},
        {("count", "type")},
    ),
    (
        "bound raised",
        form({"count": COUNT}),
        form({"count": {**COUNT, "minimum": 2}}),
        {("count", "bound")},
        set(),
    ),
    (
        "longest text made longer",
        form({"reason": {**TEXT, "maxLength": 9}}),
        form({"reason": {**TEXT, "maxLength": 10}}),
        set(),
        {("reason", "bound")},
    ),
    (
        "null allowed",
        form({"reason": TEXT}),
        form({"reason": {"anyOf": [TEXT, {"type": "null"}]}}),
        set(),
        {("reason", "type")},
    ),
    (
        "nested field removed",
        form({"steps": {"type": "array", "items": STEP}}),
        form({"steps": {"type": "array", "items": form({})}}),
        set(),
        {("steps[].title", "required")},
    ),
    (
        "empty list forbidden",
        form({"steps": {"type": "array", "items": STEP}}),
        form({"steps": {"type": "array", "items": STEP, "minItems": 1}}),
        {("steps", "bound")},
        set(),
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "back", "forth"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_each_kind_of_change_breaks_what_the_oracle_says_and_names_the_field(
    old: JsonSchema, new: JsonSchema, back: set[Any], forth: set[Any]
) -> None:
    assert broken(old, new) == {BACK: back, FORTH: forth}
    assert (oracle_accepts(new, old), oracle_accepts(old, new)) == (not back, not forth)


UNSEEN: list[tuple[str, JsonSchema, JsonSchema, set[Any], set[Any]]] = [
    (
        "text becomes a moment",
        form({"since": TEXT}),
        form({"since": {**TEXT, "format": "date-time"}}),
        {("since", "format")},
        set(),
    ),
    (
        "moment becomes a date",
        form({"since": {**TEXT, "format": "date-time"}}),
        form({"since": {**TEXT, "format": "date"}}),
        {("since", "format")},
        {("since", "format")},
    ),
    (
        "moment becomes text",
        form({"since": {**TEXT, "format": "date-time"}}),
        form({"since": TEXT}),
        set(),
        {("since", "format")},
    ),
    (
        "pattern changed",
        form({"code": {**TEXT, "pattern": "^a"}}),
        form({"code": {**TEXT, "pattern": "^b"}}),
        {("code", "pattern")},
        {("code", "pattern")},
    ),
    (
        "default changed: an absent field would mean something else",
        form({}, form={**TEXT, "default": "copy"}),
        form({}, form={**TEXT, "default": "original"}),
        {("form", "default")},
        {("form", "default")},
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "back", "forth"), [row[1:] for row in UNSEEN], ids=[row[0] for row in UNSEEN]
)
def test_our_own_rules_judge_what_no_checker_does(
    old: JsonSchema, new: JsonSchema, back: set[Any], forth: set[Any]
) -> None:
    assert broken(old, new) == {BACK: back, FORTH: forth}
    assert oracle_accepts(new, old)
    assert oracle_accepts(old, new)


def test_a_keyword_that_is_not_known_here_breaks_where_it_differs() -> None:
    old = form({"steps": {"type": "array", "items": TEXT}})
    new = form({"steps": {"type": "array", "items": TEXT, "uniqueItems": True}})
    assert broken(old, new)[BACK] == {("steps", "unjudged")}
    assert broken(new, new) == {BACK: set(), FORTH: set()}


def test_an_open_map_is_not_taken_for_a_closed_form() -> None:
    old = form({"notes": {"type": "object", "additionalProperties": TEXT}})
    new = form({"notes": {"type": "object", "additionalProperties": COUNT}})
    assert broken(old, new)[BACK] == {("notes", "unjudged")}


def test_a_form_that_contains_itself_is_compared() -> None:
    def tree(leaf: JsonSchema) -> JsonSchema:
        below = {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}
        return {"$ref": "#/$defs/Node", "$defs": {"Node": form({"leaf": leaf, "below": below})}}

    assert broken(tree(TEXT), tree(TEXT)) == {BACK: set(), FORTH: set()}
    assert ("leaf", "type") in broken(tree(TEXT), tree(COUNT))[BACK]


def test_a_field_given_up_and_taken_again_with_another_meaning_breaks_with_the_first_form() -> None:
    forms = {
        "1.json": form({"reason": TEXT}, basis=TEXT),
        "2.json": form({"reason": TEXT}),
        "model": form({"reason": TEXT}, basis=COUNT),
    }
    found = transitively_compatible("cn.cunban.case.not-accepted.v1", forms)
    assert {(f.older, f.newer, f.broken.field) for f in found} == {("1.json", "model", "basis")}
    last_two = {name: forms[name] for name in ("2.json", "model")}
    assert transitively_compatible("cn.cunban.case.not-accepted.v1", last_two) == []


def test_a_break_says_what_either_side_holds() -> None:
    found = compatible(
        form({"outcome": one_of("approved")}), form({"outcome": one_of("approved", "rejected")})
    )
    assert found == [
        Break("outcome", "values", FORTH, reader="['approved']", writer="['rejected']")
    ]

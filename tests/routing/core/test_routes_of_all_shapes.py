"""The five shapes of a route, from acceptance to completion."""

from __future__ import annotations

import pytest

from schemas.facts import Item
from services.kernel.decider import Refused, UnknownReference
from services.routing.core.decide import decider
from services.routing.core.route import planned_steps
from tests.routing.core.situations import (
    APPROVED,
    COUNTY_FACTS,
    REJECTED,
    close,
    closed,
    laid,
    lay,
    opened,
    routing,
)
from tests.support.builders import (
    FORESTRY,
    HALL,
    HOUSING,
    LAND,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    WATER,
    at,
    county,
    item,
    later,
    step,
    term,
)
from tests.support.given import given

OPINIONS_THEN_DECISION = [
    step(2, LAND, "opinion", "department_reviewer"),
    step(2, WATER, "opinion", "department_reviewer"),
    step(3, HOUSING, "decide", "joint_convener"),
]


def _way(of: Item, accepting: str = VILLAGE) -> list[tuple[int, int, str, str]]:
    steps = planned_steps(of, accepting, COUNTY_FACTS)
    return [(s.number, s.stage, s.organisation, s.duty) for s in steps]


@pytest.mark.parametrize(
    ("shape", "way"),
    [
        ("village_decides", [(1, 1, VILLAGE, "decide")]),
        ("township_decides", [(1, 1, TOWNSHIP, "decide")]),
        ("township_forwards", [(1, 1, TOWNSHIP, "forward"), (2, 2, FORESTRY, "decide")]),
        ("straight_to_county", [(1, 1, LAND, "decide")]),
        (
            "joint",
            [
                (1, 1, LAND, "opinion"),
                (2, 1, WATER, "opinion"),
                (3, 1, FORESTRY, "opinion"),
                (4, 2, HOUSING, "decide"),
            ],
        ),
    ],
)
def test_a_route_is_drawn_from_the_item(shape: str, way: list[tuple[int, int, str, str]]) -> None:
    assert _way(item(shape)) == way


def test_the_township_is_the_one_on_the_way_of_the_accepting_village() -> None:
    assert _way(item("township_decides"), OTHER_VILLAGE) == [(1, 1, "/qingyun/t-anle", "decide")]
    assert _way(item("township_decides"), TOWNSHIP) == [(1, 1, TOWNSHIP, "decide")]


def test_what_comes_in_above_the_township_need_not_be_forwarded_by_it() -> None:
    assert _way(item("township_forwards"), HALL) == [(1, 1, FORESTRY, "decide")]


def test_steps_are_numbered_by_stage_whatever_order_the_catalogue_names_them_in() -> None:
    mixed = item(
        "township_forwards",
        steps=[
            step(30, FORESTRY, "decide", "chief_representative"),
            step(10, "township", "forward", "township_approver"),
        ],
    )
    assert _way(mixed) == [(1, 1, TOWNSHIP, "forward"), (2, 2, FORESTRY, "decide")]


@pytest.mark.parametrize(
    "steps",
    [
        [step(1, "village", "decide", "village_clerk")],
        [step(1, "township", "opinion", "township_clerk"), step(2, LAND, "decide", "leader")],
        [step(1, "township", "forward", "township_approver")],
        [step(1, LAND, "opinion", "department_reviewer")],
        [step(1, LAND, "decide", "leader"), step(1, WATER, "decide", "leader")],
    ],
)
def test_without_a_way_to_one_decision_no_route_is_laid(steps: list[dict[str, object]]) -> None:
    impossible = decider(county(item("joint", steps=steps)))
    given(impossible).when(lay("joint", organisation=HALL)).then_refused(
        "routing.no_way", naming=HALL
    )
    with pytest.raises(Refused):
        planned_steps(item("joint", steps=steps), HALL, COUNTY_FACTS)


def test_an_item_that_is_not_known_yet_is_a_fault_and_no_refusal() -> None:
    with pytest.raises(UnknownReference):
        given(routing).when(lay(item_version=9))


@pytest.mark.parametrize("shape", ["village_decides", "township_decides", "straight_to_county"])
def test_one_decision_completes_the_case(shape: str) -> None:
    given(routing).when(lay(shape)).then(laid(shape), opened(shape, 1))
    under_way = given(routing, laid(shape), opened(shape, 1))
    under_way.when(close(1, "approved")).then(closed(shape, 1, "approved"), APPROVED)
    under_way.when(close(1, "rejected")).then(closed(shape, 1, "rejected"), REJECTED)


def test_the_department_gets_the_case_when_the_township_has_forwarded_it() -> None:
    shape = "township_forwards"
    given(routing).when(lay(shape)).then(laid(shape), opened(shape, 1))
    at_township = given(routing, laid(shape), opened(shape, 1))
    thursday = at("2025-03-06 16:00")
    at_township.when(close(1, "forwarded", at=thursday)).then(
        closed(shape, 1, "forwarded"), opened(shape, 2, thursday, "2025-03-11 17:30")
    )
    at_department = given(
        routing, laid(shape), opened(shape, 1), closed(shape, 1, "forwarded"), opened(shape, 2)
    )
    at_department.when(close(2, "approved")).then(closed(shape, 2, "approved"), APPROVED)
    at_department.when(close(2, "rejected")).then(closed(shape, 2, "rejected"), REJECTED)


def test_a_township_that_does_not_consent_ends_the_case() -> None:
    shape = "township_forwards"
    given(routing, laid(shape), opened(shape, 1)).when(close(1, "rejected")).then(
        closed(shape, 1, "rejected"), REJECTED
    )


def test_three_departments_are_asked_at_once() -> None:
    given(routing).when(lay("joint")).then(
        laid("joint"), opened("joint", 1), opened("joint", 2), opened("joint", 3)
    )


def test_the_convener_waits_for_the_last_opinion() -> None:
    asked = [laid("joint"), *(opened("joint", n) for n in (1, 2, 3))]
    heard = [closed("joint", 2, "agreed"), closed("joint", 3, "agreed")]
    given(routing, *asked).when(close(2, "agreed")).then(closed("joint", 2, "agreed"))
    given(routing, *asked, *heard).when(close(1, "agreed")).then(
        closed("joint", 1, "agreed"), opened("joint", 4, later())
    )


def test_a_department_that_disagrees_does_not_end_the_case() -> None:
    asked = [laid("joint"), *(opened("joint", n) for n in (1, 2, 3))]
    against = [closed("joint", 1, "disagreed"), closed("joint", 2, "disagreed")]
    given(routing, *asked).when(close(1, "disagreed")).then(closed("joint", 1, "disagreed"))
    given(routing, *asked, *against).when(close(3, "disagreed")).then(
        closed("joint", 3, "disagreed"), opened("joint", 4, later())
    )


def test_the_decision_of_the_convener_completes_the_joint_case() -> None:
    heard = [closed("joint", 1, "agreed"), closed("joint", 2, "disagreed")]
    joined = [*heard, closed("joint", 3, "agreed"), opened("joint", 4)]
    before = [laid("joint"), *(opened("joint", n) for n in (1, 2, 3)), *joined]
    given(routing, *before).when(close(4, "approved")).then(
        closed("joint", 4, "approved"), APPROVED
    )
    given(routing, *before).when(close(4, "rejected")).then(
        closed("joint", 4, "rejected"), REJECTED
    )


def test_only_the_next_stage_opens() -> None:
    forwarding = step(1, "township", "forward", "township_approver")
    rules = decider(county(item("joint", steps=[forwarding, *OPINIONS_THEN_DECISION])))
    first = given(rules).when(lay("joint")).events
    assert [(type(e).__name__, getattr(e, "number", None)) for e in first] == [
        ("RouteLaid", None),
        ("StepOpened", 1),
    ]
    then = given(rules, *first).when(close(1, "forwarded")).events
    assert [(type(e).__name__, getattr(e, "number", None)) for e in then] == [
        ("StepClosed", 1),
        ("StepOpened", 2),
        ("StepOpened", 3),
    ]


def test_steps_of_an_instant_item_are_timed_in_minutes() -> None:
    minutes = {"limit": {"limit": 30, "unit": "working_minutes"}}
    quick = item(
        "village_decides", steps=[step(1, "village", "decide", "village_clerk", **minutes)]
    )
    before_lunch = at("2025-03-03 11:45")
    outcome = given(decider(county(quick))).when(lay("village_decides", at=before_lunch))
    expected = term(30, "2025-03-03 14:15", before_lunch, unit="working_minutes")
    assert opened("village_decides", 1).model_copy(update={"term": expected}) in outcome.events

"""Days on the desks of a joint case, drawn: commands in any order, events in any order."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from hypothesis import strategies as st

from schemas.events.base import ActionRefused, Event
from schemas.values import DepartmentOpinion, Opinion, Overruled, Survey
from services.review.core.commands import Command
from tests.review.core.situations import (
    COLLEAGUE,
    CONVENER,
    FULL_ITEM,
    OPINION_OF,
    REMEDY,
    TERM,
    asked,
    check,
    checked,
    claim,
    claimed,
    decide,
    decided,
    found,
    heard,
    opine,
    over,
    receive,
    received,
    release,
    released,
    reviewer,
    step_id,
    taken,
    terms_of,
)
from tests.review.core.situations_of_clocks import extend, extended, resume, resumed, stop, stopped
from tests.review.core.situations_of_consulting import (
    answer,
    answered,
    convene,
    convened,
    met,
    minutes,
    plan,
    planned,
    request,
    requested,
    says,
    survey,
    surveyed,
)
from tests.review.core.situations_of_custody import (
    dispatch,
    dispatched,
    failed,
    reissue,
    reissued,
    undelivered,
)
from tests.review.core.situations_of_moves import (
    give_up,
    move,
    moved,
    name_stand_in,
    restart,
    stand_in_named,
    suspend,
    yielded,
)
from tests.review.core.situations_of_results import (
    assess,
    assessed,
    deliver,
    delivered,
    issue,
    issued,
    paid,
    pay,
    waive,
    waived,
)
from tests.review.core.situations_of_time import AGAIN, correct, corrected, ran_again, run_again
from tests.support.builders import LAND, TOWNSHIP, WATER, later

FULL_LEGAL: Final = terms_of(FULL_ITEM).legal


Trail: TypeAlias = list[Event]


CORRECTED: Final = corrected("legal", FULL_LEGAL, "2025-04-02 17:30")


CORRECTED_STEP: Final = corrected(
    "step", TERM, "2025-03-10 17:30", step_id=step_id(4), runs_again_at=later(9000)
)


numbers = st.sampled_from(sorted(OPINION_OF))


conveners = st.sampled_from([CONVENER, COLLEAGUE])


overruled: st.SearchStrategy[tuple[Overruled, ...]] = st.lists(
    st.sampled_from([*sorted(OPINION_OF.values()), TOWNSHIP]).map(over), max_size=3, unique=True
).map(tuple)


receiving = st.one_of(
    numbers.map(lambda n: receive(n, OPINION_OF[n], "opinion")), st.just(receive(of=FULL_ITEM))
)


opinions: st.SearchStrategy[Opinion] = st.sampled_from(get_args(Opinion))


instants = st.one_of(st.integers(1, 9).map(later), st.just(AGAIN))


moving: st.SearchStrategy[Command] = st.one_of(
    st.builds(lambda when, who: stop(2, "testing", 4, who, when), instants, conveners),
    st.builds(lambda when, who: resume(when, 4, who), instants, conveners),
    st.builds(lambda when: extend(5, at=when), instants),
    st.sampled_from([run_again(), run_again(number=1), correct()]),
    st.sampled_from([check(), check(found(eligible="met", area="unmet"), actor=CONVENER)]),
)


said_by: st.SearchStrategy[tuple[DepartmentOpinion, ...]] = st.builds(
    lambda land, water: (says(LAND, land), says(WATER, water)), opinions, opinions
)


consulting: st.SearchStrategy[Command] = st.one_of(
    st.just(request()),
    opinions.map(answer),
    st.sampled_from([convene(), convene(TOWNSHIP)]),
    said_by.map(lambda said: minutes(*said)),
    opinions.map(lambda said: minutes(says(TOWNSHIP, said))),
)


results: st.SearchStrategy[Literal["passed", "failed"]] = st.sampled_from(["passed", "failed"])


surveys: st.SearchStrategy[Survey] = st.sampled_from(get_args(Survey))


surveying: st.SearchStrategy[Command] = st.one_of(
    surveys.map(plan), st.builds(survey, surveys, results)
)


settling: st.SearchStrategy[Command] = st.sampled_from(
    [
        *(assess(), pay(), waive(), issue(), deliver(), deliver("courier", actor=CONVENER)),
        *(dispatch(), undelivered(), undelivered("returned"), reissue()),
    ]
)


following: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        lambda who, times: move(4, who, move=times),
        st.sampled_from(["o-zhao", "o-qian", None]),
        st.integers(1, 3),
    ),
    st.just(name_stand_in()),
    st.sampled_from([give_up(), suspend(), restart()]),
)


commands: st.SearchStrategy[Command] = st.one_of(
    receiving,
    following,
    settling,
    moving,
    consulting,
    surveying,
    numbers.map(lambda n: claim(n, reviewer(OPINION_OF[n]))),
    st.builds(opine, numbers, opinions),
    st.builds(opine, numbers, opinions),
    conveners.map(lambda who: claim(4, who)),
    conveners.map(lambda who: release(4, who)),
    st.builds(lambda named, who: decide("approved", *named, actor=who), overruled, conveners),
    st.builds(lambda who: decide("rejected", remedy=REMEDY, actor=who), conveners),
)


CONSULTED: Final = [
    receive(n, organisation, "opinion", FULL_ITEM) for n, organisation in OPINION_OF.items()
]


READY: Final[list[Command]] = [
    claim(),
    check(),
    plan(),
    survey(),
    plan("completion"),
    survey("completion"),
]
"""All but the opinions that a decision on the full item wants."""


days: st.SearchStrategy[list[Command]] = st.lists(commands, max_size=25).map(
    lambda acts: [*CONSULTED, *acts]
)
"""Three departments are consulted first, as routing does; then anything."""


@st.composite
def joint_decisions(draw: st.DrawFn) -> list[Command]:
    """Every consulted department is heard in some order, then the convener decides."""
    acts: list[Command] = [*CONSULTED, receive(of=FULL_ITEM), *READY]
    for number in draw(st.permutations(sorted(OPINION_OF))):
        acts += [claim(number, reviewer(OPINION_OF[number])), opine(number, draw(opinions))]
    acts += draw(st.lists(consulting, max_size=6))
    return [*acts, *(decide("approved", *draw(overruled)) for _ in range(4))]


anything_on_the_log: st.SearchStrategy[Trail] = st.lists(
    st.one_of(
        numbers.map(asked),
        numbers.map(taken),
        numbers.map(heard),
        st.sampled_from([received(), claimed(), released(), decided()]),
        st.sampled_from([checked(), stopped(), resumed(), extended(), requested(), answered()]),
        st.sampled_from([CORRECTED, CORRECTED_STEP, ran_again()]),
        st.sampled_from([convened(), met(), planned(), surveyed()]),
        st.sampled_from([moved(), stand_in_named(), yielded()]),
        st.sampled_from(
            [
                *(assessed(), paid(), waived(), issued(), delivered()),
                *(dispatched(), failed(), failed("returned"), reissued()),
            ]
        ),
        st.just(ActionRefused(action="review.claim", code="review.x", detail="试过")),
    ),
    max_size=14,
)

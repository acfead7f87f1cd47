"""Who may do what, written down a second time by role, and compared at every place there is."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from typing import Final, get_args

import pytest

from schemas.facts import Organisation
from schemas.values import Role
from services.intake.core.appointments.commands import COMMANDS as APPOINTMENT_COMMANDS
from services.intake.core.commands import COMMANDS as INTAKE_COMMANDS
from services.intake.core.credit.commands import COMMANDS as CREDIT_COMMANDS
from services.kernel.actor import Actor, Held
from services.kernel.competence import RIGHTS, StandIn, holds, may, require, standing_in
from services.kernel.decider import Command, Refused
from services.review.core.commands import COMMANDS as REVIEW_COMMANDS
from services.routing.core.commands import COMMANDS as ROUTING_COMMANDS
from services.runtime.reference_files import read_county
from tests.support.builders import at

COMMANDS: Final[tuple[type[Command], ...]] = (
    *INTAKE_COMMANDS, *APPOINTMENT_COMMANDS, *CREDIT_COMMANDS, *ROUTING_COMMANDS, *REVIEW_COMMANDS,
)  # fmt: skip
ROLES: Final[tuple[Role, ...]] = get_args(Role)
COUNTY_FOLDER: Final = Path(__file__).parents[2] / "deploy/county"

TAKES_IN: Final = {
    "intake.draft", "intake.submit", "intake.notify_deficiency", "intake.supplement",
    "intake.accept", "intake.refuse", "intake.withdraw", "people.prefill",
    "intake.attach_paper", "intake.detach_paper",
    "intake.request_precheck", "intake.answer_precheck",
    "appointments.book", "appointments.cancel", "appointments.move", "appointments.check_in",
    "appointments.call", "appointments.pass", "appointments.serve", "appointments.mark_missed",
}  # fmt: skip
"""What a window does."""
WORKS: Final = {
    "review.claim", "review.release", "review.check", "review.stop_clock", "review.resume_clock",
    "review.give_opinion", "review.request_opinion", "review.answer_opinion",
    "review.schedule_survey", "review.record_survey", "review.convene", "review.record_meeting",
    "review.decide", "review.assess_fee", "review.record_payment", "review.issue",
    "review.mark_ready", "review.notify_ready", "review.dispatch",
    "review.record_undelivered", "review.reissue", "review.record_delivery", "routing.return",
}  # fmt: skip
"""What is done on a desk; which of it on a given step, the step's own role says."""
SEES: Final = {
    "intake.view", "people.look", "routing.view", "review.view", "supervision.view",
    "appointments.view", "credit.view",
}  # fmt: skip
HEARS: Final = {"routing.record_external_result"}
DISPOSES: Final = {"routing.transfer", "routing.delegate"}
HEADS: Final = DISPOSES | HEARS | {"routing.take_over", "review.waive_fee", "review.correct"}
EXPECTED: Final[dict[Role, set[str]]] = {
    "village_clerk": TAKES_IN | WORKS | SEES | DISPOSES,
    "township_clerk": TAKES_IN | WORKS | SEES | HEARS | {"routing.upload"},
    "township_approver": WORKS | SEES | HEADS | {"routing.upload", "review.revoke"},
    "department_clerk": TAKES_IN | WORKS | SEES | HEARS,
    "department_reviewer": WORKS | SEES | HEADS | {"review.extend", "review.revoke"},
    "chief_representative": WORKS | SEES | HEADS | {"review.revoke"},
    "joint_convener": WORKS | SEES | HEADS,
    "inspector": SEES | {"supervision.board", "credit.impose", "credit.lift"},
    "leader": SEES | {"supervision.board", "review.extend"},
    "operator": {"operate"},
    "subscriber": set(),
}
"""Role → all that it allows. What is not named is denied."""
BY_REACTION: Final = {
    "routing.lay_route", "routing.close_step", "routing.take_back",
    "routing.hear_external_result", "routing.reroute",
    "review.receive_step", "review.move_step", "review.name_stand_in", "review.yield_step",
    "review.suspend_clock", "review.restart_clock", "review.run_again",
    "review.correct_due_dates", "intake.correct_due_dates", "intake.deem_accepted",
}  # fmt: skip
"""What no officer asks for, whatever their posts."""
ACTIONS: Final = sorted(
    {kind.action for kind in COMMANDS} | set(RIGHTS) | {"routing.unheard_of", ""}
)


@cache
def places() -> tuple[str, ...]:
    """The paths of every organisation of the demo county, and one of another county."""
    facts = read_county(COUNTY_FOLDER).facts
    found = sorted(fact.path for fact in facts if isinstance(fact, Organisation))
    assert len(found) > 100
    return (*found, "/other/d-land")


def below_or_at(place: str, post: str) -> bool:
    """Compare paths by their codes, one by one."""
    above, there = post.split("/"), place.split("/")
    return there[: len(above)] == above


def test_every_command_of_an_officer_is_in_the_table_and_no_other() -> None:
    commands = {kind.action for kind in COMMANDS}
    assert commands - BY_REACTION <= set(RIGHTS)
    assert not BY_REACTION & set(RIGHTS)
    assert set().union(*EXPECTED.values()) == set(RIGHTS)
    assert set(EXPECTED) == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_allows_what_is_written_down_at_its_place_and_below_and_nothing_else(
    role: Role,
) -> None:
    wrong = []
    for post in _sample():
        actor = Actor("o-somebody", post, (Held(post, role),))
        for action, place in product(ACTIONS, places()):
            expected = action in EXPECTED[role] and below_or_at(place, post)
            if may(actor, action, place) != expected or _passes(actor, action, place) != expected:
                wrong.append((post, action, place, expected))
    assert wrong == []


def test_two_posts_do_not_mix_the_role_of_one_with_the_place_of_the_other() -> None:
    held = (Held("/qingyun/t-heping", "inspector"), Held("/qingyun/d-land", "department_reviewer"))
    actor = Actor("o-two", "/qingyun/d-land", held)
    for action, place in product(ACTIONS, places()):
        here = [post for post in held if below_or_at(place, post.organisation)]
        expected = any(action in EXPECTED[post.role] for post in here)
        assert may(actor, action, place) == expected, (action, place)
    assert not may(actor, "review.decide", "/qingyun/t-heping")


def test_nobody_without_a_post_may_anything() -> None:
    nobody = Actor("o-nobody", "/qingyun")
    assert not any(may(nobody, action, place) for action, place in product(ACTIONS, places()))


@pytest.mark.parametrize("moment", ["2025-03-03 08:59", "2025-03-07 17:30"])
def test_a_stand_in_has_no_right_outside_of_the_time(moment: str) -> None:
    lent = _lent()
    clerk = Actor("o-clerk", "/qingyun/t-heping", (Held("/qingyun/t-heping", "township_clerk"),))
    assert standing_in(clerk, lent, at(moment)) is clerk


def test_a_stand_in_has_the_rights_of_the_role_there_and_no_further() -> None:
    lent, within = _lent(), at("2025-03-03 09:00")
    own = Held("/qingyun/t-heping/v-dongping", "village_clerk")
    clerk = Actor("o-clerk", own.organisation, (own,))
    assert not holds(clerk, "township_approver", "/qingyun/t-heping")
    acting = standing_in(clerk, lent, within)
    for action, place in product(ACTIONS, places()):
        expected = (action in EXPECTED["village_clerk"] and place == own.organisation) or (
            action in EXPECTED["township_approver"] and below_or_at(place, lent.organisation)
        )
        assert may(acting, action, place) == expected, (action, place)
    somebody_else = Actor("o-other", own.organisation, (own,))
    assert standing_in(somebody_else, lent, within) is somebody_else


def _lent() -> StandIn:
    return StandIn(
        officer_id="o-clerk",
        role="township_approver",
        organisation="/qingyun/t-heping",
        since=at("2025-03-03 09:00"),
        until=at("2025-03-07 17:30"),
    )


def _passes(actor: Actor, action: str, place: str) -> bool:
    try:
        require(actor, action, place)
    except Refused as refused:
        return (refused.code, refused.kind) != ("rights.denied", "forbidden")
    return True


def _sample() -> tuple[str, ...]:
    """One post of every level and branch: their siblings, superiors and subordinates are among
    the places."""
    return (
        "/qingyun",
        "/qingyun/t-heping",
        "/qingyun/t-heping/v-dongping",
        "/qingyun/t-qingshi",
        "/qingyun/d-land",
        "/qingyun/d-civil",
        "/qingyun/c-service",
        "/qingyun/s-supervision",
        "/other",
    )

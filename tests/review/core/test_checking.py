"""审查: every rule is ticked before a decision, and whoever ticks does not decide (一审一核)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.events.base import Event
from tests.review.core.situations import (
    ALL_MET,
    CHECKER,
    COLLEAGUE,
    CONVENER,
    FULL_ITEM,
    INSTANT_ITEM,
    REMEDY,
    TOWN_APPROVER,
    asked,
    check,
    checked,
    claim,
    claimed,
    decide,
    decided,
    found,
    received,
    released,
    review,
    reviewer,
    taken,
)
from tests.review.core.situations_of_consulting import SURVEYED
from tests.review.core.situations_of_results import to_deliver
from tests.support.builders import LAND, TOWNSHIP
from tests.support.given import given

WAITING: tuple[Event, ...] = (received(of=FULL_ITEM),)
TAKEN: tuple[Event, ...] = (*WAITING, claimed(), *SURVEYED)
AREA_UNMET = found(eligible="met", area="unmet")
BEFORE_IT_WAS_TOLD = received().model_copy(update={"case": None})


@pytest.mark.parametrize("history", [WAITING, TAKEN])
def test_any_officer_of_the_organisation_checks_every_rule(history: tuple[Event, ...]) -> None:
    given(review, *history).when(check()).then(checked())
    given(review, *history).when(check(AREA_UNMET)).then(checked(AREA_UNMET))
    not_applicable = found(eligible="not_applicable", area="met")
    given(review, *history).when(check(not_applicable)).then(checked(not_applicable))


def test_findings_are_written_in_the_order_of_the_rules() -> None:
    given(review, *WAITING).when(check(found(area="met", eligible="met"))).then(checked())


def test_no_rule_is_left_out_added_or_ticked_twice() -> None:
    waiting = given(review, *WAITING)
    waiting.when(check(found(area="met"))).then_refused(
        "review.check_incomplete", naming="eligible"
    )
    waiting.when(check(found(eligible="met", area="met", colour="met"))).then_refused(
        "review.check_not_listed", naming="colour"
    )
    waiting.when(check((*ALL_MET, *found(area="unmet")))).then_refused("review.check_not_listed")


def test_what_is_not_met_is_explained() -> None:
    silent = found(area="unmet")[0].model_copy(update={"remark": None})
    given(review, *WAITING).when(check((ALL_MET[0], silent))).then_refused(
        "review.check_unexplained", naming="area"
    )


def test_an_item_without_rules_has_nothing_to_check() -> None:
    given(review, received()).when(check()).then_refused("review.nothing_to_check")
    given(review, received(), claimed()).when(decide()).then(decided())


def test_the_same_check_twice_is_one_and_a_later_one_counts() -> None:
    unmet = given(review, *TAKEN, checked(AREA_UNMET))
    unmet.when(check(AREA_UNMET)).then()
    unmet.when(decide()).then_refused("review.checks_unmet", naming="area")
    unmet.when(check()).then(checked())
    given(review, *TAKEN, checked(AREA_UNMET), checked()).when(decide()).then(
        decided(), to_deliver()
    )


def test_nothing_is_decided_before_it_was_checked() -> None:
    given(review, *TAKEN).when(decide()).then_refused("review.not_checked")
    given(review, *TAKEN).when(decide("rejected", remedy=REMEDY)).then_refused("review.not_checked")


def test_what_is_not_met_can_be_rejected() -> None:
    given(review, *TAKEN, checked(AREA_UNMET)).when(decide("rejected", remedy=REMEDY)).then(
        decided("rejected", remedy=REMEDY)
    )


def test_whoever_checked_does_not_decide() -> None:
    own = given(review, *TAKEN, checked(actor=CONVENER))
    for decision in (decide(), decide("rejected", remedy=REMEDY)):
        own.when(decision).then_refused("review.same_officer", naming=CONVENER.officer_id)
    own.when(check(actor=COLLEAGUE)).then(checked(actor=COLLEAGUE))


def test_who_checked_and_gave_the_step_back_does_not_decide_after_claiming_it_again() -> None:
    back = (*WAITING, claimed(), *SURVEYED, checked(actor=CONVENER), released())
    by_another = given(review, *back, claimed(4, COLLEAGUE))
    by_another.when(decide(actor=COLLEAGUE)).then(decided(actor=COLLEAGUE), to_deliver())
    given(review, *back, claimed()).when(decide()).then_refused(
        "review.same_officer", naming=CONVENER.officer_id
    )


def test_the_latest_check_counts_whoever_made_the_one_before() -> None:
    again = (*TAKEN, checked(actor=COLLEAGUE), checked(actor=CONVENER))
    given(review, *again).when(decide()).then_refused("review.same_officer")
    in_turn = (*TAKEN, checked(actor=CONVENER), checked(actor=COLLEAGUE))
    given(review, *in_turn).when(decide()).then(decided(), to_deliver())


def test_who_checked_for_the_township_does_not_decide_for_the_department() -> None:
    # One officer with a post at both: persons are compared, not posts.
    both = replace(TOWN_APPROVER, officer_id=CONVENER.officer_id)
    by_township = checked(number=1, organisation=TOWNSHIP, actor=both)
    at_township = (received(1, TOWNSHIP, "forward", FULL_ITEM), by_township)
    given(review, *at_township, *TAKEN).when(decide()).then_refused("review.same_officer")


def test_an_instant_item_is_checked_and_decided_by_one() -> None:
    at_once = (received(of=INSTANT_ITEM), claimed(), *SURVEYED, checked(actor=CONVENER))
    given(review, *at_once).when(decide()).then(decided(), to_deliver())


def test_the_township_checks_what_the_department_decides() -> None:
    at_township = received(1, TOWNSHIP, "forward", FULL_ITEM)
    by_township = checked(number=1, organisation=TOWNSHIP, actor=TOWN_APPROVER)
    forwarded = given(review, at_township, claimed(1, TOWN_APPROVER))
    forwarded.when(check(number=1, actor=TOWN_APPROVER)).then(by_township)
    forwarded.when(decide("forwarded", number=1, actor=TOWN_APPROVER)).then(
        decided("forwarded", number=1, organisation=TOWNSHIP, actor=TOWN_APPROVER)
    )
    given(review, at_township, by_township, *TAKEN).when(decide()).then(decided(), to_deliver())


def test_a_consulted_department_does_not_check() -> None:
    clerk = reviewer(LAND)
    given(review, asked(1), taken(1)).when(check(number=1, actor=clerk)).then_refused(
        "review.wrong_duty"
    )


def test_a_step_received_before_the_item_was_told_is_decided_without_a_check() -> None:
    before = given(review, BEFORE_IT_WAS_TOLD, claimed())
    before.when(check()).then_refused("review.item_not_recorded")
    before.when(decide()).then(decided())
    given(review, BEFORE_IT_WAS_TOLD).when(claim()).then(claimed())


def test_checking_needs_a_post_at_the_organisation() -> None:
    given(review, *WAITING).when(check(actor=TOWN_APPROVER)).then_refused("rights.denied")
    assert CHECKER.officer_id != CONVENER.officer_id

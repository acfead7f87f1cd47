"""快递: who holds the result on its way is known, and what was lost is made out anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from schemas.events.base import Event
from services.kernel.identifiers import is_document_number
from services.review.core.commands import Command
from services.review.core.decide import decider
from services.review.core.view import view
from tests.review.core.situations import (
    CONVENER,
    FULL_ITEM,
    checked,
    claimed,
    decided,
    received,
    review,
    step_id,
)
from tests.review.core.situations_of_custody import (
    dispatch,
    dispatched,
    failed,
    reissue,
    reissued,
    undelivered,
)
from tests.review.core.situations_of_results import (
    correct,
    deliver,
    delivered,
    issued,
    made_ready,
    make_ready,
    notified,
    notify,
    revoke,
    revoked,
    to_deliver,
)
from tests.support.builders import CASE, OTHER_VILLAGE, county, later, officer
from tests.support.given import given

ISSUED: Final[tuple[Event, ...]] = (
    received(of=FULL_ITEM),
    claimed(),
    checked(),
    decided(),
    to_deliver(),
    issued(),
)
READY: Final = (*ISSUED, made_ready(), notified())
SENT: Final = (*READY, dispatched())
LOST: Final = (*SENT, failed())
RETURNED: Final = (*SENT, failed("returned"))
BY_COURIER: Final = deliver("courier", delivered_at=later(5))
ARRIVED: Final = delivered(delivery="courier").model_copy(update={"identity_checked": True})


def test_a_result_is_handed_to_a_courier_under_a_number() -> None:
    given(review, *READY).when(dispatch()).then(dispatched())
    given(review, *ISSUED).when(dispatch()).then(dispatched())
    given(review, *READY).when(dispatch(by="locker")).then(dispatched(by="locker"))
    given(review, *SENT).when(dispatch()).then()


@pytest.mark.parametrize(
    "command",
    [dispatch("EMS2"), make_ready(), notify(), deliver()],
    ids=["sent again", "made ready", "told", "handed over at a window"],
)
def test_what_is_under_way_is_in_nobody_elses_hands(command: Command) -> None:
    given(review, *SENT).when(command).then_refused("review.under_way", naming="EMS1")
    given(review, *LOST).when(command).then_refused("review.result_lost", naming="EMS1")


def test_a_courier_delivers_what_was_handed_over_and_the_number_goes_with_it() -> None:
    given(review, *SENT).when(BY_COURIER).then(ARRIVED)
    given(review, *SENT).when(replace(BY_COURIER, tracking_number="EMS1")).then(ARRIVED)
    given(review, *SENT).when(replace(BY_COURIER, tracking_number="EMS9")).then_refused(
        "review.parcel_differs", naming="EMS1"
    )
    given(review, *READY).when(BY_COURIER).then_refused("review.not_dispatched")
    given(review, *SENT, ARRIVED).when(BY_COURIER).then()


def test_what_is_delivered_is_neither_sent_nor_lost_nor_made_out_anew() -> None:
    for command in (dispatch("EMS2"), undelivered(), reissue()):
        given(review, *SENT, ARRIVED).when(command).then_refused("review.already_delivered")
    for command in (dispatch(), undelivered(), reissue()):
        given(review, *ISSUED[:-1]).when(command).then_refused("review.not_issued")
        given(review, *ISSUED, revoked()).when(command).then_refused("review.result_revoked")


def test_an_item_that_is_not_sent_has_no_courier() -> None:
    at_the_window = FULL_ITEM.model_copy(update={"deliveries": ("village",)})
    given(decider(county(at_the_window)), *ISSUED).when(dispatch()).then_refused(
        "review.delivery_not_offered"
    )


def test_hands_follow_one_another_in_time() -> None:
    given(review, *ISSUED).when(dispatch(handed_at=later(0))).then_refused(
        "review.delivery_before_issue"
    )
    given(review, *ISSUED).when(dispatch(handed_at=later(10))).then_refused("review.held_in_future")
    early = later(2)
    for command in (
        undelivered(found_at=early),
        replace(BY_COURIER, delivered_at=early),
    ):
        given(review, *SENT).when(command).then_refused("review.custody_out_of_order")
    given(review, *RETURNED).when(dispatch("EMS2", later(3))).then_refused(
        "review.custody_out_of_order"
    )
    given(review, *RETURNED).when(dispatch("EMS2", later(4))).then(dispatched("EMS2", later(4)))


def test_what_comes_back_lies_ready_where_it_came_back_and_is_told_anew() -> None:
    given(review, *SENT).when(undelivered("returned")).then(failed("returned"))
    given(review, *RETURNED).when(undelivered("returned")).then()
    told = view(CASE, given(review, *RETURNED).state, step_id(4))
    assert (told["ready_place"], told["told"]) == (failed().organisation, False)
    assert "parcel" not in told
    given(review, *RETURNED).when(notify(later(8))).then(notified(later(8)))
    given(review, *RETURNED).when(deliver()).then(delivered())


def test_only_a_parcel_that_is_out_is_lost_and_once() -> None:
    given(review, *READY).when(undelivered()).then_refused("review.not_dispatched")
    given(review, *SENT).when(undelivered(tracking_number="EMS9")).then_refused(
        "review.parcel_differs"
    )
    given(review, *SENT).when(undelivered()).then(failed())
    given(review, *LOST).when(undelivered()).then()
    given(review, *LOST).when(undelivered(found_at=later(5))).then_refused("review.already_lost")


def test_what_was_lost_may_still_turn_up() -> None:
    given(review, *LOST).when(undelivered("returned", later(5))).then(failed("returned", later(5)))
    given(review, *LOST).when(BY_COURIER).then(ARRIVED)


def test_a_lost_result_is_made_out_anew_under_a_number_of_its_own() -> None:
    given(review, *LOST).when(reissue()).then(reissued())
    given(review, *LOST, reissued()).when(reissue()).then()
    assert is_document_number(reissued().document_number)
    assert reissued().document_number != issued().document_number
    for history in (ISSUED, SENT, RETURNED):
        given(review, *history).when(reissue()).then_refused("review.not_lost")
    given(review, *LOST, reissued()).when(reissue(later(8))).then_refused("review.not_lost")


def test_the_ten_days_stay_and_the_duplicate_is_to_be_delivered() -> None:
    before = view(CASE, given(review, *ISSUED).state, step_id(4))
    again = given(review, *LOST, reissued())
    after = view(CASE, again.state, step_id(4))
    assert after["deliver_by"] == before["deliver_by"]
    assert (after["duplicate"], after["document_number"]) == (1, reissued().document_number)
    assert (after["delivered"], after["ready_place"]) == (False, None)
    again.when(make_ready()).then(made_ready())
    again.when(deliver(delivered_at=later(5))).then_refused("review.delivery_before_issue")
    second = dispatched("EMS2", later(7), document_number=reissued().document_number)
    again.when(dispatch("EMS2", later(7))).then(second)


def test_the_duplicate_reads_as_the_lost_one_did_after_corrections() -> None:
    put_right = given(review, *ISSUED).when(correct(new="农村宅基地批准书")).events
    given(review, *ISSUED, *put_right, dispatched(), failed()).when(reissue()).then(
        reissued(name="农村宅基地批准书")
    )


def test_a_second_duplicate_has_a_third_number() -> None:
    number = reissued().document_number
    lost_again = (
        *LOST,
        reissued(),
        dispatched("EMS2", later(7), document_number=number),
        failed(found_at=later(8)).model_copy(update={"tracking_number": "EMS2"}),
    )
    given(review, *lost_again).when(reissue(later(9))).then(
        reissued(2, replaces=number, reissued_at=later(9))
    )


def test_the_duplicate_is_what_is_revoked() -> None:
    (event,) = given(review, *LOST, reissued()).when(revoke()).events
    assert event == revoked().model_copy(update={"document_number": reissued().document_number})


def test_a_parcel_is_told_of_where_it_is_decided_and_where_it_came_in() -> None:
    far = officer("village_clerk", OTHER_VILLAGE, "o-far")
    given(review, *READY).when(dispatch(actor=far)).then_refused("rights.denied")
    given(review, *SENT).when(undelivered(actor=far)).then_refused("rights.denied")
    given(review, *LOST).when(reissue(actor=far)).then_refused("rights.denied")
    assert given(review, *READY).when(dispatch(actor=CONVENER)).events


def test_the_step_shows_the_parcel() -> None:
    told = view(CASE, given(review, *LOST).state, step_id(4))
    assert told["parcel"] == {
        "by": "courier",
        "carrier": "邮政EMS",
        "tracking_number": "EMS1",
        "handed_at": "2025-03-03T01:03:00.000Z",
        "lost": True,
    }

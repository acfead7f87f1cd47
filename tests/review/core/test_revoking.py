"""撤销: a result that should not hold is taken back, once, and nothing is done with it after."""

from __future__ import annotations

import pytest

from schemas.events.base import Event
from services.review.core.commands import Command
from services.review.core.view import view
from tests.review.core.situations import (
    CHECKER,
    FULL_ITEM,
    checked,
    claimed,
    decided,
    received,
    review,
    step_id,
)
from tests.review.core.situations_of_results import (
    correct,
    deliver,
    delivered,
    issue,
    issued,
    make_ready,
    notify,
    revoke,
    revoked,
    to_deliver,
)
from tests.support.builders import CASE, LAND, later, officer
from tests.support.given import given

APPROVED: tuple[Event, ...] = (
    received(of=FULL_ITEM),
    claimed(),
    checked(),
    decided(),
    to_deliver(),
)
ISSUED = (*APPROVED, issued())
REVOKED = (*ISSUED, revoked())


@pytest.mark.parametrize("history", [ISSUED, (*ISSUED, delivered())])
def test_a_document_is_revoked_delivered_or_not(history: tuple[Event, ...]) -> None:
    given(review, *history).when(revoke()).then(revoked())


def test_nothing_is_revoked_that_was_not_issued() -> None:
    given(review, *APPROVED).when(revoke()).then_refused("review.not_issued")


def test_the_same_revocation_twice_is_one_whenever_it_comes() -> None:
    given(review, *REVOKED).when(revoke()).then()
    given(review, *REVOKED).when(revoke(at=later(90))).then()
    given(review, *REVOKED).when(revoke(basis="许可法第七十条")).then_refused(
        "review.already_revoked", naming=issued().document_number
    )


def test_a_clerk_revokes_nothing_nor_does_another_department() -> None:
    given(review, *ISSUED).when(revoke(CHECKER)).then_refused("rights.denied")
    far = officer("department_reviewer", LAND, "o-far")
    given(review, *ISSUED).when(revoke(far)).then_refused("rights.denied")
    chief = officer("chief_representative", "/qingyun/d-housing", "o-wu")
    given(review, *ISSUED).when(revoke(chief)).then(revoked())


@pytest.mark.parametrize("command", [make_ready(), notify(), deliver(), correct()])
def test_what_was_revoked_is_neither_handed_out_nor_corrected(command: Command) -> None:
    given(review, *REVOKED).when(command).then_refused("review.result_revoked")


def test_what_was_revoked_is_not_issued_again() -> None:
    given(review, *REVOKED).when(issue(later(9))).then_refused("review.already_issued")


def test_the_step_shows_what_holds_until_when_and_that_it_was_revoked() -> None:
    before = view(CASE, given(review, *ISSUED).state, step_id(4))
    assert before["deliver_by"] == "2025-03-17T09:30:00.000Z"
    assert before["revoked"] is None
    assert before["document"] == {
        "name": "建设用地批准书",
        "issued_at": "2025-03-03T01:01:00.000Z",
        "valid_from": "2025-03-03",
        "valid_until": "2027-03-02",
    }
    after = view(CASE, given(review, *REVOKED).state, step_id(4))
    assert after["revoked"] == {"how": "revoked", "at": "2025-03-03T01:01:00.000Z"}

"""网上预审: whether the papers of a draft will do; asked before it is handed in, answered once."""

from __future__ import annotations

from typing import Final

import pytest

from schemas.events.base import Event
from schemas.events.intake import PrecheckRequested
from schemas.facts import Limit
from schemas.values import Defect, Material
from services.intake.core.decide import decider
from tests.intake.core.situations import (
    CONSENT,
    NO_CONSENT,
    NO_IDENTITY,
    OUTSIDER,
    PHOTO,
    answer_precheck,
    attach,
    attached,
    detached,
    draft,
    drafted,
    intake,
    notified,
    notify,
    precheck_answered,
    precheck_requested,
    request_precheck,
    submit,
    submitted,
    supplement,
    supplemented,
    withdraw,
    withdrawn,
)
from tests.support.builders import PAPERS, at, county, item, later, term
from tests.support.given import given, refused

ASKED: Final[tuple[Event, ...]] = (drafted(), precheck_requested())
FOUND_FINE: Final[tuple[Event, ...]] = (*ASKED, precheck_answered())
FOUND_WANTING: Final[tuple[Event, ...]] = (*ASKED, precheck_answered(NO_CONSENT))
EXPIRED: Final = Defect(
    material="identity", problem="已过期", despite_precheck="预审后，身份证于三月四日到期"
)
DEARER: Final = (Material(code="identity", form="original", count=2), *PAPERS[1:])


def test_a_precheck_is_answered_within_one_working_day_and_starts_no_other_clock() -> None:
    given(intake, drafted()).when(request_precheck()).then(precheck_requested())
    given(intake, *ASKED).when(submit()).then(submitted())


def test_an_item_may_say_how_long_its_precheck_takes() -> None:
    slow = item(precheck=Limit(limit=3, unit="working_days"))
    own = decider(county(slow))
    given(own, drafted()).when(request_precheck()).then(
        precheck_requested(term=term(3, "2025-03-06 17:30", later(1)))
    )


def test_the_day_of_a_precheck_asked_for_before_a_holiday_is_the_next_working_day() -> None:
    eve = at("2025-04-03 16:00")  # 清明: Friday to Sunday
    outcome = given(intake, drafted()).when(request_precheck(at=eve))
    [asked] = outcome.events
    assert isinstance(asked, PrecheckRequested)
    assert asked.term.due_at == at("2025-04-07 17:30")


def test_a_precheck_says_that_the_papers_will_do_and_which_they_are() -> None:
    given(intake, *ASKED).when(answer_precheck()).then(precheck_answered())


def test_a_precheck_says_all_that_is_wrong_paper_by_paper() -> None:
    given(intake, *ASKED).when(answer_precheck(NO_CONSENT, NO_IDENTITY)).then(
        precheck_answered(NO_CONSENT, NO_IDENTITY, sound=())
    )


@pytest.mark.parametrize("defects", [(), (NO_IDENTITY,)])
def test_a_precheck_that_leaves_a_missing_paper_unsaid_is_refused(
    defects: tuple[Defect, ...],
) -> None:
    identity_only = drafted(materials=PAPERS[:1])
    given(intake, identity_only, precheck_requested()).when(answer_precheck(*defects)).then_refused(
        "intake.precheck_incomplete"
    )


def test_a_paper_that_lies_there_only_as_a_file_is_there() -> None:
    scanned = (
        drafted(materials=PAPERS[:1]),
        attached("consent"),
        attached("consent.2"),
        precheck_requested(),
    )
    given(intake, *scanned).when(answer_precheck()).then(precheck_answered())


def test_a_precheck_looks_at_what_is_there_and_not_yet_at_originals() -> None:
    shown = tuple(paper.model_copy(update={"form": "electronic"}) for paper in PAPERS)
    given(intake, drafted(materials=shown), precheck_requested()).when(answer_precheck()).then(
        precheck_answered()
    )


def test_a_precheck_names_only_papers_that_the_item_asks_for() -> None:
    given(intake, *ASKED).when(
        answer_precheck(Defect(material="bank-statement", problem="未提供"))
    ).then_refused("intake.material_not_listed", naming="bank-statement")


def test_a_precheck_is_answered_once() -> None:
    given(intake, *FOUND_FINE).when(answer_precheck()).then()
    given(intake, *FOUND_FINE).when(answer_precheck(NO_CONSENT)).then_refused(
        "intake.precheck_answered"
    )


def test_nobody_answers_what_was_not_asked() -> None:
    given(intake, drafted()).when(answer_precheck()).then_refused("intake.no_precheck")


def test_a_precheck_that_is_pending_is_not_asked_for_again() -> None:
    given(intake, *ASKED).when(request_precheck()).then()
    given(intake, *ASKED).when(request_precheck(at=later(5))).then_refused(
        "intake.precheck_pending"
    )


@pytest.mark.parametrize("found", [FOUND_FINE, FOUND_WANTING])
def test_an_unchanged_draft_is_not_looked_at_twice(found: tuple[Event, ...]) -> None:
    unchanged = refused("intake.precheck_unchanged")
    given(intake, *found).when(request_precheck(at=later(9))).then_refused(unchanged.code)
    put_back = (attached("consent"), detached("consent"))
    given(intake, *found, *put_back).when(request_precheck(at=later(9))).then_refused(
        unchanged.code
    )


@pytest.mark.parametrize("change", [drafted(materials=DEARER), attached("consent")])
def test_a_changed_draft_may_be_looked_at_again(change: Event) -> None:
    again = precheck_requested(ordinal=2, term=term(1, "2025-03-04 17:30", later(9)))
    given(intake, *FOUND_WANTING, change).when(request_precheck(at=later(9))).then(again)
    given(intake, *FOUND_WANTING, change, again).when(answer_precheck(at=later(10))).then(
        precheck_answered(ordinal=2)
    )


def test_a_draft_with_a_precheck_is_rewritten_attached_to_and_withdrawn_like_any_other() -> None:
    given(intake, *ASKED).when(draft(materials=CONSENT)).then(drafted(materials=CONSENT))
    given(intake, *ASKED).when(attach()).then(attached())
    given(intake, *ASKED).when(withdraw()).then(withdrawn())


def test_papers_found_fine_are_not_called_deficient_afterwards() -> None:
    handed_in = given(intake, *FOUND_FINE, submitted())
    handed_in.when(notify(NO_IDENTITY)).then_refused("intake.found_fine", naming="identity")
    handed_in.when(notify(NO_CONSENT, EXPIRED)).then_refused("intake.found_fine", naming="consent")


def test_what_has_changed_since_a_precheck_is_said_with_the_notice() -> None:
    given(intake, *FOUND_FINE, submitted()).when(notify(EXPIRED)).then(notified(EXPIRED))


def test_what_a_precheck_found_wanting_may_be_asked_for() -> None:
    given(intake, *FOUND_WANTING, submitted()).when(notify(NO_CONSENT)).then(notified(NO_CONSENT))


def test_an_original_of_which_only_a_picture_was_seen_may_be_asked_for() -> None:
    shown = tuple(paper.model_copy(update={"form": "electronic"}) for paper in PAPERS)
    seen = (drafted(materials=shown), precheck_requested(), precheck_answered())
    given(intake, *seen, submitted(materials=shown)).when(notify(NO_IDENTITY)).then(
        notified(NO_IDENTITY)
    )


@pytest.mark.parametrize(
    "changed",
    [
        (submitted(materials=DEARER),),
        (submitted(applicant_ref="p-ffffffffffffffffffffffff"),),
        (attached(), submitted()),
        (submitted(), attached(sha256=PHOTO)),
    ],
)
def test_a_paper_changed_since_its_precheck_is_looked_at_anew(changed: tuple[Event, ...]) -> None:
    given(intake, *FOUND_FINE, *changed).when(notify(NO_IDENTITY)).then(notified(NO_IDENTITY))


def test_a_paper_that_was_supplemented_is_looked_at_anew() -> None:
    late = (*FOUND_FINE, submitted(), notified(EXPIRED), supplemented())
    again = Defect(material="consent", problem="字迹不清")
    given(intake, *late).when(notify(again)).then(notified(again, ordinal=2))
    replaced = supplemented(materials=[Material(code="identity", form="original")])
    told = (*FOUND_FINE, submitted(), notified(EXPIRED), replaced)
    second = notified(NO_IDENTITY, ordinal=2, repeated=("identity",))
    given(intake, *told).when(notify(NO_IDENTITY)).then(second)


def test_after_handing_in_there_is_no_precheck_any_more() -> None:
    for state in ((submitted(),), (submitted(), notified())):
        given(intake, *state).when(request_precheck()).then_refused("intake.already_submitted")
        given(intake, *state).when(answer_precheck()).then_refused("intake.already_submitted")


def test_only_the_window_that_would_take_it_in_asks_and_answers() -> None:
    given(intake, drafted()).when(request_precheck(actor=OUTSIDER)).then_refused("rights.denied")
    given(intake, *ASKED).when(answer_precheck(actor=OUTSIDER)).then_refused("rights.denied")


def test_the_supplement_of_a_prechecked_case_is_taken_like_any_other() -> None:
    given(intake, *FOUND_FINE, submitted(), notified(EXPIRED)).when(supplement()).then(
        supplemented()
    )

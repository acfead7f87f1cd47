"""疑似重复: pointed out at submission, confirmed with a reason, recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from services.intake.core.commands import Likeness
from services.intake.core.likeness import counts_until
from tests.intake.core.situations import drafted, intake, submit, submitted
from tests.support.builders import MONDAY, OTHER_VILLAGE
from tests.support.given import given

EARLIER: Final = "01942a3b-0000-7000-8000-0000000000ee"
REASON: Final = "两处宅基地，分别申请"


def like(case_id: str = EARLIER, **changes: Any) -> Likeness:
    known = {"case_id": case_id, "case_number": "410322250301WZAFAD3KX", "status": "submitted"}
    return Likeness(**{**known, "organisation": OTHER_VILLAGE, "at": MONDAY, **changes})


def test_a_second_application_for_the_same_is_pointed_out() -> None:
    given(intake).when(submit(alike=(like(),))).then_refused(
        "intake.duplicate", naming="410322250301WZAFAD3KX（2025-03-03，/qingyun/t-anle/v-xiping）"
    )
    given(intake, drafted()).when(submit(alike=(like(),))).then_refused("intake.duplicate")


def test_many_of_them_still_fit_the_log() -> None:
    many = tuple(like(f"{EARLIER[:-2]}{n:02d}") for n in range(10, 30))
    given(intake).when(submit(alike=many)).then_refused("intake.duplicate", naming="等 20 件")


def test_it_is_handed_in_all_the_same_for_a_reason_and_both_are_recorded() -> None:
    given(intake).when(submit(alike=(like(),), duplicate_reason=REASON)).then(
        submitted(confirmed_duplicates=(EARLIER,), duplicate_reason=REASON)
    )


def test_a_confirmation_of_what_nobody_pointed_out_leaves_no_trace() -> None:
    given(intake).when(submit(duplicate_reason=REASON)).then(submitted())


def test_an_accepted_case_is_pointed_out_for_thirty_days_and_until_it_is_legally_due() -> None:
    assert counts_until(MONDAY, MONDAY + timedelta(days=3)) == MONDAY + timedelta(days=30)
    assert counts_until(MONDAY, MONDAY + timedelta(days=90)) == MONDAY + timedelta(days=90)

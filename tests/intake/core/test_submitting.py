"""Putting an application down and handing it in."""

from __future__ import annotations

import pytest

from schemas.values import Channel, Material
from services.intake.core.decide import decider
from services.kernel.decider import UnknownReference
from tests.intake.core.situations import (
    CONSENT,
    accept,
    accepted,
    draft,
    drafted,
    intake,
    notified,
    submit,
    submitted,
    supplement,
    supplemented,
    withdraw,
    withdrawn,
)
from tests.support.builders import (
    COUNTY,
    FORESTRY,
    HALL,
    HOUSING,
    MONDAY,
    OTHER_VILLAGE,
    PAPERS,
    TOWNSHIP,
    VILLAGE,
    at,
    county,
    item,
    later,
    officer,
    organisation,
    term,
)
from tests.support.given import given

BOSS = officer("department_clerk", COUNTY)


def test_an_application_is_answered_within_five_working_days() -> None:
    given(intake).when(submit()).then(submitted(answer=term(5, "2025-03-10 17:30")))


def test_the_holidays_of_the_notice_do_not_count_towards_the_answer() -> None:
    before_may_day = at("2025-04-29 16:00")
    given(intake).when(submit(at=before_may_day)).then(
        submitted(
            case_number="410322250429WZAFAD3KM",
            answer=term(5, "2025-05-09 17:30", before_may_day),
        )
    )


def test_papers_may_be_missing_when_it_is_handed_in() -> None:
    given(intake).when(submit(materials=())).then(submitted(materials=()))


def test_what_the_device_says_of_the_time_is_kept_and_starts_no_clock() -> None:
    captured_at = at("2025-03-01 20:00")
    given(intake).when(submit(captured_at=captured_at)).then(submitted(captured_at=captured_at))


def test_a_draft_can_be_written_anew_until_it_is_handed_in() -> None:
    started = given(intake, drafted())
    started.when(draft(materials=CONSENT)).then(drafted(materials=CONSENT))
    started.when(draft()).then()
    started.when(submit()).then(submitted())
    started.when(withdraw()).then(withdrawn())


def test_a_draft_stays_with_the_desk_where_it_was_put_down() -> None:
    started = given(intake, drafted())
    elsewhere = {"organisation": OTHER_VILLAGE, "actor": BOSS}
    started.when(draft(**elsewhere)).then_refused("intake.drafted_elsewhere", naming=VILLAGE)
    started.when(submit(**elsewhere)).then_refused("intake.drafted_elsewhere")


def test_an_application_handed_in_twice_is_handed_in_once() -> None:
    given(intake, submitted()).when(submit()).then()
    given(intake, submitted()).when(submit(at=later())).then_refused(
        "intake.already_submitted", naming="410322250303WZAFAD3KS"
    )


def test_what_comes_at_the_very_same_instant_is_still_told_apart() -> None:
    supplied = given(intake, submitted(), notified(), supplemented())
    supplied.when(submit(at=later(2))).then_refused("intake.already_submitted")
    given(intake, submitted()).when(supplement(at=MONDAY)).then_refused(
        "intake.nothing_to_supplement"
    )


def test_only_an_intake_clerk_of_the_desk_hands_it_in() -> None:
    given(intake).when(submit(actor=officer("inspector", COUNTY))).then_refused("rights.denied")
    given(intake).when(submit(actor=officer("village_clerk", OTHER_VILLAGE))).then_refused(
        "rights.denied"
    )
    given(intake).when(submit(actor=officer("township_clerk", TOWNSHIP))).then(submitted())


def test_an_item_is_not_taken_in_before_its_day() -> None:
    tomorrow = decider(county(item(valid_from="2025-03-04")))
    given(tomorrow).when(submit()).then_refused("intake.item_not_in_force", naming="2025-03-04")
    midnight = at("2025-03-04 00:00")
    given(tomorrow).when(submit(at=midnight)).then(
        submitted(case_number="410322250304WZAFAD3KN", answer=term(5, "2025-03-11 17:30", midnight))
    )


def test_a_cancelled_item_is_taken_in_no_more_and_the_document_is_named() -> None:
    by = {"change": "cancelled", "document": "青云政发〔2026〕3号"}
    cancelled = decider(county(item(authority_change=by)))
    given(cancelled).when(submit()).then_refused("intake.item_cancelled", naming="〔2026〕3号")
    given(cancelled).when(draft()).then_refused("intake.item_cancelled")
    # What was handed in before is worked to its end.
    given(cancelled, submitted()).when(accept()).then(accepted())


@pytest.mark.parametrize("change", ["devolved", "assumed", "restored"])
def test_an_item_that_another_level_decides_now_is_taken_in_like_any_other(change: str) -> None:
    by = {"change": change, "document": "青云政发〔2026〕3号"}
    given(decider(county(item(authority_change=by)))).when(submit()).then(submitted())


def test_what_the_negative_list_names_is_turned_away_with_its_reason_and_the_right_door() -> None:
    given(intake).when(submit(barred="须当面声明。")).then_refused(
        "intake.on_negative_list", naming="须当面声明。 请到：村便民服务室、乡镇便民服务中心"
    )
    given(intake).when(draft(barred="须当面声明。")).then_refused("intake.on_negative_list")


def test_an_item_is_taken_in_only_through_its_channels() -> None:
    online_only = decider(county(item(channels=["online"])))
    given(online_only).when(submit()).then_refused("intake.channel_closed", naming="网上办事")
    given(online_only).when(submit(channel="online")).then(submitted(channel="online"))


@pytest.mark.parametrize(
    ("organisation", "channel"),
    [
        (TOWNSHIP, "village"),
        (VILLAGE, "township"),
        (VILLAGE, "county"),
        (FORESTRY, "county"),
        ("/other/v-far", "village"),
    ],
)
def test_a_desk_takes_in_only_what_is_its_own(organisation: str, channel: Channel) -> None:
    given(intake).when(
        submit(
            item_code="joint",
            organisation=organisation,
            channel=channel,
            actor=officer("department_clerk", organisation),
        )
    ).then_refused("intake.organisation_not_competent")


@pytest.mark.parametrize("organisation", [HOUSING, HALL])
def test_the_county_takes_in_at_the_department_or_the_hall(organisation: str) -> None:
    joint = submit(organisation=organisation, channel="county", item_code="joint", actor=BOSS)
    given(intake).when(joint).then(
        submitted(organisation=organisation, channel="county", item_code="joint")
    )


def test_what_the_township_decides_cannot_come_in_at_the_county() -> None:
    above = submit(organisation=HALL, channel="county", actor=BOSS)
    given(intake).when(above).then_refused("intake.organisation_not_competent")


def test_what_the_township_only_forwards_can_come_in_above_it() -> None:
    above = {"organisation": HALL, "channel": "county", "item_code": "township-forwards"}
    given(intake).when(submit(**above, actor=BOSS)).then(submitted(**above))


def test_nothing_may_be_asked_for_that_the_item_does_not_list() -> None:
    unasked = (*PAPERS, Material(code="bank-statement"))
    given(intake).when(submit(materials=unasked)).then_refused(
        "intake.material_not_listed", naming="bank-statement"
    )
    given(intake).when(draft(materials=unasked)).then_refused("intake.material_not_listed")


def test_a_version_that_is_not_known_yet_is_a_fault_and_no_refusal() -> None:
    with pytest.raises(UnknownReference):
        given(intake).when(submit(item_version=2))


def test_the_answer_is_provisional_where_the_year_is_not_published() -> None:
    at_the_end = at("2026-12-30 10:00")
    given(intake).when(submit(at=at_the_end)).then(
        submitted(
            case_number="410322261230WZAFAD3KC",
            answer=term(5, "2027-01-06 17:30", at_the_end, provisional=True),
        )
    )


def test_nothing_new_is_begun_at_an_organisation_that_is_abolished() -> None:
    """What lay there before is finished by the officers of its successor (ADR 0024)."""
    gone = organisation(VILLAGE, closed_on="2025-03-03", successor=OTHER_VILLAGE)
    closed = decider(county(gone))
    day_before = at("2025-03-02 17:00")
    for act in (draft(), submit()):
        given(closed).when(act).then_refused("intake.organisation_not_competent", naming="撤销")
    given(closed).when(draft(at=day_before)).then(drafted())
    given(closed, drafted()).when(submit()).then(submitted())

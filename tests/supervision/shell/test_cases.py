"""Lists, one case and its trace, off the tables."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.events import intake, routing
from schemas.events.base import INTAKE
from schemas.values import Defect
from services.kernel.actor import Actor, Held
from services.supervision.shell.queries import CaseFilter, Scope
from services.supervision.shell.queries_cases import (
    case_by_number,
    list_cases,
    whole_case,
)
from services.supervision.shell.queries_cursor import BadCursor
from services.supervision.shell.queries_worklist import worklist
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, accepted, case_id, opened, refused, submitted
from tests.support.builders import (
    COUNTY,
    FORESTRY,
    HOUSING,
    MONDAY,
    OTHER_VILLAGE,
    PAPERS,
    TOWNSHIP,
    VILLAGE,
    at,
    term,
)

pytestmark = pytest.mark.engine
SCOPE = Scope((COUNTY,), imported=True)
NOW = at("2025-03-20 10:00")


def status_after(store: Store, *steps: str) -> str:
    log = Log()
    life = Life(log, 1)
    events = {
        "submit": lambda: life.say(submitted(), by="applicant"),
        "notify": lambda: life.say(
            intake.DeficiencyNotified(
                notice_number="N", ordinal=1, defects=(Defect(material="sketch", problem="缺"),)
            )
        ),
        "supplement": lambda: life.say(
            intake.MaterialsSupplemented(materials=PAPERS, answer=term(5))
        ),
        "accept": lambda: life.say(accepted()),
        "refuse": lambda: life.say(
            intake.CaseNotAccepted(reason="不属本县", basis="负面清单", remedy="复议")
        ),
        "withdraw": lambda: life.say(intake.ApplicationWithdrawn(reason="不办了")),
        "complete": lambda: life.say(routing.CaseCompleted(outcome="approved"), by="system"),
    }
    for step in steps:
        events[step]()
    project(store, log)
    return list_cases(store, SCOPE, CaseFilter(), NOW).items[0].status


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (["submit"], "submitted"),
        (["submit", "notify"], "deficiency_notified"),
        (["submit", "notify", "supplement"], "supplemented"),
        (["submit", "notify", "supplement", "notify"], "deficiency_notified"),
        (["submit", "accept"], "accepted"),
        (["submit", "refuse"], "not_accepted"),
        (["submit", "notify", "withdraw"], "withdrawn"),
        (["submit", "accept", "complete"], "completed"),
    ],
)
def test_the_status_is_put_together_from_all_streams(
    store: Store, steps: list[str], status: str
) -> None:
    assert status_after(store, *steps) == status


def test_no_deadline_runs_while_the_applicant_is_waited_for(store: Store) -> None:
    log = Log()
    life = Life(log, 1)
    life.submit()
    project(store, log)
    assert list_cases(store, SCOPE, CaseFilter(), NOW).items[0].due_at == at("2025-03-10 17:30")
    defects = (Defect(material="sketch", problem="缺"),)
    life.say(intake.DeficiencyNotified(notice_number="N", ordinal=1, defects=defects))
    insert(store, log.messages[1:])
    assert list_cases(store, SCOPE, CaseFilter(), NOW).items[0].due_at is None


def due_cases(*days: int) -> Log:
    log = Log()
    for number, day in enumerate(days, 1):
        log.add(case_id(number), submitted(number), by="applicant")
        event = accepted(number, promised=term(10, f"2025-03-{day} 17:30"))
        log.add(case_id(number), event)
    return log


def test_least_time_left_comes_first_and_settled_cases_last(store: Store) -> None:
    log = due_cases(25, 18, 21, 19)
    log.add(case_id(2), routing.CaseCompleted(outcome="approved"), by="system")
    project(store, log)
    page = list_cases(store, SCOPE, CaseFilter(), NOW)
    assert [c.case_id for c in page.items] == [case_id(n) for n in (4, 3, 1, 2)]


def test_pages_go_on_where_the_last_one_ended_also_among_equal_deadlines(store: Store) -> None:
    project(store, due_cases(*[20] * 7, *[21] * 4))
    seen: list[str] = []
    cursor = None
    while True:
        page = list_cases(store, SCOPE, CaseFilter(), NOW, cursor, limit=3)
        seen += [c.case_id for c in page.items]
        if (cursor := page.next) is None:
            break
    assert seen == [case_id(n) for n in range(1, 12)]


@pytest.mark.parametrize("cursor", ["", "x", "bm90IGpzb24", "WzFd", "WyJhIiwiYiIsImMiXQ"])
def test_a_cursor_that_was_never_given_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadCursor):
        list_cases(store, SCOPE, CaseFilter(), NOW, cursor)


def test_a_list_filters_by_subtree_status_item_number_and_text(store: Store) -> None:
    log = due_cases(20, 21)
    other = submitted(3, organisation=OTHER_VILLAGE, item_code="felling-permit")
    log.add(case_id(3), other, by="applicant")
    project(store, log)

    def found(**only: str) -> list[str]:
        page = list_cases(store, SCOPE, CaseFilter(**only), NOW)  # type: ignore[arg-type]  # filters of text only
        return [c.case_id for c in page.items]

    assert found(subtree=TOWNSHIP) == [case_id(1), case_id(2)]
    assert found(subtree="/qingyun/t-he") == []
    assert found(status="submitted") == [case_id(3)]
    assert found(item="felling-permit") == [case_id(3)]
    assert found(text="00000002") == [case_id(2)]
    assert found(text="%' OR 1=1 --") == []


def test_drafts_are_shown_to_those_who_ask_for_them(store: Store) -> None:
    log = Log()
    draft = intake.ApplicationDrafted(
        item_code="rural-house",
        item_version=1,
        organisation=VILLAGE,
        channel="village",
        applicant_ref="p-0123456789abcdef01234567",
        materials=PAPERS,
    )
    log.add(case_id(1), draft)
    project(store, log)
    assert list_cases(store, SCOPE, CaseFilter(), NOW).items == ()
    drafts = list_cases(store, SCOPE, CaseFilter(status="drafted"), NOW)
    assert [c.organisation for c in drafts.items] == [VILLAGE]


def whole_life() -> tuple[Log, Life]:
    log = Log()
    life = Life(log, 1)
    life.submit(notices=1)
    life.accept()
    life.say(refused(), by="o-zhao", topic=INTAKE)
    life.work(1, "opinion")
    life.work(2, "decide")
    life.say(opened(life.case, 3, HOUSING), by="system")
    return log, life


def test_a_page_tells_where_each_case_lies(store: Store) -> None:
    log, life = whole_life()
    project(store, log)
    page = list_cases(store, SCOPE, CaseFilter(), NOW)
    assert [s.organisation for s in page.holders[life.case]] == [HOUSING]


def test_one_case_has_its_steps_clocks_and_every_act_in_the_order_of_time(store: Store) -> None:
    log, life = whole_life()
    insert(store, log.messages[::-1], log.messages)
    found = whole_case(store, life.case)
    assert found is not None
    assert [(s.number, s.outcome) for s in found.steps] == [(1, "agreed"), (2, "approved"), (3, "")]
    assert found.clocks["promised"].due_at == at("2025-03-17 17:30")
    assert found.clocks["answer"].due_at == at("2025-03-12 17:30")
    assert [a.occurred_at for a in found.trace] == [
        MONDAY + n * timedelta(minutes=61, milliseconds=7) for n in range(len(log.messages))
    ]
    assert [a.officer_id for a in found.trace if a.type == "cn.cunban.action.refused.v1"] == [
        "o-zhao"
    ]
    assert found.trace[0].fact["case_number"] == "422800000001"
    versions = (found.case.intake_version, found.case.routing_version, found.case.review_version)
    assert versions == (5, 6, 6)


def test_a_case_is_found_by_its_number(store: Store) -> None:
    log, life = whole_life()
    project(store, log)
    found = case_by_number(store, "422800000001")
    assert found is not None
    assert found.case.case_id == life.case
    assert case_by_number(store, "422800000002") is None
    assert whole_case(store, case_id(77)) is None


LI = Actor(
    "o-li",
    COUNTY,
    (Held(FORESTRY, "department_reviewer"), Held(TOWNSHIP, "township_approver")),
)


def test_a_worklist_has_the_open_steps_of_the_officers_posts_soonest_first(store: Store) -> None:
    log = Log()
    for number, (where, role, due) in enumerate(
        [
            (FORESTRY, "department_reviewer", "2025-03-08 17:30"),
            (FORESTRY, "chief_representative", "2025-03-06 17:30"),
            (VILLAGE, "township_approver", "2025-03-07 17:30"),
            (HOUSING, "department_reviewer", "2025-03-06 17:30"),
        ],
        1,
    ):
        life = Life(log, number)
        life.submit()
        life.say(opened(life.case, 1, where, role=role, term=term(3, due)), by="system")
    project(store, log)
    page = worklist(store, LI, MONDAY)
    assert [(w.step.case_id, w.case_number) for w in page.items] == [
        (case_id(3), "422800000003"),
        (case_id(1), "422800000001"),
    ]
    first = worklist(store, LI, MONDAY, limit=1)
    second = worklist(store, LI, MONDAY, first.next, limit=1)
    assert [w.step.case_id for w in (*first.items, *second.items)] == [case_id(3), case_id(1)]
    assert second.next is None


def test_a_claimed_step_is_on_the_claimants_list_only_and_comes_back_when_released(
    store: Store,
) -> None:
    log = Log()
    life = Life(log, 1)
    life.submit()
    life.work(1, "release")
    *before, released = log.messages
    insert(store, before)
    where = whole_case(store, life.case)
    assert where is not None
    posts = (Held(where.steps[0].organisation, "department_reviewer"),)
    assert len(worklist(store, Actor("o-wang", COUNTY, posts), MONDAY).items) == 1
    assert worklist(store, Actor("o-li", COUNTY, posts), MONDAY).items == ()
    insert(store, [released])
    assert len(worklist(store, Actor("o-li", COUNTY, posts), MONDAY).items) == 1

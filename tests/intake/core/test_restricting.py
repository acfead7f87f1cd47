"""What a restriction does to a draft and to a submission."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from schemas.credit_facts import CreditRule
from schemas.values import Mandate, Restriction
from services.intake.core.credit.in_force import Restrictions
from services.intake.core.decide import decider
from services.intake.core.restricting import restraint_of
from services.intake.core.view import answer
from tests.intake.core.credit.situations import imposed, lifted
from tests.intake.core.situations import draft, drafted, intake, submit, submitted
from tests.support.builders import APPLICANT, CASE, COUNTY, county, credit_rule, envelope
from tests.support.given import given

TODAY: Final = date(2025, 3, 3)
ITEMS: Final = ("township-decides", "joint")
TOPICS: Final = ("building-a-rural-house", "having-a-child")


def restriction(**changes: Any) -> Restriction:
    return Restriction.model_validate(
        {
            "restriction_id": "r1",
            "of": "applicant",
            "kind": "false-papers",
            "rule_version": 1,
            "basis": "青监决〔2025〕3号",
            "imposed_by": COUNTY,
            "since": date(2025, 1, 1),
            "until": date(2026, 3, 2),
            **changes,
        }
    )


def rule(*effects: dict[str, Any]) -> CreditRule:
    return credit_rule(effects=list(effects))


WARNING: Final = rule({"of": "applicant", "restraint": "warn"})
BLOCKED_AGENT: Final = rule({"of": "agent", "restraint": "block"})


@pytest.mark.parametrize("history", [(), (drafted(),)])
def test_a_blocking_rule_refuses_and_says_by_which_decision_and_whom_to_ask(
    history: tuple[Any, ...],
) -> None:
    held = given(intake, *history)
    for command in (submit(restrictions=(restriction(),)), draft(restrictions=(restriction(),))):
        held.when(command).then_refused("intake.restricted", naming="青监决〔2025〕3号")
        held.when(command).then_refused("intake.restricted", naming="县信用窗口")


def test_a_warning_rule_takes_it_in_and_shows_the_clerk() -> None:
    warning = decider(county(WARNING))
    taken_in = given(warning).when(submit(restrictions=(restriction(),)))
    taken_in.then(submitted(restrictions=(restriction(),)))
    state = warning.evolve(warning.start, taken_in.events[0])
    shown = answer(CASE, state, taken_in.events)["warnings"]
    assert shown == [restriction().model_dump(mode="json")]
    assert "warnings" not in answer(CASE, state, ())
    given(warning).when(draft(restrictions=(restriction(),))).then(drafted())


def test_an_agent_is_restricted_as_agent_only() -> None:
    barred = decider(county(BLOCKED_AGENT))
    as_agent = submit(
        agent_ref="p-00000000000000000000000a",
        mandate=Mandate(kind="public_office"),
        restrictions=(restriction(of="agent"),),
    )
    given(barred).when(as_agent).then_refused("intake.restricted", naming="代办人")
    given(barred).when(submit(restrictions=(restriction(),))).then(submitted())


def test_what_has_lapsed_or_not_begun_does_not_bind() -> None:
    for days in ({"until": date(2025, 3, 2)}, {"since": date(2025, 3, 4)}):
        given(intake).when(submit(restrictions=(restriction(**days),))).then(submitted())
    for days in ({"until": TODAY}, {"since": TODAY}):
        blocked = given(intake).when(submit(restrictions=(restriction(**days),)))
        blocked.then_refused("intake.restricted")


def test_a_rule_that_names_items_touches_no_other() -> None:
    for effect, blocked in (
        ({"items": ["township-decides"]}, True),
        ({"items": ["joint"]}, False),
        ({"topics": ["having-a-child"]}, True),
        ({"topics": ["building-a-rural-house"]}, False),
        ({"items": ["joint"], "topics": ["having-a-child"]}, True),
    ):
        narrow = decider(county(rule({"of": "applicant", "restraint": "block", **effect})))
        outcome = given(narrow).when(
            submit(restrictions=(restriction(),), item_topics=("having-a-child",))
        )
        assert (outcome.refusal is not None) == blocked


def test_blocking_outranks_warning_in_whatever_order_the_rule_says_them() -> None:
    effects = ({"of": "applicant", "restraint": "warn"}, {"of": "applicant", "restraint": "block"})
    for ordered in (effects, effects[::-1]):
        found = restraint_of(rule(*ordered), restriction(), "joint", (), TODAY)
        assert found == "block"


effects_drawn = st.fixed_dictionaries(
    {
        "of": st.sampled_from(["applicant", "agent"]),
        "items": st.lists(st.sampled_from(ITEMS), max_size=2),
        "topics": st.lists(st.sampled_from(TOPICS), max_size=2),
        "restraint": st.sampled_from(["block", "warn"]),
    }
)


@drawn(
    st.lists(effects_drawn, min_size=1, max_size=4),
    st.sampled_from(["applicant", "agent"]),
    st.integers(-3, 3),
    st.integers(0, 3),
    st.text(min_size=1, max_size=20),
)
def test_the_verdict_depends_on_rule_kind_and_dates_alone(
    effects: list[dict[str, Any]], of: str, since: int, days: int, basis: str
) -> None:
    begins = TODAY + timedelta(days=since)
    held = restriction(of=of, since=begins, until=begins + timedelta(days=days))
    found = restraint_of(rule(*effects), held, "joint", ("having-a-child",), TODAY)
    # Nothing that tells of the decision, its place or its number moves it.
    other = held.model_copy(update={"basis": basis, "restriction_id": "r9", "imposed_by": "/x"})
    assert restraint_of(rule(*effects), other, "joint", ("having-a-child",), TODAY) == found
    assert restraint_of(rule(*effects[::-1]), held, "joint", ("having-a-child",), TODAY) == found
    named = [
        e["restraint"]
        for e in effects
        if e["of"] == of
        and (
            not (e["items"] or e["topics"])
            or "joint" in e["items"]
            or "having-a-child" in e["topics"]
        )
    ]
    in_force = since <= 0 <= since + days
    expected = None if not (in_force and named) else "block" if "block" in named else "warn"
    assert found == expected


def test_who_is_restricted_today_follows_from_the_stream() -> None:
    fold = Restrictions()
    assert fold.in_force(APPLICANT, TODAY) == ()
    fold.take(envelope(imposed()))
    fold.take(envelope(imposed(2, basis="另一决定", until=date(2025, 3, 3))))
    assert [r.restriction_id for r in fold.in_force(APPLICANT, TODAY)] == ["r1", "r2"]
    assert [r.restriction_id for r in fold.in_force(APPLICANT, date(2025, 3, 4))] == ["r1"]
    assert fold.in_force(APPLICANT, date(2025, 3, 2)) == ()
    fold.take(envelope(lifted(1)))
    assert [r.restriction_id for r in fold.in_force(APPLICANT, TODAY)] == ["r2"]
    fold.take(envelope(lifted(2)))
    fold.take(envelope(lifted(2)))
    assert fold.in_force(APPLICANT, TODAY) == ()

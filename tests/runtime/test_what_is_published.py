"""What `reference apply` adds, changes, retires and leaves alone."""

from __future__ import annotations

from datetime import date

from services.kernel.reference_book import fact_key
from services.runtime.reference_topic import (
    Publication,
    compare,
)
from tests.runtime.test_reference_topic import ACCOUNT, FACTS, OFFICER, keyed
from tests.support.builders import item, organisation


def test_what_is_not_there_is_added_and_what_is_named_comes_before_who_names_it() -> None:
    added = [fact_key(f) for f in compare({}, FACTS).added]
    kinds = [key.partition("/")[0] for key in added]
    assert kinds == ["organisation", "officer", "account", "item"]


def test_what_is_there_already_is_left_alone() -> None:
    assert compare(keyed(*FACTS), FACTS).empty


def test_what_differs_is_changed() -> None:
    renamed = organisation("/qingyun", name="青云县")
    assert compare(keyed(*FACTS), (item(), renamed, OFFICER, ACCOUNT)) == Publication(
        changed=(renamed,)
    )


def test_accounts_are_retired_before_their_officers() -> None:
    gone = compare(keyed(*FACTS), FACTS[:2])
    assert gone.retired == ("account/leader/1", "officer/o-001/1")


def test_what_open_cases_rest_on_is_never_withdrawn() -> None:
    gone = compare(keyed(*FACTS), (OFFICER, ACCOUNT))
    assert gone.empty
    assert set(gone.kept) == {"item/township-decides/1", "organisation/qingyun/1"}


def test_a_published_version_may_not_change() -> None:
    other = item(name="另一事项")
    refused = compare(keyed(*FACTS), (other, *FACTS[1:]))
    assert refused.altered == ("item/township-decides/1",)
    assert refused.empty


def test_a_raised_version_stands_beside_the_former_one() -> None:
    second = item(version=2, valid_from=date(2026, 1, 1))
    assert compare(keyed(*FACTS), (*FACTS, second)) == Publication(added=(second,))


def test_an_unreadable_fact_of_the_same_key_is_written_anew_unless_it_is_a_version() -> None:
    broken = {**keyed(*FACTS), "officer/o-001/1": b"{", "item/township-decides/1": b"{"}
    found = compare(broken, FACTS)
    assert found.changed == (OFFICER,)
    assert found.altered == ("item/township-decides/1",)


def test_facts_of_a_kind_that_a_later_program_knows_are_left_alone() -> None:
    assert compare({**keyed(*FACTS), "rule/warn/1": b"{}"}, FACTS) == Publication()

"""Every word of the contract has its Chinese one."""

import re
from collections import Counter
from importlib import resources
from typing import Any, get_args

import pytest

from schemas import check_values, credit_facts, facts, values, window_facts
from schemas.glossary import entries, glossary
from schemas.json_schema import FORMS, schema_of

TEXT = resources.files("schemas").joinpath("GLOSSARY.md").read_text("utf-8")


def words_in(part: Any) -> set[str]:
    """Give the values of every closed list in a schema."""
    if isinstance(part, list):
        return set().union(*map(words_in, part))
    if not isinstance(part, dict):
        return set()
    own = {*part.get("enum", ()), *([part["const"]] if "const" in part else [])}
    return own.union(*map(words_in, part.values()))


@pytest.mark.parametrize("name", FORMS)
def test_every_event_and_fact_with_its_parts_and_closed_values_is_in_the_glossary(
    name: str,
) -> None:
    schema = schema_of(name)
    wanted = {FORMS[name].__name__, *schema.get("$defs", {}), *words_in(schema)}
    assert wanted - glossary().keys() == set()


@pytest.mark.parametrize(
    "closed",
    [
        values.Role,
        values.StepOutcome,
        values.CaseOutcome,
        values.Duty,
        values.Channel,
        values.ItemKind,
        values.RouteShape,
        values.LimitUnit,
    ],
)
def test_every_role_outcome_duty_and_channel_is_in_the_glossary(closed: Any) -> None:
    assert get_args(closed)
    assert set(get_args(closed)) - glossary().keys() == set()


def test_every_term_stands_once() -> None:
    counted = Counter(entry.term for entry in entries(TEXT))
    assert [term for term, times in counted.items() if times > 1] == []


def test_every_term_has_a_chinese_word_a_meaning_and_a_source() -> None:
    for entry in entries(TEXT):
        assert re.search(r"[\u4e00-\u9fff]", entry.zh), entry
        assert entry.meaning, entry
        assert re.match(r"–|00[0-4]|ALL \d|CC \d|CE |51$|[\u4e00-\u9fff]", entry.source), entry


def test_every_code_term_names_something_that_exists() -> None:
    code = set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE))
    known = {form.__name__ for form in FORMS.values()} | {"applicant", "system"}
    known |= set().union(*(words_in(schema_of(name)) for name in FORMS))
    modules = (values, check_values, facts, window_facts, credit_facts)
    known |= {n for module in modules for n in vars(module)}
    assert code - known == set()


def test_no_row_of_a_table_is_malformed() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("|")]
    heads = sum(line.startswith(("| term", "| ---")) for line in rows)
    assert len(entries(TEXT)) == len(rows) - heads

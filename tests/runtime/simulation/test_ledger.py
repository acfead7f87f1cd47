"""The ledger holds every acknowledged command, and counts what the tables are to show."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from services.runtime.simulation.ledger import (
    Acknowledged,
    CaseStands,
    Ledger,
    acts_and_refusals,
    by_organisation,
    by_topic,
)
from services.runtime.simulation.plan import Way

CASE = "01a1fbec-82fb-7e61-926c-e07cd30d3562"


def answered(case_id: str = CASE) -> Acknowledged:
    return Acknowledged(
        command_id="01a1fbec-0000-7000-8000-000000000000",
        officer_id="o-001",
        service="intake",
        path="/v1/applications",
        status=201,
        code="",
        version=1,
        case_id=case_id,
        tries=1,
        at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
    )


def stands(organisation: str, way: Way) -> CaseStands:
    return CaseStands(CASE, "village-records", "village_decides", organisation, way, ())


def test_each_line_is_in_the_file_at_once_where_every_line_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    ledger = Ledger(file, every_line=True)
    ledger.note(answered())
    (line,) = file.read_text().splitlines()
    ledger.close()
    told = json.loads(line)
    assert told["kind"] == "acknowledged"
    assert told["at"] == "2026-11-20T08:00:00Z"
    assert told["case_id"] == CASE


def test_closed_it_has_every_line_and_a_later_run_adds_to_it(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    for _ in range(2):
        ledger = Ledger(file)
        for _ in range(70):
            ledger.note(answered())
        ledger.note(stands("/q/t/v", "approved"))
        ledger.close()
    assert len(file.read_text().splitlines()) == 142


def test_without_a_file_it_is_kept_in_memory_only() -> None:
    ledger = Ledger()
    ledger.note(answered())
    ledger.note(stands("/q/t/v", "approved"))
    ledger.close()
    assert (len(ledger.acknowledged), len(ledger.cases)) == (1, 1)


def test_cases_count_where_they_were_accepted_and_only_if_they_were() -> None:
    cases = [
        stands("/q/t/b", "left_open"),
        stands("/q/t/b", "rejected"),
        stands("/q/t/a", "approved"),
        stands("/q/t/a", "withdrawn"),
        stands("/q/t/a", "not_accepted"),
    ]
    assert by_organisation(cases) == {
        "/q/t/a": {"accepted": 1, "completed": 1, "open": 0},
        "/q/t/b": {"accepted": 2, "completed": 1, "open": 1},
    }


def test_families_are_counted_once_however_many_cases_they_have() -> None:
    one = replace(stands("/q/t/a", "approved"), topic="having-a-child", family="f1")
    other = replace(one, family="f2", topic="opening-a-small-shop")
    assert by_topic([one, one, other, replace(one, family="f3"), stands("/q/t/a", "approved")]) == {
        "having-a-child": 2,
        "opening-a-small-shop": 1,
    }


def test_acts_are_counted_by_their_path_or_by_what_it_does_not_tell_and_refusals_by_code() -> None:
    file = replace(answered(), path="/v1/applications/x/attachments/identity.1", act="attach")
    lines = [
        *(answered(), file, replace(file, act="detach"), replace(file, code="rights.denied")),
        replace(answered(), path="/v1/appointments"),
        replace(answered(), path="/v1/routes/x/take-over"),
    ]
    acts, refusals = acts_and_refusals(lines)
    assert acts == {"attach": 1, "book": 1, "detach": 1, "submit": 1, "take-over": 1}
    assert refusals == {"rights.denied": 1}

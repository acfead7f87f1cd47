"""Is a document genuine, and does it hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest

from services.kernel.identifiers import document_number, paper_number
from services.supervision.core.verifying import masked, verified
from tests.support.builders import CASE, HOUSING, MONDAY, later

NUMBER = "410322250303WZAFAD3KS"
RESULT = document_number(CASE, "410322105207", 2025)
TODAY = date(2025, 6, 1)


@dataclass(frozen=True)
class Told:
    type: str
    fact: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime = MONDAY
    organisation: str = HOUSING


SUBMITTED = Told("cn.cunban.application.submitted.v1")
NOTIFIED = "cn.cunban.application.deficiency-notified.v2"
STOPPED = Told("cn.cunban.clock.stopped.v1")
DECIDED = "cn.cunban.step.decided.v1"


def issued(until: str | None = "2026-03-02") -> Told:
    fact = {"document_number": RESULT, "name": "建房许可证", "valid_from": "2025-03-03"}
    return Told("cn.cunban.result.issued.v1", {**fact, "valid_until": until})


def test_a_receipt_is_known_by_the_case_number_alone() -> None:
    found = verified(NUMBER, [SUBMITTED], TODAY)
    assert found is not None
    assert (found.kind, found.standing, found.issued_by) == ("receipt", "in_force", HOUSING)
    assert found.issued_at == MONDAY


@pytest.mark.parametrize("kind", ["acceptance", "refusal", "extension", "decision", "stop"])
def test_what_was_never_issued_is_not_verified(kind: Any) -> None:
    assert verified(paper_number(NUMBER, kind), [SUBMITTED], TODAY) is None
    assert verified(RESULT, [SUBMITTED, issued()][:1], TODAY) is None
    assert verified("X", [SUBMITTED, issued()], TODAY) is None


def test_each_notice_is_known_by_its_own_number() -> None:
    first, second = (paper_number(NUMBER, "deficiency", n) for n in (1, 2))
    trace = [Told(NOTIFIED, {"notice_number": first}, later(1))]
    assert verified(first, trace, TODAY) is not None
    assert verified(second, trace, TODAY) is None


def test_the_second_stop_is_not_the_first() -> None:
    trace = [STOPPED, Told(STOPPED.type, {}, later(5))]
    found = verified(paper_number(NUMBER, "stop", 2), trace, TODAY)
    assert found is not None
    assert found.issued_at == later(5)
    assert verified(paper_number(NUMBER, "stop", 3), trace, TODAY) is None


def test_a_decision_is_of_its_step_and_forwarding_is_none() -> None:
    trace = [
        Told(DECIDED, {"step_id": f"{CASE}.1", "outcome": "forwarded"}),
        Told(DECIDED, {"step_id": f"{CASE}.2", "outcome": "approved"}),
    ]
    assert verified(paper_number(NUMBER, "decision", 1), trace, TODAY) is None
    assert verified(paper_number(NUMBER, "decision", 2), trace, TODAY) is not None


@pytest.mark.parametrize(
    ("until", "standing"),
    [("2025-06-01", "in_force"), ("2025-05-31", "expired"), (None, "in_force")],
)
def test_a_result_holds_through_its_last_day(until: str | None, standing: str) -> None:
    found = verified(RESULT, [issued(until)], TODAY)
    assert found is not None
    assert (found.standing, found.name) == (standing, "建房许可证")
    assert found.valid_until == (date.fromisoformat(until) if until else None)


def test_a_result_that_was_revoked_says_since_when() -> None:
    revoked = Told("cn.cunban.result.revoked.v1", {"document_number": RESULT}, later(9))
    found = verified(RESULT, [issued("2025-05-31"), revoked], TODAY)
    assert found is not None
    assert (found.standing, found.revoked_at) == ("revoked", later(9))


def test_a_lost_copy_is_replaced_and_its_duplicate_holds_under_its_own_number() -> None:
    other = document_number(CASE, "410322105207", 2025, 1)
    fact = {"document_number": other, "replaces": RESULT, "name": "建房许可证"}
    days = {"valid_from": "2025-03-03", "valid_until": "2026-03-02"}
    reissued = Told("cn.cunban.result.reissued.v1", {**fact, **days}, later(9))
    trace = [issued(), reissued]
    first, second = verified(RESULT, trace, TODAY), verified(other, trace, TODAY)
    assert first is not None
    assert second is not None
    assert (first.standing, first.replaced_at) == ("replaced", later(9))
    assert (second.standing, second.replaced_at) == ("in_force", None)
    assert second.issued_at == later(9)
    revoked = Told("cn.cunban.result.revoked.v1", {"document_number": other}, later(20))
    first, second = (verified(n, [*trace, revoked], TODAY) for n in (RESULT, other))
    assert first is not None
    assert second is not None
    assert (first.standing, second.standing) == ("replaced", "revoked")


def test_a_corrected_result_is_told_as_it_reads_now() -> None:
    corrected = {"document_number": RESULT, "what": "valid_until", "old": "2025-05-31"}
    trace = [
        issued("2025-05-31"),
        Told("cn.cunban.result.corrected.v1", {**corrected, "new": "2027-03-02"}),
    ]
    found = verified(RESULT, trace, TODAY)
    assert found is not None
    assert (found.valid_until, found.standing) == (date(2027, 3, 2), "in_force")


@pytest.mark.parametrize(
    ("name", "read"),
    [("张明", "张*"), ("张晓明", "张*明"), ("王𠮷", "王*"), ("欧阳晓明", "欧**明"), ("张", "张*")],
)
def test_everybody_reads_a_name_masked(name: str, read: str) -> None:
    assert masked(name) == read

"""公众查询: what is left for the villager to do, as the trace of the case tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from services.kernel.reference_book import ReferenceBook
from services.supervision.shell.public_told import to_collect, to_supplement
from services.supervision.shell.queries_cases import Act, Case, WholeCase
from tests.supervision.streams import case_id
from tests.support.builders import TOWNSHIP, VILLAGE, at, item, organisation

NOTICE = "cn.cunban.application.deficiency-notified"
READY = ("cn.cunban.result.ready.v1", VILLAGE, {"ready_at": "2025-03-10T02:00:00Z"})
_MOMENTS = (
    "submitted_at",
    "accepted_at",
    "completed_at",
    "ended_at",
    "answer_due_at",
    "promised_due_at",
    "legal_due_at",
    "due_at",
)
_WORDS = (
    "source",
    "case_number",
    "kind",
    "department",
    "officer_id",
    "channel",
    "applicant_ref",
    "outcome",
    "shape",
)
Told = tuple[str, str, Mapping[str, Any]]


def book() -> ReferenceBook:
    made = ReferenceBook()
    made.add(item(), organisation(VILLAGE), organisation(TOWNSHIP))
    return made


def whole(status: str, *told: Told) -> WholeCase:
    moments: dict[str, datetime | None] = dict.fromkeys(_MOMENTS)
    words = dict.fromkeys(_WORDS, "")
    case = Case(
        **{**words, **moments},  # type: ignore[arg-type]  # two kinds of columns in one dict
        case_id=case_id(1),
        item=item().code,
        item_version=1,
        organisation=VILLAGE,
        status=status,
        provisional=False,
        intake_version=1,
        routing_version=0,
        review_version=0,
    )
    trace = tuple(
        Act("t", n, f"e-{n}", kind, at("2025-03-10 10:00"), "o-001", place, fact)
        for n, (kind, place, fact) in enumerate(told, 1)
    )
    return WholeCase(case, {}, (), trace)


def notice(number: str, code: str) -> Told:
    defects = [{"material": code, "problem": "王五的签名缺失"}, {"material": code, "problem": "二"}]
    return (f"{NOTICE}.v2", VILLAGE, {"notice_number": number, "defects": defects})


def test_the_papers_of_the_last_notice_are_named_once_and_what_is_wrong_with_them_is_not() -> None:
    wanted = item().materials[0]
    told = to_supplement(
        book(), whole("deficiency_notified", notice("B1", "x"), notice("B2", wanted.code))
    )
    assert told == {
        "notice_number": "B2",
        "notified_at": at("2025-03-10 10:00"),
        "materials": [wanted.name],
    }


def test_a_notice_of_the_first_form_is_read_too() -> None:
    first = (f"{NOTICE}.v1", VILLAGE, {"notice_number": "B1", "missing": ["户口簿"]})
    told = to_supplement(book(), whole("deficiency_notified", first))
    assert told is not None
    assert told["materials"] == ["户口簿"]


@pytest.mark.parametrize("status", ["submitted", "supplemented", "accepted", "withdrawn"])
def test_nothing_is_wanted_of_whoever_was_not_asked_or_has_answered(status: str) -> None:
    assert to_supplement(book(), whole(status, notice("B1", "x"))) is None


def test_a_result_is_collected_where_it_lies_last() -> None:
    moved = ("cn.cunban.result.ready.v1", TOWNSHIP, {"ready_at": "2025-03-11T02:00:00Z"})
    notified = ("cn.cunban.result.ready-notified.v1", VILLAGE, {"way": "phone"})
    told = to_collect(book(), whole("completed", READY, moved, notified))
    assert told == {
        "place": organisation(TOWNSHIP).name,
        "ready_at": "2025-03-11T02:00:00Z",
        "delivered_at": None,
    }


def test_what_was_delivered_says_when() -> None:
    given = ("cn.cunban.result.delivered.v1", VILLAGE, {"delivered_at": "2025-03-12T02:00:00Z"})
    told = to_collect(book(), whole("completed", READY, given))
    assert told is not None
    assert told["delivered_at"] == "2025-03-12T02:00:00Z"


@pytest.mark.parametrize(
    "acts",
    [
        (),
        (("cn.cunban.result.issued.v1", TOWNSHIP, {}),),
        (READY, ("cn.cunban.result.revoked.v1", TOWNSHIP, {})),
    ],
)
def test_what_is_not_ready_or_holds_no_more_is_not_collected(acts: tuple[Told, ...]) -> None:
    assert to_collect(book(), whole("completed", *acts)) is None

"""From records of a stream to the events that a fold takes: each once, in order, if readable."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from schemas.codec import encode
from schemas.envelope import Envelope
from schemas.events.base import CREDIT, Event
from services.intake.core.credit.in_force import Restrictions
from services.intake.shell.folds import events_to
from services.intake.shell.met_restrictions import met_restrictions
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock
from tests.intake.core.credit.situations import imposed, lifted
from tests.support.builders import APPLICANT, credit_rule, envelope


def record(sequence: int, event: Event, offset: int) -> SimpleNamespace:
    written = encode(envelope(event)._replace(key=APPLICANT, sequence=sequence))
    return SimpleNamespace(
        topic=CREDIT,
        partition=0,
        offset=offset,
        key=written.key,
        value=written.value,
        headers=written.headers,
    )


def test_a_record_that_comes_twice_is_taken_once() -> None:
    seen: list[Envelope[Event]] = []
    take = events_to(seen.append)
    records = [record(1, imposed(), 0), record(2, lifted(), 1)]
    for one in (*records, *records):
        take(one)
    assert [found.sequence for found in seen] == [1, 2]


def test_what_cannot_be_read_is_passed_over() -> None:
    seen: list[Envelope[Event]] = []
    take = events_to(seen.append)
    broken = record(1, imposed(), 0)
    broken.value = b"{"
    take(broken)
    take(record(1, imposed(), 1))
    assert [found.sequence for found in seen] == [1]


def test_a_submission_meets_what_is_in_force_of_both_with_the_version_of_the_rule() -> None:
    today = clock.now().date()
    book = ReferenceBook([credit_rule(), credit_rule(version=2, valid_from="2025-06-01")])
    fold = Restrictions()
    take = events_to(fold.take)
    take(record(1, imposed(since=today, until=today + timedelta(days=365)), 0))
    take(record(2, imposed(2, kind="no-such-rule", since=today, until=today), 1))
    as_agent = met_restrictions(book, fold, "any", "p-00000000000000000000000a", APPLICANT)
    (found,) = as_agent["restrictions"]
    assert (found.of, found.rule_version, found.restriction_id) == ("agent", 2, "r1")
    both = met_restrictions(book, fold, "any", APPLICANT, APPLICANT)["restrictions"]
    assert [r.of for r in both] == ["applicant", "agent"]
    nobody = met_restrictions(book, fold, "any", "p-00000000000000000000000a", None)
    assert nobody == {"restrictions": (), "item_topics": ()}

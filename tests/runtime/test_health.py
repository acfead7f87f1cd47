"""Readiness: what is missing, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.runtime.health import Health, Missing

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Watch:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = NINE

    def __call__(self) -> datetime:
        return self.at

    def move(self, minutes: int) -> datetime:
        self.at += timedelta(minutes=minutes)
        return self.at


def test_a_process_is_not_ready_before_all_that_it_expects_is_there() -> None:
    health = Health(Watch())
    health.expect("kafka", "reference")
    health.up("kafka")
    assert [check.name for check in health.missing()] == ["reference"]
    health.up("reference")
    assert health.ready


def test_an_outage_keeps_its_first_instant_though_its_description_changes() -> None:
    watch = Watch()
    health = Health(watch)
    health.up("kafka")
    began = watch.move(1)
    health.down("kafka", "no answer")
    watch.move(5)
    health.down("kafka", "still no answer")
    assert health.missing() == (Missing("kafka", began, "still no answer"),)


def test_a_second_outage_has_an_instant_of_its_own() -> None:
    watch = Watch()
    health = Health(watch)
    health.down("store", "away")
    watch.move(1)
    health.up("store")
    again = watch.move(1)
    health.down("store", "away")
    assert health.missing()[0].since == again


def test_what_is_missing_longest_comes_first() -> None:
    watch = Watch()
    health = Health(watch)
    health.down("store", "away")
    watch.move(1)
    health.down("kafka", "away")
    assert [check.name for check in health.missing()] == ["store", "kafka"]


def test_expecting_again_does_not_take_down_what_is_up() -> None:
    health = Health(Watch())
    health.up("kafka")
    health.expect("kafka")
    assert health.ready

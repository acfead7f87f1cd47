"""What a benchmark says must follow from what it measured."""

from __future__ import annotations

import pytest

from tests.bench.figures import Bar, Finding, Series, percentile, written


def test_a_bar_holds_at_its_very_limit_in_either_sense() -> None:
    assert Bar("rate", 8_000, 8_000, "at least").holds
    assert Bar("p99", 2.0, 2.0, "at most").holds


def test_one_missed_bar_is_a_missed_benchmark() -> None:
    finding = Finding("loop")
    finding.bars += [Bar("rate", 9_000, 8_000, "at least"), Bar("ratio", 0.39, 0.4, "at least")]
    assert not finding.holds
    assert "| ratio | 0.39 | at least 0.4 | **MISSED** |" in finding.markdown()


def test_what_was_skipped_says_why_and_fails_nothing() -> None:
    finding = Finding("stack", skipped="needs 4 GiB of free memory")
    assert finding.holds
    assert "SKIPPED: needs 4 GiB" in finding.markdown()
    assert finding.as_json()["skipped"] == "needs 4 GiB of free memory"


def test_a_figure_is_told_by_its_median_and_its_extremes() -> None:
    series = Series("ours", "commands/s", (12_000.0, 9_000.0, 15_000.0))
    assert series.row() == "| ours | 12,000 | 9,000 – 15,000 | commands/s |"


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 51.0), (0.99, 100.0), (1.0, 100.0)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == expected


def test_small_figures_keep_three_digits_and_large_ones_have_commas() -> None:
    assert [written(v) for v in (0.4071, 5.328, 99.42, 12_689.4)] == [
        "0.407",
        "5.33",
        "99.4",
        "12,689",
    ]

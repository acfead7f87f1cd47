"""Metrics: a closed list, bounded labels, all of them documented."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.runtime import metrics
from services.runtime.metric_names import (
    METRICS,
    PREFIX,
    Counted,
    Distributed,
    Measured,
    MetricName,
)

DOC = Path(__file__).parents[2] / "docs" / "metrics.md"


def sample(name: str, **labels: str) -> float:
    """Give what stands there; 0 where nothing was measured yet."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    found = (
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == PREFIX + name and sample.labels == labels
    )
    return next(found, 0.0)


def test_what_is_counted_set_and_observed_can_be_read() -> None:
    # Others in this process may have measured something before.
    counted = sample("reactions_total", service="routing", outcome="emitted")
    lasted = sample("transaction_seconds_sum", service="intake")
    metrics.count("reactions", 3, service="routing", outcome="emitted")
    metrics.set_gauge("partition_lag", 12, group="g", topic="t", partition="0")
    metrics.observe("transaction_seconds", 0.2, service="intake")
    assert sample("reactions_total", service="routing", outcome="emitted") == counted + 3
    assert sample("partition_lag", group="g", topic="t", partition="0") == 12
    assert sample("transaction_seconds_sum", service="intake") == pytest.approx(lasted + 0.2)


def test_the_process_itself_is_measured_too() -> None:
    assert b"process_resident_memory_bytes" in metrics.exposition()


def test_an_outcome_outside_the_closed_list_is_an_error() -> None:
    with pytest.raises(ValueError, match="outcome"):
        metrics.count("commands", service="intake", outcome="01890a5d-ac96-774b-bcce-b302099a8057")


@pytest.mark.parametrize("labels", [{}, {"service": "intake", "case_id": "7"}])
def test_a_label_that_is_missing_or_not_declared_is_an_error(labels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="abel"):
        metrics.counter("gateway_timeouts", **labels)


def test_each_name_has_one_declaration_of_its_own_kind() -> None:
    kinds = {"counter": Counted, "gauge": Measured, "histogram": Distributed}
    assert set(METRICS) == {name for names in kinds.values() for name in get_args(names)}
    for name, declared in METRICS.items():
        assert name in get_args(kinds[declared.kind])
        assert bool(declared.buckets) == (declared.kind == "histogram")


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_documented_with_kind_unit_labels_and_meaning(name: MetricName) -> None:
    declared = METRICS[name]
    start = f"| `{PREFIX}{name}` | {declared.kind} |"
    line = next(x for x in DOC.read_text("utf-8").splitlines() if x.startswith(start))
    assert declared.unit in line.replace("\\|", "|")
    assert f"{declared.meaning_zh}<br>{declared.meaning_en}" in line
    for label in declared.labels:
        assert f"`{label}`" in line
        assert all(value in line for value in declared.allowed.get(label, ()))


def test_no_metric_is_documented_that_does_not_exist() -> None:
    lines = [x for x in DOC.read_text("utf-8").splitlines() if x.startswith(f"| `{PREFIX}")]
    assert len(lines) == len(METRICS)

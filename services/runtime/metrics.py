"""Typed access to the metrics of this process; a name or label that is not declared is an error."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from services.runtime.metric_names import (
    METRICS,
    PREFIX,
    Counted,
    Distributed,
    Measured,
    Metric,
    MetricName,
)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def counter(name: Counted, **labels: str) -> Counter:
    """Give a counter; keep it where it is hot.

    Raises:
        ValueError: a label is missing, not declared, or has a value outside its closed set.
    """
    metric = _labelled(name, **labels)
    assert isinstance(metric, Counter)
    return metric


def gauge(name: Measured, **labels: str) -> Gauge:
    """Give a gauge; errors as for `counter`."""
    metric = _labelled(name, **labels)
    assert isinstance(metric, Gauge)
    return metric


def histogram(name: Distributed, **labels: str) -> Histogram:
    """Give a histogram; errors as for `counter`."""
    metric = _labelled(name, **labels)
    assert isinstance(metric, Histogram)
    return metric


def count(name: Counted, number: float = 1, **labels: str) -> None:
    """Add to a counter; errors as for `counter`."""
    counter(name, **labels).inc(number)


def set_gauge(name: Measured, value: float, **labels: str) -> None:
    """Set a gauge; errors as for `counter`."""
    gauge(name, **labels).set(value)


def observe(name: Distributed, value: float, **labels: str) -> None:
    """Add one observation to a histogram; errors as for `counter`."""
    histogram(name, **labels).observe(value)


def exposition() -> bytes:
    """Give all metrics of this process in Prometheus' text form."""
    return generate_latest(_registry())


@cache
def _registry() -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=True)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry


@lru_cache(maxsize=4096)
def _labelled(name: MetricName, **labels: str) -> Counter | Gauge | Histogram:
    declared = METRICS[name]
    for label, allowed in declared.allowed.items():
        if labels.get(label) not in allowed:
            raise ValueError(f"{name}: {label} must be one of {sorted(allowed)}")
    metric = _metric(name)
    return metric.labels(**labels) if declared.labels or labels else metric


@cache
def _metric(name: MetricName) -> Counter | Gauge | Histogram:
    declared, full_name = METRICS[name], PREFIX + name
    text = f"{declared.meaning_zh} · {declared.meaning_en} [{declared.unit}]"
    if declared.kind == "counter":
        return Counter(full_name, text, declared.labels, registry=_registry())
    if declared.kind == "gauge":
        return Gauge(full_name, text, declared.labels, registry=_registry())
    return _histogram(full_name, text, declared)


def _histogram(full_name: str, text: str, declared: Metric) -> Histogram:
    return Histogram(
        full_name, text, declared.labels, buckets=declared.buckets, registry=_registry()
    )

"""What a benchmark finds: rounds of both sides, bars, and how they are written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Series:
    """One figure over all rounds, in the order in which they were run."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """Of all rounds."""
        return median(self.values)

    def row(self) -> str:
        """Give a line of the table: median, least and greatest round."""
        least, most = written(min(self.values)), written(max(self.values))
        return f"| {self.name} | {written(self.median)} | {least} – {most} | {self.unit} |"


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure has to reach."""

    name: str
    value: float
    limit: float
    sense: Literal["at least", "at most"]

    @property
    def holds(self) -> bool:
        """Whether it is reached."""
        if self.sense == "at least":
            return self.value >= self.limit
        return self.value <= self.limit

    def row(self) -> str:
        """Give a line of the table."""
        verdict = "holds" if self.holds else "**MISSED**"
        limit = f"{self.sense} {written(self.limit)}"
        return f"| {self.name} | {written(self.value)} | {limit} | {verdict} |"


@dataclass(slots=True)
class Finding:
    """Everything one benchmark has to say."""

    title: str
    series: list[Series] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: str = ""
    """Why it was not run; said aloud, and no failure."""

    @property
    def holds(self) -> bool:
        """Whether every bar is reached."""
        return all(bar.holds for bar in self.bars)

    def markdown(self) -> str:
        """Give the tables, as they stand in `docs/performance.md`."""
        lines = [f"### {self.title}", ""]
        if self.skipped:
            return "\n".join([*lines, f"SKIPPED: {self.skipped}", ""])
        lines += ["| figure | median | spread | unit |", "| --- | --: | --- | --- |"]
        lines += [series.row() for series in self.series]
        if self.bars:
            lines += ["", "| bar | reached | limit | |", "| --- | --: | --: | --- |"]
            lines += [bar.row() for bar in self.bars]
        lines += ["", *(f"- {note}" for note in self.notes)]
        return "\n".join([*lines, ""])

    def as_json(self) -> dict[str, Any]:
        """Give the same for a machine."""
        return {
            "title": self.title,
            "skipped": self.skipped or None,
            "series": [
                {"name": s.name, "unit": s.unit, "median": s.median, "rounds": list(s.values)}
                for s in self.series
            ],
            "bars": [
                {"name": b.name, "value": b.value, b.sense: b.limit, "holds": b.holds}
                for b in self.bars
            ],
            "notes": self.notes,
        }


def written(value: float) -> str:
    """Give three significant digits, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that `share` of all do not exceed; `values` not empty, in any order."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]

"""The real permit log: 8,577 acts of a Dutch municipality, read in place; no part of this."""

import csv
from pathlib import Path

import pytest

_PROJECT = Path(__file__).resolve().parents[2]
MAPPING = _PROJECT / "deploy" / "logs" / "permit-receipt.yaml"
_NAME = Path("shared") / "data" / "permit-receipt-log.csv"
_PLACES = tuple(folder / _NAME for folder in (_PROJECT.parent, _PROJECT.parent.parent, _PROJECT))


def permit_log() -> Path:
    """Give the file; where it is not, the test is skipped and says where it was looked for."""
    for place in _PLACES:
        if place.is_file():
            return place
    pytest.skip(f"the permit log is not here: {', '.join(map(str, _PLACES))}")


def permit_rows() -> list[dict[str, str]]:
    """Give its rows as the csv module reads them."""
    with permit_log().open(encoding="utf-8", newline="") as log:
        return list(csv.DictReader(log))

"""`schemas`, `services` and `tests` are generic names: no dependency may claim them (P3)."""

from __future__ import annotations

from importlib.metadata import packages_distributions


def test_no_dependency_claims_our_package_names() -> None:
    claimed = packages_distributions()
    assert set(claimed.get("schemas", [])) <= {"cunban"}
    assert set(claimed.get("services", [])) <= {"cunban"}
    assert "tests" not in claimed

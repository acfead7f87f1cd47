"""Every refusal code of the core is specified by a test, and no test specifies another."""

from __future__ import annotations

from pathlib import Path

from tests.support.given import codes_raised, codes_specified


def test_every_refusal_code_of_routing_has_its_test() -> None:
    core = codes_raised(Path("services/routing/core"))
    assert core == codes_specified(Path("tests/routing/core"))
    assert len(core) > 5


def test_every_refusal_code_of_routing_is_told_in_the_readme() -> None:
    readme = Path("services/routing/README.md").read_text("utf-8")
    missing = [c for c in codes_raised(Path("services/routing/core")) if f"`{c}`" not in readme]
    assert missing == []

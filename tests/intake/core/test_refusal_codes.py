"""Every refusal code of the core is specified by a test, and no test specifies another."""

from __future__ import annotations

from pathlib import Path

from tests.support.given import codes_raised, codes_specified


def test_every_refusal_code_of_intake_has_its_test() -> None:
    core = codes_raised(Path("services/intake/core"))
    assert core == codes_specified(Path("tests/intake/core"))
    assert len(core) > 10


def test_every_refusal_code_of_intake_is_told_in_the_readme() -> None:
    readme = Path("services/intake/README.md").read_text("utf-8")
    missing = [c for c in codes_raised(Path("services/intake/core")) if f"`{c}`" not in readme]
    assert missing == []

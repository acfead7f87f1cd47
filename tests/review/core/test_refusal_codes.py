"""Every refusal code of the core is specified by a test, and no test specifies another."""

from __future__ import annotations

from pathlib import Path

from tests.support.given import codes_raised, codes_specified


def test_every_refusal_code_of_review_has_its_test() -> None:
    core = codes_raised(Path("services/review/core"))
    assert core == codes_specified(Path("tests/review/core"))
    assert len(core) > 10


def test_every_refusal_code_of_review_is_told_in_the_readme() -> None:
    readme = Path("services/review/README.md").read_text("utf-8")
    missing = [c for c in codes_raised(Path("services/review/core")) if f"`{c}`" not in readme]
    assert missing == []

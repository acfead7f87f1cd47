"""The one stack that all chaos tests shake, one after the other."""

from collections.abc import Iterator

import pytest

from tests.chaos.shaken import Shaken
from tests.support.stack import fresh_stack


@pytest.fixture(scope="package")
def shaken() -> Iterator[Shaken]:
    """A stack of the chaos tests' own: ordinary tests must not meet its dying processes."""
    with fresh_stack() as running:
        yield Shaken(running)

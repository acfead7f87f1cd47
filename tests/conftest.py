"""What every test has: the real broker, and how hard hypothesis tries."""

from __future__ import annotations

import os

from hypothesis import settings

from tests.support.broker import kafka

__all__ = ["kafka"]

# No deadlines: tests share two cores with a broker.
settings.register_profile("ci", deadline=None, max_examples=60)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

"""What every test has: the real broker, the whole stack, and how hard hypothesis tries."""

from __future__ import annotations

import os

import structlog
from hypothesis import settings

from tests.support.broker import kafka
from tests.support.stack import stack

__all__ = ["kafka", "stack"]

# A line each: the default draws a frame around every local variable of a traceback.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
    ]
)

# No deadlines: tests share two cores with a broker.
settings.register_profile("ci", deadline=None, max_examples=60)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

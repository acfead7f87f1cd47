"""What every test has: the real broker, the whole stack, and how hard hypothesis tries."""

from __future__ import annotations

import os

import structlog
from hypothesis import HealthCheck, settings

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

# Nothing here is timed: tests share two cores with a broker. `make test` draws the same examples
# on every machine, so that what is red is red for everybody; `make thorough` looks for new ones.
_UNTIMED = settings(deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.register_profile("ci", _UNTIMED, max_examples=60, derandomize=True)
settings.register_profile("thorough", _UNTIMED, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

"""The W3C trace of the present request, for log lines, answers and Kafka headers."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar
from typing import Final

TRACEPARENT: Final[ContextVar[str]] = ContextVar("traceparent", default="")
"""Of the present request or message; empty outside of one."""

_FORM: Final = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def begin(given: bytes | None) -> str:
    """Take over the caller's `traceparent` where it is well-formed, else mint one; remember it."""
    if given is not None and _FORM.fullmatch(given):
        trace = given.decode()
    else:
        minted = os.urandom(24).hex()
        trace = f"00-{minted[:32]}-{minted[32:]}-01"
    TRACEPARENT.set(trace)
    return trace


def trace_id(traceparent: str) -> str:
    """Give the 32 hexadecimal digits that all parts of one trace share."""
    return traceparent[3:35]

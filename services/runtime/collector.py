"""Python's collector of cycles, set for processes that keep a lot and make few cycles."""

from __future__ import annotations

import gc
from typing import Final

ALLOCATIONS: Final = 10_000
"""Between two looks at the youngest objects; 700 by default. One batch of the loop makes more than
that, and all of it lives on: the looks found nothing and took a sixth of the loop's time
(`cunban bench loop`)."""


def calm_collector() -> None:
    """Set it, and leave out for ever what is there now. Call it once, when all is imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 10, 10)

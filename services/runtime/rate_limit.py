"""Token buckets: so many at once, so many a minute. Pure: the time is given in."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime
from typing import Final

from services.runtime.problems import Problem

BURST: Final = 10
PER_MINUTE: Final = 10.0
REMEMBERED: Final = 50_000


class TokenBuckets:
    """One bucket a key, full at first. The least recently used is forgotten beyond a limit."""

    def __init__(
        self, burst: int = BURST, per_minute: float = PER_MINUTE, remembered: int = REMEMBERED
    ) -> None:
        self._burst = burst
        self._per_second = per_minute / 60
        self._remembered = remembered
        self._buckets: OrderedDict[Hashable, tuple[float, datetime]] = OrderedDict()

    def take(self, key: Hashable, now: datetime) -> float:
        """Take one and give 0.0; or give how many seconds until there is one, and take none.

        A clock set back neither fills a bucket nor empties it.
        """
        left, since = self._buckets.get(key, (float(self._burst), now))
        passed = max((now - since).total_seconds(), 0.0)
        filled = min(left + passed * self._per_second, float(self._burst))
        wait = 0.0 if filled >= 1 else (1 - filled) / self._per_second
        self._buckets[key] = (filled - 1 if filled >= 1 else filled, max(now, since))
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return wait

    def forget(self, key: Hashable) -> None:
        """Fill the bucket of `key`: the attempt succeeded."""
        self._buckets.pop(key, None)


def require_attempt(buckets: TokenBuckets, login: str, address: str, now: datetime) -> None:
    """Pass where `login` may be tried from `address` at `now`.

    Raises:
        Problem: 429 `auth.too_many_attempts` with `Retry-After` in whole seconds.
    """
    wait = buckets.take((login, address), now)
    if wait > 0:
        raise Problem("auth.too_many_attempts", headers={"Retry-After": str(math.ceil(wait))})

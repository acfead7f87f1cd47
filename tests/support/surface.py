"""What the four services let people do over HTTP, and what of it was done: by their documents and
by their own counters."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final, TypeAlias

import httpx2

from tests.support.fuzzing import SERVICES, document
from tests.support.people import Addressed

Operation: TypeAlias = tuple[str, str, str]
"""Service, method, template of the path."""
_ACTING: Final = frozenset({"post", "put", "patch", "delete"})
_COUNT: Final = re.compile(
    r'cunban_http_request_seconds_count\{method="(\w+)",route="([^"]+)",status="(\d+)"\} ([\d.]+)'
)


def acts() -> set[Operation]:
    """Give every operation by which anything may be done, as the OpenAPI documents have them."""
    found: set[Operation] = set()
    for parts in SERVICES:
        paths: dict[str, Any] = document(parts)["paths"]
        for path, operations in paths.items():
            found |= {(parts.name, m.upper(), path) for m in operations if m in _ACTING}
    return found


async def carried_out(http: httpx2.AsyncClient, stack: Addressed) -> Counter[Operation]:
    """Give how often each operation was answered with success since its service was started."""
    found: Counter[Operation] = Counter()
    for parts in SERVICES:
        told = (await http.get(f"{stack.url(parts.name)}/metrics")).raise_for_status().text
        for method, route, status, times in _COUNT.findall(told):
            if status.startswith("2"):
                found[parts.name, method, route] += int(float(times))
    return found

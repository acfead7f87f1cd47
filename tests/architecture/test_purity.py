"""The cores stay pure: what the machine is to catch is planted and has to be caught."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CORES = ("intake", "routing", "review", "supervision")


@pytest.fixture
def copy_of_the_source(tmp_path: Path) -> Path:
    for part in ("schemas", "services", "pyproject.toml"):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / part)
    return tmp_path


@pytest.mark.parametrize("service", CORES)
def test_a_clock_in_a_core_is_caught(service: str, copy_of_the_source: Path) -> None:
    planted = copy_of_the_source / "services" / service / "core" / "planted.py"
    planted.write_text(
        '"""Planted."""\n\nfrom datetime import UTC, datetime\n\nAT = datetime.now(UTC)\n'
    )
    found = subprocess.run(
        [BIN / "ruff", "check", "--no-cache", planted],
        cwd=copy_of_the_source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert "TID251" in found.stdout


def test_kafka_in_any_core_is_caught_and_the_source_itself_is_clean(
    copy_of_the_source: Path,
) -> None:
    assert lint_imports(copy_of_the_source).returncode == 0
    for service in CORES:
        planted = copy_of_the_source / "services" / service / "core" / "planted.py"
        planted.write_text('"""Planted."""\n\nimport aiokafka  # noqa: F401\n')
    found = lint_imports(copy_of_the_source)
    assert found.returncode == 1
    for service in CORES:
        assert f"services.{service}.core.planted" in found.stdout


def lint_imports(where: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "lint-imports", "--no-cache"],
        cwd=where,
        env={"PYTHONPATH": str(where), "PATH": str(BIN)},
        capture_output=True,
        text=True,
        check=False,
    )

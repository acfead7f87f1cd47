"""`cunban clock explain` as it is called: a file, a pipe, a terminal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.clock import app
from tests.kernel.clock_strategies import COUNTY_CALENDAR
from tests.kernel.test_clock_explained_in_json import WORKED_EXAMPLE

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from services.cli.clock import app; app()", "explain"]


def called(*arguments: str, lines: str | bytes = "") -> tuple[int, str, str]:
    outcome = CliRunner().invoke(app, ["explain", *arguments], input=lines)
    return outcome.exit_code, outcome.stdout, outcome.stderr


def test_answers_a_file_line_by_line_and_a_bad_line_in_its_place(tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(f"{WORKED_EXAMPLE}\nnonsense\n\n{WORKED_EXAMPLE}", encoding="utf-8")
    exit_code, answers, _ = called(str(questions))
    assert exit_code == 0
    first, second, third, last = (json.loads(line) for line in answers.splitlines())
    assert first["due_at"] == "2025-02-08T17:30:00+08:00"
    assert second["error"]["code"] == "clock.not_json"
    assert third["error"]["code"] == "clock.not_json"
    assert last == first


def test_reads_standard_input_without_a_file() -> None:
    _, answers, _ = called(lines=f"{WORKED_EXAMPLE}\r\n")
    assert json.loads(answers)["counted"] == 5


def test_a_line_too_long_has_one_error_and_the_next_line_is_answered() -> None:
    _, answers, _ = called(lines="x" * 300_000 + f"\n{WORKED_EXAMPLE}\n")
    first, second = (json.loads(line) for line in answers.splitlines())
    assert first["error"]["code"] == "clock.line_too_long"
    assert second["counted"] == 5


def test_a_line_is_answered_before_the_next_one_is_written() -> None:
    with subprocess.Popen(
        COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        command.stdin.write(f"{WORKED_EXAMPLE}\n")
        command.stdin.flush()
        assert json.loads(command.stdout.readline())["counted"] == 5
        command.stdin.close()
        assert command.wait() == 0


def test_a_reader_that_leaves_early_is_no_fault(tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(f"{WORKED_EXAMPLE}\n" * 500, encoding="utf-8")
    with subprocess.Popen(
        [*COMMAND, str(questions)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.readline()
        command.stdout.close()
        assert command.stderr.read() == ""
        assert command.wait() == 0


def test_another_folder_of_year_files_gives_another_answer(tmp_path: Path) -> None:
    text = (COUNTY_CALENDAR / "2024.yaml").read_text(encoding="utf-8")
    (tmp_path / "2024.yaml").write_text(text, encoding="utf-8")
    _, answers, _ = called("--calendar", str(tmp_path), lines=WORKED_EXAMPLE)
    assert json.loads(answers)["provisional"] is True


def test_a_folder_without_year_files_is_refused_with_what_to_do(tmp_path: Path) -> None:
    exit_code, _, complaint = called("--calendar", str(tmp_path), lines=WORKED_EXAMPLE)
    assert exit_code == 2
    assert "--calendar" in complaint


@pytest.mark.parametrize("text", ["year: [", "year: 2025", "- 1", "\xff", "year: 2026-02-30"])
def test_a_year_file_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "2025.yaml").write_bytes(text.encode("latin-1"))
    exit_code, _, complaint = called("--calendar", str(tmp_path), lines=WORKED_EXAMPLE)
    assert exit_code == 2
    assert "2025.yaml" in complaint.translate(dict.fromkeys(map(ord, "│ \n")))


def test_two_files_for_one_year_are_refused(tmp_path: Path) -> None:
    text = (COUNTY_CALENDAR / "2024.yaml").read_text(encoding="utf-8")
    for name in ("2024.yaml", "2024-again.yaml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    exit_code, _, complaint = called("--calendar", str(tmp_path), lines=WORKED_EXAMPLE)
    assert exit_code == 2
    assert "two files" in complaint


def test_a_missing_file_is_a_usage_error() -> None:
    exit_code, _, _ = called("/nonexistent/questions.jsonl")
    assert exit_code == 2

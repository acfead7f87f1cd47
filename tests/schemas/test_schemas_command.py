"""`cunban schemas publish` and `check`: what is filed stays filed, and a break is named."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import pytest
from pydantic import Field
from typer.testing import CliRunner, Result

from schemas import json_schema
from schemas.events.base import Event
from schemas.json_schema import FORMS, schema_of, text_of
from schemas.values import Value
from services.cli import schemas as command

NAME = "cn.cunban.case.paused.v1"

Cunban: TypeAlias = Callable[..., Result]
Forms: TypeAlias = Callable[[Mapping[str, type[Value]]], None]


class Paused(Event):
    reason: str


class PausedWithBasis(Event):
    reason: str
    basis: str | None = None


class PausedWithNote(Event):
    reason: str
    note: str | None = None


class PausedWithBasisRequired(Event):
    reason: str
    basis: str


class PausedOutcome(Event):
    reason: Literal["survey", "hearing"]


class PausedShort(Event):
    reason: Annotated[str, Field(max_length=9)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def cunban(folder: Path) -> Cunban:
    def run(verb: str) -> Result:
        return CliRunner().invoke(command.app, [verb, "--folder", str(folder)])

    return run


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    """Stand in for today's classes: what a developer edits between two calls."""

    def use(classes: Mapping[str, type[Value]]) -> None:
        monkeypatch.setattr(json_schema, "FORMS", classes)
        monkeypatch.setattr(command, "FORMS", classes)

    return use


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=cunban", "-c", "user.email=cunban@example.invalid")
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True
    )
    return done.stdout


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "file the forms")


@pytest.fixture
def on_main(folder: Path, cunban: Cunban, forms: Forms) -> Path:
    """A repository on whose main branch `Paused` is filed."""
    folder.mkdir()
    git(folder.parent, "init", "-q", "-b", "main")
    forms({NAME: Paused})
    assert cunban("publish").exit_code == 0
    commit(folder)
    return folder


def test_the_forms_of_the_project_are_filed_and_hold() -> None:
    answer = CliRunner().invoke(command.app, ["check"])
    assert answer.exit_code == 0, answer.output
    filed = {path.parent.name for path in command.PUBLISHED.glob("*/*.json")}
    assert filed == set(FORMS)


def test_the_latest_filed_text_of_the_project_is_canonical() -> None:
    for name in FORMS:
        folder = command.PUBLISHED / name
        latest = max(folder.glob("*.json"), key=lambda path: int(path.stem))
        assert latest.read_text("utf-8") == text_of(schema_of(name))


def test_publishing_files_every_form_once_and_again_writes_nothing(
    cunban: Cunban, folder: Path
) -> None:
    assert cunban("publish").exit_code == 0
    assert {path.parent.name for path in folder.glob("*/1.json")} == set(FORMS)
    again = cunban("publish")
    assert (again.exit_code, again.output) == (0, "")
    assert cunban("check").exit_code == 0


def test_a_form_that_is_not_filed_is_named(cunban: Cunban, forms: Forms) -> None:
    forms({NAME: Paused})
    answer = cunban("check")
    assert answer.exit_code == 1
    assert f"{NAME}: 尚未存档" in answer.output


def test_an_optional_field_is_filed_beside_what_is_on_main(
    on_main: Path, cunban: Cunban, forms: Forms
) -> None:
    before = (on_main / NAME / "1.json").read_bytes()
    forms({NAME: PausedWithBasis})
    unfiled = cunban("check")
    assert (unfiled.exit_code, "有兼容的变化未存档" in unfiled.output) == (1, True)
    assert cunban("publish").exit_code == 0
    assert (on_main / NAME / "1.json").read_bytes() == before
    assert "basis" in json.loads((on_main / NAME / "2.json").read_text("utf-8"))["properties"]
    assert cunban("check").exit_code == 0


def test_a_form_that_is_not_on_main_yet_is_filed_anew_in_its_place(
    on_main: Path, cunban: Cunban, forms: Forms
) -> None:
    for form in (PausedWithBasis, PausedWithNote):
        forms({NAME: form})
        assert cunban("publish").exit_code == 0
    assert sorted(path.name for path in on_main.rglob("*.json")) == ["1.json", "2.json"]
    assert (on_main / NAME / "2.json").read_text("utf-8") == text_of(schema_of(NAME))


def test_a_form_that_was_given_up_before_it_came_to_main_is_taken_back(
    on_main: Path, cunban: Cunban, forms: Forms
) -> None:
    forms({NAME: PausedWithBasis})
    cunban("publish")
    forms({NAME: Paused})
    assert cunban("publish").exit_code == 0
    assert [path.name for path in on_main.rglob("*.json")] == ["1.json"]
    assert cunban("check").exit_code == 0


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        (PausedWithBasisRequired, "basis", "必填字段可能缺失"),
        (PausedOutcome, "reason", "取值超出范围"),
        (PausedShort, "reason", "超出限度"),
    ],
)
def test_a_breaking_change_is_refused_with_file_and_field_and_nothing_is_written(
    on_main: Path, cunban: Cunban, forms: Forms, form: type[Value], field: str, words: str
) -> None:
    forms({NAME: form, "cn.cunban.case.resumed.v1": Paused})
    for verb in ("publish", "check"):
        answer = cunban(verb)
        assert answer.exit_code == 1
        assert f"{NAME}/1.json ↔ model: {field}: {words}" in answer.output
    assert [path.name for path in on_main.rglob("*.json")] == ["1.json"]


def test_a_break_with_a_form_before_the_last_is_found(
    on_main: Path, cunban: Cunban, forms: Forms
) -> None:
    forms({NAME: PausedWithBasis})
    cunban("publish")
    commit(on_main)
    forms({NAME: Paused})
    cunban("publish")
    commit(on_main)

    class PausedByRule(Event):
        reason: str
        basis: int = 0

    forms({NAME: PausedByRule})
    answer = cunban("publish")
    assert answer.exit_code == 1
    assert f"{NAME}/2.json ↔ model: basis: 类型变了" in answer.output
    assert f"{NAME}/3.json" not in answer.output


@pytest.mark.parametrize("ref", ["main", "origin/main"])
def test_what_is_on_main_may_neither_be_altered_nor_taken_away(
    on_main: Path, cunban: Cunban, ref: str
) -> None:
    if ref == "origin/main":
        git(on_main, "update-ref", "refs/remotes/origin/main", "HEAD")
        git(on_main, "checkout", "-q", "-b", "work")
        git(on_main, "branch", "-q", "-D", "main")
    path = on_main / NAME / "1.json"
    kept = path.read_text("utf-8")
    path.write_text(kept.replace("string", "integer"), "utf-8")
    for verb in ("check", "publish"):
        answer = cunban(verb)
        assert answer.exit_code == 1
        assert f"{NAME}/1.json: 主分支上的存档被改动" in answer.output
    path.unlink()
    assert "主分支上的存档被改动" in cunban("check").output
    path.write_text(kept, "utf-8")
    assert cunban("check").exit_code == 0


def test_what_was_filed_on_main_after_a_branch_began_is_not_missing_from_it(
    on_main: Path, cunban: Cunban, forms: Forms
) -> None:
    git(on_main, "branch", "-q", "work")
    forms({NAME: PausedWithBasis})
    cunban("publish")
    commit(on_main)
    git(on_main, "checkout", "-q", "work")
    forms({NAME: Paused})
    assert cunban("check").exit_code == 0


def test_without_a_main_branch_whatever_is_filed_counts_as_fixed(
    folder: Path, cunban: Cunban, forms: Forms
) -> None:
    forms({NAME: Paused})
    assert cunban("publish").exit_code == 0
    forms({NAME: PausedWithBasis})
    assert cunban("publish").exit_code == 0
    assert sorted(path.name for path in folder.rglob("*.json")) == ["1.json", "2.json"]
    answer = cunban("check")
    assert (answer.exit_code, "未核对存档是否被改" in answer.output) == (0, True)


def test_before_the_first_commit_nothing_is_fixed(
    folder: Path, cunban: Cunban, forms: Forms
) -> None:
    folder.mkdir()
    git(folder.parent, "init", "-q", "-b", "main")
    for form in (Paused, PausedWithBasisRequired):
        forms({NAME: form})
        assert cunban("publish").exit_code == 0
    assert [path.name for path in folder.rglob("*.json")] == ["1.json"]
    assert cunban("check").exit_code == 0


@pytest.mark.parametrize(
    ("stray", "content", "words"),
    [
        ("notes.txt", "", "不是存档文件"),
        (f"{NAME}/draft.json", "{}", "不是存档文件"),
        (f"{NAME}/2.json", "{", "不是 JSON"),
        (f"{NAME}/3.json", text_of({}), "编号有缺"),
        ("cn.cunban.case.forgotten.v1/1.json", "{}", "没有这种消息"),
    ],
)
def test_what_does_not_belong_among_the_filed_forms_is_named(
    on_main: Path, cunban: Cunban, stray: str, content: str, words: str
) -> None:
    path = on_main / stray
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, "utf-8")
    answer = cunban("check")
    assert (answer.exit_code, words in answer.output) == (1, True)


def test_the_document_of_the_contract_is_printed() -> None:
    answer = CliRunner().invoke(command.app, ["asyncapi"])
    assert (answer.exit_code, answer.stdout) == (0, command.asyncapi_text())


def test_the_command_needs_no_development_dependency() -> None:
    loaded: list[Any] = ["import services.cli.schemas, sys", "print(sorted(sys.modules))"]
    done = subprocess.run(
        [sys.executable, "-c", "; ".join(loaded)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert "services.cli.schemas" in done.stdout
    assert not {"jsoncompat", "jsonschema_rs", "cloudevents"} & set(done.stdout.split("'"))

"""A county's folder as it is read: each fault with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schemas.facts import Account, Organisation
from services.cli.reference import app, find_county
from services.runtime.passwords import hasher
from services.runtime.reference_files import (
    DEMO_PASSWORD,
    check_county,
    demo_hash,
    read_county,
)

QINGYUN = Path("deploy/county")
TOWNSHIPS = 12
VILLAGES = 72
DEPARTMENTS = 21
OFFICERS = 300
ITEMS = 87


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo county to spoil."""
    return shutil.copytree(QINGYUN, tmp_path / "county")


def faults(folder: Path) -> list[str]:
    return [
        str(finding).removeprefix(f"{folder}/")
        for finding in check_county(read_county(folder), 2026)
    ]


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first `old`; give the line on which it stood."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "old", "new", "on"),
    [
        ("items/passport.yaml", "external: {limit: 10, ", "# {limit: 10, ", "kind: report_up"),
        ("items/rural-house-rebuild.yaml", "procedure: survey", "procedure: testing", "surveys:"),
        ("items/identity-card.yaml", "code: replacement", "code: renewal", "（换领）"),
        ("items/identity-card.yaml", "responsibility, fee]", "responsibility]", "lists:"),
        ("topics/having-a-child.yaml", "birth-household", "birth-ship", "items:"),
        ("negative-lists/village.yaml", "item: passport", "item: tourist", "item: tourist"),
    ],
)
def test_what_items_topics_and_lists_contradict_is_said_on_its_line(
    folder: Path, file: str, old: str, new: str, on: str
) -> None:
    spoil(folder / file, old, new)
    lines = (folder / file).read_text().splitlines()
    (line,) = [n for n, text in enumerate(lines, 1) if on in text]
    assert any(said.startswith(f"{file}:{line}: ") for said in faults(folder))


def test_a_contradiction_is_said_with_the_line_of_its_field(folder: Path) -> None:
    line = spoil(
        folder / "items/felling-permit.yaml",
        "promised: {limit: 8, unit: working_days}",
        "promised: {limit: 30, unit: working_days}",
    )
    (said,) = faults(folder)
    assert said.startswith(f"items/felling-permit.yaml:{line}: 承诺期限 30 长于法定期限 20")
    assert said.endswith("— 缩短承诺期限 promise less")


def test_a_wrong_value_is_said_with_the_line_of_its_row(folder: Path) -> None:
    line = spoil(folder / "officers.yaml", "role: township_approver", "role: mayor")
    (said,) = faults(folder)
    assert said.startswith(f"officers.yaml:{line}: posts.0.role")
    assert "township_approver" in said


def test_a_misspelt_field_is_not_passed_over(folder: Path) -> None:
    line = spoil(folder / "items/rural-house.yaml", "required: false", "requird: false")
    (said,) = faults(folder)
    assert said.startswith(f"items/rural-house.yaml:{line}: materials.5.requird：没有这个字段")


def test_a_missing_field_and_a_level_that_is_none_are_named_as_the_file_has_them(
    folder: Path,
) -> None:
    line = spoil(folder / "items/rural-house.yaml", "at: /qingyun/d-land,", "at: hamlet,")
    spoil(folder / "items/felling-permit.yaml", "subject: person\n", "")
    said = faults(folder)
    assert {s.partition("：")[0] for s in said} == {
        "items/felling-permit.yaml:2: subject",
        f"items/rural-house.yaml:{line}: steps.3.at",
    }


def test_a_field_given_twice_is_not_passed_over(folder: Path) -> None:
    line = spoil(folder / "items/rural-house.yaml", "version: 1\n", "version: 1\nversion: 2\n")
    (said,) = faults(folder)
    assert said.startswith(
        f"items/rural-house.yaml:{line + 1}: 字段重复 field given twice: version"
    )


def test_every_fault_of_all_files_is_told_at_once(folder: Path) -> None:
    spoil(folder / "officers.yaml", "role: township_approver", "role: mayor")
    spoil(folder / "organisations.yaml", "kind: county", "kind: empire")
    spoil(folder / "items/rural-house.yaml", "limit: 45", "limit: many")
    (folder / "demo-accounts.yaml").write_text("accounts: none\n")
    assert [said.partition(":")[0] for said in faults(folder)] == [
        "demo-accounts.yaml",
        "items/rural-house.yaml",
        "officers.yaml",
        "organisations.yaml",
    ]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (b"a: [1, 2\nb: 3\n", 2, "YAML"),
        (b"- a\n- b\n", 1, "字段: 值"),
        (b"", 1, "字段: 值"),
        (b"organisations:\n  - {path: /qingyun}\n  - just text\n", 3, "字段: 值"),
        (b"officers: []\n", 1, "organisations"),
        (b"\xff\xfe\x00", 1, "UTF-8"),
        (b"a: !!python/object:os.system {}\n", 1, "YAML"),
        (b"a: 1\nb: 2026-02-30\n", 2, "day is out of range"),
    ],
)
def test_a_file_that_is_no_table_is_said_with_its_line(
    folder: Path, text: bytes, line: int, told: str
) -> None:
    (folder / "organisations.yaml").write_bytes(text)
    said = faults(folder)
    assert any(s.startswith(f"organisations.yaml:{line}: ") and told in s for s in said), said


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "officers.yaml").unlink()
    (said,) = faults(folder)
    assert said.startswith("officers.yaml:1: 缺少文件")


def test_a_fact_in_two_files_is_told_at_the_later_one(folder: Path) -> None:
    shutil.copy(folder / "items/felling-permit.yaml", folder / "items/zz-again.yaml")
    (said,) = faults(folder)
    assert said.startswith("items/zz-again.yaml:2: 重复 2 次")


def test_an_organisation_keeps_hours_of_its_own(folder: Path) -> None:
    spoil(
        folder / "organisations.yaml",
        "path: /qingyun/c-service,",
        'path: /qingyun/c-service, office_hours: [{opens: "09:00", closes: "17:00"}],',
    )
    facts = read_county(folder).facts
    hours = {f.path: f.office_hours for f in facts if isinstance(f, Organisation)}
    assert hours["/qingyun/c-service"][0].opens == "09:00"
    assert hours["/qingyun/d-land"][0].opens == "08:30"


def test_a_county_has_accounts_of_its_own_beside_the_demo_ones(folder: Path) -> None:
    hashed = hasher().hash("a password of their own")
    (folder / "accounts.yaml").write_text(
        f"accounts:\n  - {{login: wang, officer_id: o-001, password_hash: '{hashed}'}}\n"
    )
    assert faults(folder) == []
    accounts = [f for f in read_county(folder).facts if isinstance(f, Account)]
    assert accounts == [Account(login="wang", officer_id="o-001", password_hash=hashed, demo=False)]


def test_demo_accounts_share_one_hash_that_opens_them_and_is_not_the_password() -> None:
    county = read_county(QINGYUN)
    accounts = [
        f for f in county.with_demo_accounts(demo_hash(())) if isinstance(f, Account) and f.demo
    ]
    (shared,) = {a.password_hash for a in accounts}
    assert len(accounts) == OFFICERS
    assert DEMO_PASSWORD not in shared
    assert hasher().verify(shared, "cunban-demo")


def test_the_hash_that_demo_accounts_have_is_kept_and_any_other_is_not() -> None:
    known = demo_hash(())

    def having(password_hash: str, demo: bool = True) -> list[Account]:
        return [Account(login="x1", officer_id="o-1", password_hash=password_hash, demo=demo)]

    assert demo_hash(having(known)) == known
    for other in (having(hasher().hash("other")), having("broken"), having(known, demo=False)):
        assert demo_hash(other) not in {known, other[0].password_hash}


def test_the_command_prints_each_fault_and_ends_with_1(folder: Path) -> None:
    line = spoil(folder / "officers.yaml", "role: township_approver", "role: mayor")
    told = CliRunner().invoke(app, ["check", str(folder)])
    assert told.exit_code == 1
    assert f"{folder}/officers.yaml:{line}: " in told.output
    assert " — " in told.output


def test_the_command_ends_with_0_where_all_is_well(folder: Path) -> None:
    told = CliRunner().invoke(app, ["check", str(folder)])
    assert told.exit_code == 0
    assert f"{len(read_county(folder).facts)} facts" in told.output


def test_the_command_names_a_folder_that_is_not_there(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["check", str(tmp_path / "nowhere")])
    assert told.exit_code == 1
    assert "nowhere" in told.output


def test_the_countys_folder_is_found_from_below_it(tmp_path: Path) -> None:
    county = tmp_path / "deploy" / "county"
    (county / "items").mkdir(parents=True)
    assert find_county(county / "items") == county

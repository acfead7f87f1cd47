"""Settings: which source wins, what follows from what, and how a bad value is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.config import app
from services.runtime.secret_files import SecretFiles, SecretMissing
from services.runtime.settings_loading import (
    Row,
    SettingsWrong,
    load_settings,
    masked,
    rows,
    shown,
    unknown_variables,
)

DOC = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for row in rows():
        monkeypatch.delenv(row.variable, raising=False)
    monkeypatch.delenv("CUNBAN_CONFIG", raising=False)


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "cunban.toml"
    monkeypatch.setenv("CUNBAN_CONFIG", str(file))
    return file


def origin_of(name: str) -> str:
    return next(each.origin for each in shown(load_settings()) if each.row.name == name)


def test_without_any_source_the_stack_is_embedded_on_one_machine() -> None:
    settings = load_settings()
    assert settings.kafka.bootstrap == "127.0.0.1:8092"
    assert settings.store.dsn == "chdb://.cunban/store"
    assert settings.services_url.supervision == "http://127.0.0.1:8084"
    assert not settings.demo


def test_command_line_outranks_environment_and_environment_outranks_file(
    config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file.write_text("port_base = 1000\nin_flight_limit = 7\nresult_wait_seconds = 1.5\n")
    monkeypatch.setenv("CUNBAN_PORT_BASE", "2000")
    monkeypatch.setenv("CUNBAN_IN_FLIGHT_LIMIT", "8")
    settings = load_settings(port_base=3000, demo=None)
    assert (settings.port_base, settings.in_flight_limit) == (3000, 8)
    assert settings.result_wait_seconds == 1.5
    assert origin_of("port_base") == "environment"
    assert origin_of("result_wait_seconds") == "file"


def test_addresses_follow_the_port_base_and_files_the_data_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CUNBAN_PORT_BASE", "18080")
    monkeypatch.setenv("CUNBAN_DATA_DIR", "/var/lib/cunban")
    settings = load_settings()
    assert settings.kafka.bootstrap == "127.0.0.1:18092"
    assert settings.services_url.review == "http://127.0.0.1:18083"
    assert settings.store.dsn == "chdb:///var/lib/cunban/store"
    assert settings.secrets_dir == Path("/var/lib/cunban/secrets")
    assert settings.attachments.store == "/var/lib/cunban/attachments"
    assert settings.documents.public_url == "http://127.0.0.1:18084"
    assert settings.port_of("intake") == 18081
    assert origin_of("kafka.bootstrap") == "derived"


def test_what_is_set_itself_no_longer_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUNBAN_PORT_BASE", "18080")
    monkeypatch.setenv("CUNBAN_SERVICES_URL__INTAKE", "https://intake.county.example")
    monkeypatch.setenv("CUNBAN_KAFKA__BOOTSTRAP", "kafka:9092")
    monkeypatch.setenv("CUNBAN_HTTP__PORT", "80")
    settings = load_settings()
    assert settings.services_url.intake == "https://intake.county.example"
    assert settings.services_url.review == "http://127.0.0.1:18083"
    assert settings.kafka.bootstrap == "kafka:9092"
    assert settings.port_of("intake") == 80


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUNBAN_STORE__DSN", "")
    assert load_settings().store.dsn == "chdb://.cunban/store"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CUNBAN_PORT_BASE", "eighty"),
        ("CUNBAN_KAFKA__PARTITIONS", "0"),
        ("CUNBAN_KAFKA__BOOTSTRAP", "kafka"),
        ("CUNBAN_STORE__DSN", "postgres://h/c"),
        ("CUNBAN_SERVICES_URL__PORTAL", "portal"),
        ("CUNBAN_ATTACHMENTS__STORE", "ftp://papers"),
        ("CUNBAN_ATTACHMENTS__MAX_BYTES", "1"),
        ("CUNBAN_ATTACHMENTS__ENDPOINT", "minio"),
        ("CUNBAN_DOCUMENTS__PUBLIC_URL", "banshi.example"),
        ("CUNBAN_DOCUMENTS__PAGES_URL", "https://banshi.example/"),
        ("CUNBAN_LOG__FORMAT", "xml"),
        ("CUNBAN_DEMO", "perhaps"),
        ("CUNBAN_KAFKA", "not-json"),
        ("CUNBAN_KAFKA", "1"),
    ],
)
def test_a_bad_value_is_told_by_its_variable_with_an_example_that_would_do(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsWrong) as wrong:
        load_settings()
    (fault,) = wrong.value.faults
    assert fault.variable == variable
    better, _, example = fault.example.partition("=")
    monkeypatch.delenv(variable)
    monkeypatch.setenv(better, example)
    load_settings()


def test_a_misspelt_name_is_told_in_a_group_in_the_file_and_at_the_top(
    config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file.write_text("prot_base = 1\n")
    monkeypatch.setenv("CUNBAN_KAFKA__BOOTSTRP", "kafka:9092")
    with pytest.raises(SettingsWrong) as wrong:
        load_settings()
    assert {f.variable for f in wrong.value.faults} == {
        "CUNBAN_PROT_BASE",
        "CUNBAN_KAFKA__BOOTSTRP",
    }
    (fault,) = unknown_variables({"CUNBAN_DMEO": "1", "CUNBAN_CONFIG": "x", "PATH": "y"})
    assert fault.variable == "CUNBAN_DMEO"


@pytest.mark.parametrize("content", [None, "port_base = = 1\n"])
def test_a_file_that_cannot_be_read_is_told(content: str | None, config_file: Path) -> None:
    if content is not None:
        config_file.write_text(content)
    with pytest.raises(SettingsWrong) as wrong:
        load_settings()
    assert wrong.value.faults[0].variable == "CUNBAN_CONFIG"


def test_config_show_masks_passwords_and_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "code_secret").write_text("ab" * 16)
    monkeypatch.setenv("CUNBAN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("CUNBAN_STORE__DSN", "clickhouse://cunban:s3cret@ch:8123/cunban")
    for arguments in (["show"], ["show", "--json"]):
        told = CliRunner().invoke(app, arguments)
        assert told.exit_code == 0
        assert "s3cret" not in told.output
        assert "abab" not in told.output
        assert "clickhouse://cunban:****@ch:8123/cunban" in told.output


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("clickhouse://u:p/a@s@h/c", "clickhouse://u:****@h/c"),
        ("clickhouse://h/c?user=u&password=p&x=1", "clickhouse://h/c?user=u&password=****&x=1"),
        ("chdb://.cunban/store", "chdb://.cunban/store"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_only_the_password_of_an_address_is_masked(address: str, safe: str) -> None:
    assert masked(address) == safe


def test_config_check_exits_2_and_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(app, ["check"]).exit_code == 0
    monkeypatch.setenv("CUNBAN_DMEO", "1")
    unknown = CliRunner().invoke(app, ["check"])
    assert (unknown.exit_code, "CUNBAN_DMEO" in unknown.output) == (2, True)
    monkeypatch.setenv("CUNBAN_PORT_BASE", "99999")
    wrong = CliRunner().invoke(app, ["check"])
    assert wrong.exit_code == 2
    assert "CUNBAN_PORT_BASE=18080" in wrong.output


def test_secrets_are_read_from_files_and_a_missing_one_is_named(tmp_path: Path) -> None:
    files = SecretFiles(tmp_path)
    (tmp_path / "signing_key.pem").write_bytes(b"private")
    assert files.verify_key() == b"private"
    (tmp_path / "verify_key.pem").write_bytes(b"public")
    assert files.verify_key() == b"public"
    with pytest.raises(SecretMissing, match="code_secret"):
        files.code_secret()
    (tmp_path / "code_secret").write_text("0f" * 16 + "\n")
    assert files.code_secret() == b"\x0f" * 16
    (tmp_path / "code_secret").write_text("swordfish")
    with pytest.raises(SecretMissing, match="hexadecimal") as missing:
        files.code_secret()
    assert "swordfish" not in str(missing.value)


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_every_setting_is_documented_as_it_is(row: Row) -> None:
    line = next(x for x in DOC.read_text("utf-8").splitlines() if x.startswith(f"| `{row.name}` "))
    default = row.field.get_default()
    known = f"`{default}`" if isinstance(default, str | int | float | Path) else "—"
    assert f"| `{row.variable}` | {known} | `{row.example}` |" in line
    assert f"{row.field.title}<br>{row.field.description}" in line


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"^\| `[a-z_.]+` \| `(CUNBAN_\w+)`", DOC.read_text("utf-8"), re.M))
    assert named == {row.variable for row in rows()}

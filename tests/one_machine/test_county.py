"""What runs on one machine: every role once, each told its port, its folder and the broker."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.one_machine.county import Machine
from services.one_machine.data_folder import DataFolder
from services.runtime.settings import PORT_OFFSETS, Settings

MACHINE = Machine(18080, DataFolder(Path("/data")), demo=True)


def test_ports_follow_the_base_and_none_is_given_twice() -> None:
    ports = MACHINE.ports()
    assert len(set(ports.values())) == len(ports)
    assert {name: ports[name] - 18080 for name in PORT_OFFSETS} == PORT_OFFSETS
    assert (ports["kafka"], ports["kafka controller"]) == (18092, 18093)


def test_each_process_reads_its_settings_from_its_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for spec in MACHINE.services():
        with monkeypatch.context() as environment:
            for name, value in spec.env.items():
                environment.setenv(name, value)
            settings = Settings()
        assert settings.http.port == MACHINE.ports()[spec.name]
        assert settings.instance == spec.name
        assert settings.kafka.bootstrap == "127.0.0.1:18092"
        assert settings.store.dsn == "chdb:///data/store"
        assert settings.secrets_dir == Path("/data/secrets")
        assert settings.services_url.intake == "http://127.0.0.1:18081"
        assert settings.demo


def test_the_embedded_store_has_one_owner() -> None:
    owners = [spec.name for spec in MACHINE.services() if "projector" in " ".join(spec.argv)]
    assert owners == ["supervision"]


def test_demo_accounts_are_loaded_and_let_in_only_where_asked_for() -> None:
    earnest = Machine(18080, DataFolder(Path("/data")), demo=False)
    assert MACHINE.steps()[-1].argv[-1] == "--demo"
    assert not any("--demo" in step.argv for step in earnest.steps())
    assert {spec.env["CUNBAN_DEMO"] for spec in earnest.services()} == {"false"}


def test_topics_come_before_the_reference_data_that_is_written_to_them() -> None:
    assert [step.name for step in MACHINE.steps()] == ["topics", "reference"]


def test_settings_refuse_what_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUNBAN_PORT_BASE", "not a number")
    with pytest.raises(ValidationError):
        Settings()

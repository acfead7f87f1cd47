"""The secrets of a machine are made once and are readable by its user only."""

import stat
from pathlib import Path

from joserfc.jwk import ECKey

from services.one_machine.machine_secrets import make_secrets
from services.runtime.secret_files import SecretFiles


def test_a_second_start_keeps_the_secrets_of_the_first(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    make_secrets(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_secrets(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_services_find_a_p256_key_and_32_bytes(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    found = SecretFiles(tmp_path)
    key = ECKey.import_key(found.signing_key())
    assert key.curve_name == "P-256"
    assert key.is_private
    assert len(found.code_secret()) == 32


def test_a_secret_cut_short_by_a_crash_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "signing_key.new").write_bytes(b"-----BEGIN")
    make_secrets(tmp_path)
    assert ECKey.import_key(SecretFiles(tmp_path).signing_key()).is_private

"""The secrets of one machine, made once: the key that signs sign-ins, the secret of query codes."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from joserfc.jwk import ECKey

from services.runtime.secret_files import CODE_SECRET, SIGNING_KEY

_CODE_SECRET_BYTES = 32


def make_secrets(folder: Path) -> None:
    """Make what is missing in `folder`, readable by this user only; what is there stays.

    `signing_key.pem` is an ES256 private key (P-256, PKCS 8), `code_secret` 32 random bytes in hex.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make(folder / SIGNING_KEY, lambda: ECKey.generate_key("P-256").as_pem(private=True))
    _make(folder / CODE_SECRET, lambda: secrets.token_hex(_CODE_SECRET_BYTES).encode("ascii"))


def _make(path: Path, content: Callable[[], bytes]) -> None:
    if path.exists():
        return
    written = path.with_suffix(".new")
    written.unlink(missing_ok=True)
    # Renamed when whole: a key cut short by a crash would lock everybody out for ever.
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as secret:
        secret.write(content())
    written.replace(path)

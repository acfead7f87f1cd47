"""Secrets as files of one folder: never in the environment, never in a log line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SIGNING_KEY: Final = "signing_key.pem"
VERIFY_KEY: Final = "verify_key.pem"
CODE_SECRET: Final = "code_secret"
SECRET_FILES: Final = (SIGNING_KEY, VERIFY_KEY, CODE_SECRET)
_HEX: Final = re.compile(r"([0-9a-f]{2}){16,}")


class SecretMissing(Exception):
    """A secret that is needed is not there, or cannot be read; the text names the file."""


@dataclass(frozen=True, slots=True)
class SecretFiles:
    """The secrets in `folder`, read anew at each call."""

    folder: Path

    def signing_key(self) -> bytes:
        """Give the private key with which tokens are signed: ES256, PEM.

        Raises:
            SecretMissing: there is none, or it cannot be read.
        """
        return self._read(SIGNING_KEY)

    def verify_key(self) -> bytes:
        """Give a key with which tokens are checked: `verify_key.pem`, else the signing key.

        Raises:
            SecretMissing: there is neither.
        """
        return self._read(VERIFY_KEY if self.has(VERIFY_KEY) else SIGNING_KEY)

    def code_secret(self) -> bytes:
        """Give the secret of query codes and pseudonyms: 16 bytes or more, written in hex.

        Raises:
            SecretMissing: there is none, or it is not such a text.
        """
        text = self._read(CODE_SECRET).decode("ascii", "replace").strip()
        if _HEX.fullmatch(text) is None:
            raise SecretMissing(
                f"{self.folder / CODE_SECRET} 须为 32 位以上的小写十六进制 "
                "must be 32 hexadecimal digits or more, in lower case"
            )
        return bytes.fromhex(text)

    def has(self, name: str) -> bool:
        """Say whether the file is there."""
        return (self.folder / name).is_file()

    def _read(self, name: str) -> bytes:
        path = self.folder / name
        try:
            return path.read_bytes()
        except OSError as fault:
            raise SecretMissing(f"无法读取密钥文件 cannot read {path}: {fault.strerror}") from fault

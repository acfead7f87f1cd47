"""How commands of operations show who they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from services.kernel.actor import Held
from services.runtime.clock import now
from services.runtime.ids import new_case_id
from services.runtime.secret_files import SecretFiles
from services.runtime.settings import Settings
from services.runtime.tokens import TokenIssuer

_TTL: Final = timedelta(hours=1)


def operator_token(settings: Settings) -> str:
    """Give an operator's token. Whoever can read the signing key is operations anyway.

    Raises:
        SecretMissing: the signing key is not here.
    """
    issuer = TokenIssuer(SecretFiles(settings.secrets_dir).signing_key())
    posts = (Held("/operations", "operator"),)
    return issuer.issue("operations", "/operations", posts, new_case_id(), now(), _TTL)[0]

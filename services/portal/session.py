"""The session of a browser: a signed cookie with the officer's own token, and forms bound to it."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final, cast

from itsdangerous import BadSignature, URLSafeTimedSerializer

from schemas.values import Role
from services.kernel import competence
from services.kernel.actor import Actor, Held, is_within

LONGEST_SECONDS: Final = 12 * 3600
"""As long as a token lives; a cookie that is older is no session."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in here, and the token with which the services are asked for them."""

    token: str
    officer_id: str
    name: str
    organisation: str
    roles: tuple[str, ...]
    posts: tuple[tuple[str, str], ...] = ()
    """Organisation and role of each; without them every role is held at `organisation`."""

    def has_role(self, roles: Collection[str]) -> bool:
        """Say whether a post of theirs gives one of `roles`; what to show, not what is allowed."""
        return any(role in roles for role in self.roles)

    def may(self, action: str, organisation: str) -> bool:
        """Say whether a post of theirs allows `action` at `organisation`; as `has_role`."""
        return competence.may(self._actor(), action, organisation)

    def holds(self, role: str, organisation: str) -> bool:
        """Say whether they hold exactly `role` there or above; as `has_role`."""
        return any(
            post.role == role and is_within(organisation, post.organisation)
            for post in self._actor().posts
        )

    def _actor(self) -> Actor:
        # A session that was opened before posts were kept has roles only.
        held = self.posts or tuple((self.organisation, role) for role in self.roles)
        posts = tuple(Held(place, cast("Role", role)) for place, role in held)
        return Actor(self.officer_id, self.organisation, posts)


class Seal:
    """Signs what a browser keeps for us, with a key of its own made from the code secret."""

    def __init__(self, code_secret: bytes) -> None:
        self._key = hmac.digest(code_secret, b"cunban.portal.v1", "sha256")
        self._cookies = URLSafeTimedSerializer(
            self._key, salt="session", signer_kwargs={"digest_method": sha256}
        )

    def cookie_of(self, session: Session) -> str:
        """Write `session` as the value of a cookie."""
        return self._cookies.dumps(asdict(session)).replace("\n", "")

    def session_in(self, cookie: str | None) -> Session | None:
        """Read a cookie; None where there is none, it is not ours, or it is too old."""
        if not cookie:
            return None
        try:
            kept = self._cookies.loads(cookie, max_age=LONGEST_SECONDS)
            posts = tuple((place, role) for place, role in kept.get("posts", ()))
            return Session(**{**kept, "roles": tuple(kept["roles"]), "posts": posts})
        except (BadSignature, TypeError, KeyError, ValueError):
            return None

    def form_token(self, session: Session | None) -> str:
        """Give what every form of this session carries, so that no other page can send it."""
        bound = session.token if session else "nobody"
        return hmac.new(self._key, f"form:{bound}".encode(), sha256).hexdigest()

    def holds(self, session: Session | None, form_token: str | None) -> bool:
        """Say whether a form that came back was one of ours, of this session."""
        given = (form_token or "").encode()
        return hmac.compare_digest(given, self.form_token(session).encode())

"""Tokens: who gets in, and every way of not getting in."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from services.kernel.actor import Actor, Held
from services.runtime import clock, tokens
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.problems import Problem
from services.runtime.settings_loading import load_settings
from services.runtime.tokens import SignedIn, TokenIssuer, TokenVerifier, jwks_of, new_signing_key

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KEY = new_signing_key()
TOWN = "/qingyun/t-heping"
CLERK = Actor("o-000007", TOWN, (Held(TOWN, "township_clerk"), Held("/qingyun", "inspector")))


def issued(now: datetime = NINE, key: bytes = KEY, session: str = "s-1") -> str:
    issuer = TokenIssuer(key)
    return issuer.issue(CLERK.officer_id, CLERK.organisation, CLERK.posts, session, now)[0]


def claims(**changed: object) -> dict[str, Any]:
    payload = issued().split(".")[1]
    held: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return {**held, **changed}


def signed(claims_: dict[str, Any]) -> str:
    key = ECKey.import_key(KEY)
    key.ensure_kid()
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims_, key, ["ES256"])


def by_hand(header: dict[str, Any], secret: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims()).encode()]
    text = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    digest = hmac.digest(secret, text.encode(), "sha256") if secret else b""
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def code_of(token: str, now: datetime = NINE, verifier: TokenVerifier | None = None) -> str:
    with pytest.raises(Problem) as refused:
        (verifier or TokenVerifier(jwks_of(KEY))).actor(token, now)
    assert refused.value.status == 401
    return refused.value.code


def test_a_token_tells_officer_organisation_posts_session_and_expiry() -> None:
    verifier = TokenVerifier(jwks_of(KEY))
    for _ in range(2):
        officer = verifier.actor(issued(), NINE)
        assert officer.actor == CLERK
        assert officer.session_id == "s-1"
        assert officer.expires_at == NINE + timedelta(hours=12)


def test_a_token_expires_to_the_second_though_its_verdict_is_remembered() -> None:
    verifier, token = TokenVerifier(jwks_of(KEY)), issued()
    late = NINE + timedelta(hours=12)
    verifier.actor(token, late - timedelta(seconds=1))
    assert code_of(token, late, verifier) == "auth.expired"
    assert code_of(token, late) == "auth.expired"


def test_a_session_that_ended_lets_nobody_in_though_its_verdict_is_remembered() -> None:
    ended: set[str] = set()
    verifier = TokenVerifier(jwks_of(KEY), revoked=ended.__contains__)
    token, other = issued(), issued(session="s-2")
    verifier.actor(token, NINE)
    ended.add("s-1")
    assert code_of(token, NINE, verifier) == "auth.revoked"
    assert verifier.actor(other, NINE).session_id == "s-2"


def test_no_other_algorithm_is_taken() -> None:
    public = jwks_of(KEY)["keys"][0]
    kid = public["kid"]
    as_secret = ECKey.import_key(public).as_pem(private=False)
    assert code_of(by_hand({"alg": "HS256", "kid": kid}, as_secret)) == "auth.invalid"
    for name in ("none", "None", "NONE", "ES384", "RS256", ""):
        assert code_of(by_hand({"alg": name, "kid": kid})) == "auth.invalid"
    assert code_of(by_hand({"kid": kid})) == "auth.invalid"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "other"},
        {"aud": ["cunban", "other"]},
        {"iss": "other"},
        {"sub": ""},
        {"org": "no path"},
        {"posts": [["emperor", TOWN]]},
        {"posts": "all"},
        {"exp": "never"},
        {"exp": 10**30},
        {"iat": int((NINE + timedelta(hours=1)).timestamp())},
        {"sid": None},
    ],
    ids=str,
)
def test_a_well_signed_token_with_wrong_claims_is_refused(changed: dict[str, Any]) -> None:
    assert code_of(signed(claims(**changed))) == "auth.invalid"


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "org", "posts", "sid", "iat", "exp"])
def test_no_claim_may_be_missing(missing: str) -> None:
    left = {name: value for name, value in claims().items() if name != missing}
    assert code_of(signed(left)) == "auth.invalid"


def test_a_tampered_token_is_refused() -> None:
    head, body, signature = issued().split(".")
    raised = claims(posts=[["operator", "/qingyun"]])
    forged = base64.urlsafe_b64encode(json.dumps(raised).encode()).rstrip(b"=").decode()
    assert code_of(f"{head}.{forged}.{signature}") == "auth.invalid"
    assert code_of(f"{head}.{body}.{signature[:-4]}AAAA") == "auth.invalid"
    assert code_of(f"{head}.{body}.") == "auth.invalid"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "令牌", "\ud800", "a" * 100_000])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert code_of(token) == "auth.invalid"


def test_a_token_of_another_key_is_refused_and_two_keys_may_hold_at_once() -> None:
    new = new_signing_key()
    assert code_of(issued(key=new)) == "auth.invalid"
    both = TokenVerifier(jwks_of(KEY, new))
    assert both.actor(issued(key=new), NINE).actor == both.actor(issued(), NINE).actor


def test_the_published_keys_hold_no_private_half() -> None:
    (key,) = jwks_of(KEY)["keys"]
    assert "d" not in key
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    public = ECKey.import_key(KEY).as_pem(private=False)
    assert jwks_of(public)["keys"] == [key]


def test_only_a_private_p256_key_signs() -> None:
    public = ECKey.import_key(KEY).as_pem(private=False)
    other_curve = ECKey.generate_key("P-384").as_pem(private=True)
    for pem in (public, other_curve, b"", b"-----BEGIN PRIVATE KEY-----"):
        with pytest.raises(ValueError, match="key"):
            TokenIssuer(pem)


def test_remembered_verdicts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED", 3)
    verifier = TokenVerifier(jwks_of(KEY))
    for number in range(5):
        verifier.actor(issued(session=f"s-{number}"), NINE)
    assert len(verifier._verdicts) == 3


routes = APIRouter(prefix="/v1")


@routes.get("/me")
async def me(officer: SignedIn) -> dict[str, str]:
    return {"officer": officer.actor.officer_id}


@pytest.fixture
def client() -> TestClient:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.verifier = TokenVerifier(jwks_of(KEY))
        yield

    return TestClient(create_app("trial", load_settings(), Health(), lifespan, [routes]))


def test_a_route_knows_who_asks(client: TestClient) -> None:
    with client:
        for scheme in ("Bearer", "bearer"):
            token = issued(clock.now())
            answer = client.get("/v1/me", headers={"Authorization": f"{scheme} {token}"})
            assert answer.json() == {"officer": "o-000007"}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "auth.missing"),
        ("", "auth.missing"),
        ("Bearer", "auth.missing"),
        ("Basic b3BlcmF0b3I6", "auth.missing"),
        ("Bearer x", "auth.invalid"),
        (f"Bearer {issued(NINE - timedelta(days=1))}", "auth.expired"),
    ],
)
def test_a_route_turns_others_away(header: str | None, code: str, client: TestClient) -> None:
    with client:
        headers = {} if header is None else {"Authorization": header}
        answer = client.get("/v1/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_openapi_shows_the_bearer_scheme(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert document["paths"]["/v1/me"]["get"]["security"] == [{"bearer": []}]

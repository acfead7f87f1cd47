"""A token that was signed out is taken nowhere any more."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from schemas.codec import encode
from schemas.envelope import Envelope, Record
from schemas.events.presence import SignedIn, SignedOut
from services.runtime import clock
from services.runtime.ids import new_case_id
from services.runtime.problems import Problem
from services.runtime.revocations import Revocations
from services.runtime.tokens import TokenIssuer, TokenVerifier, jwks_of, new_signing_key
from tests.runtime.toy_log import until, write
from tests.runtime.toy_service import make_topics
from tests.support.builders import VILLAGE

pytestmark = pytest.mark.kafka


def told(event: SignedIn | SignedOut, sequence: int = 1) -> Record:
    given = new_case_id()
    return encode(
        Envelope(
            event_id=given,
            key="o-li",
            sequence=sequence,
            occurred_at=clock.now(),
            source=VILLAGE,
            actor="o-li",
            causation_id=given,
            correlation_id=given,
            event=event,
        )
    )


async def test_a_session_signed_out_before_or_after_is_revoked_and_no_other(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = f"officer.{uuid4().hex[:12]}.events.v1"
    for kind in (SignedIn, SignedOut):
        monkeypatch.setattr(kind, "topics", (topic,))
    monkeypatch.setattr("services.runtime.revocations.PRESENCE", topic)
    await make_topics(kafka, {topic: 2})
    early, late, open_session = (new_case_id() for _ in range(3))
    here = SignedIn(
        session_id=open_session, since=clock.now(), organisation=VILLAGE, device="一号窗口"
    )
    junk = Record(b"k", b"\xff", ())
    await write(kafka, topic, told(here), junk, told(SignedOut(session_id=early)))

    pem = new_signing_key()
    revocations = Revocations(kafka)
    verifier = TokenVerifier(jwks_of(pem), revocations.is_revoked)
    tokens = {
        session: TokenIssuer(pem).issue("o-li", VILLAGE, (), session, clock.now())[0]
        for session in (early, late, open_session)
    }
    following = asyncio.create_task(revocations.follow())
    try:
        await until(lambda: revocations.is_revoked(early))
        verifier.actor(tokens[late], clock.now())
        await write(kafka, topic, told(SignedOut(session_id=late), 2))
        await until(lambda: revocations.is_revoked(late))
        for session in (early, late):
            with pytest.raises(Problem) as raised:
                verifier.actor(tokens[session], clock.now())
            assert (raised.value.status, raised.value.code) == (401, "auth.revoked")
        assert verifier.actor(tokens[open_session], clock.now()).session_id == open_session
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

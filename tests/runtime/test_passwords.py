"""Signing in by password: right, wrong, unknown, and too many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.passwords import Passwords, hasher
from services.runtime.problems import Problem
from services.runtime.rate_limit import TokenBuckets, require_attempt

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


async def test_the_right_password_is_taken_and_a_wrong_one_is_not(passwords: Passwords) -> None:
    stored = await passwords.hash_password("口令 cunban-demo")
    assert await passwords.verify(stored, "口令 cunban-demo")
    assert not await passwords.verify(stored, "口令 cunban-dem0")
    assert not await passwords.verify(stored, "")


async def test_a_hash_made_with_other_parameters_still_holds(passwords: Passwords) -> None:
    stored = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=2).hash("x")
    assert await passwords.verify(stored, "x")


async def test_an_unknown_login_costs_what_a_known_one_does(passwords: Passwords) -> None:
    asked: list[str] = []

    class Spy(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            asked.append(str(hash))
            return super().verify(hash, password)

    stored = await passwords.hash_password("x")
    passwords._hasher = Spy()
    await passwords.verify(stored, "y")
    assert not await passwords.verify(None, "y")
    known, unknown = (extract_parameters(each) for each in asked)
    assert known == unknown


async def test_a_stored_hash_that_cannot_be_read_lets_nobody_in(passwords: Passwords) -> None:
    for broken in ("", "x", "$argon2id$v=19$m=19456,t=2,p=1$AAAA", "$2b$12$abc"):
        assert not await passwords.verify(broken, "x")


async def test_two_equal_passwords_have_different_hashes(passwords: Passwords) -> None:
    assert await passwords.hash_password("x") != await passwords.hash_password("x")


def test_the_parameters_are_those_that_the_docs_name() -> None:
    made = hasher()
    assert (made.time_cost, made.memory_cost, made.parallelism) == (2, 19 * 1024, 1)
    assert made.hash("x").startswith("$argon2id$")


async def test_the_morning_storm_is_let_in_whole_while_the_loop_goes_on(
    passwords: Passwords,
) -> None:
    # Cheap on purpose: what is tried is the queue; docs/settings.md has the time it takes.
    stored = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("x")
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    answers = await asyncio.gather(*(passwords.verify(stored, "x") for _ in range(150)))
    beside.cancel()
    assert answers == [True] * 150
    assert turns > 150


async def test_beyond_the_queue_sign_ins_are_turned_away_and_later_taken_again() -> None:
    passwords = Passwords(at_once=1, most_waiting=2)
    stored = passwords._hasher.hash("x")
    found = await asyncio.gather(
        *(passwords.verify(stored, "x") for _ in range(5)), return_exceptions=True
    )
    busy = [each for each in found if isinstance(each, Problem)]
    assert found.count(True) == 3
    assert [(each.code, each.status) for each in busy] == [("auth.busy", 503)] * 2
    assert int(busy[0].headers["Retry-After"]) > 0
    assert await passwords.verify(stored, "x")
    passwords.close()


def test_so_many_attempts_at_once_then_so_many_a_minute() -> None:
    buckets = TokenBuckets(burst=3, per_minute=6)
    for _ in range(3):
        require_attempt(buckets, "leader", "10.0.0.1", NINE)
    with pytest.raises(Problem) as limited:
        require_attempt(buckets, "leader", "10.0.0.1", NINE)
    assert (limited.value.code, limited.value.status) == ("auth.too_many_attempts", 429)
    assert limited.value.headers["Retry-After"] == "10"
    require_attempt(buckets, "leader", "10.0.0.1", NINE + timedelta(seconds=10))
    with pytest.raises(Problem):
        require_attempt(buckets, "leader", "10.0.0.1", NINE + timedelta(seconds=10))


def test_another_login_or_another_address_has_a_bucket_of_its_own() -> None:
    buckets = TokenBuckets(burst=1)
    require_attempt(buckets, "leader", "10.0.0.1", NINE)
    require_attempt(buckets, "leader", "10.0.0.2", NINE)
    require_attempt(buckets, "inspector", "10.0.0.1", NINE)


def test_a_success_fills_the_bucket_again() -> None:
    buckets = TokenBuckets(burst=1)
    assert buckets.take("k", NINE) == 0
    assert buckets.take("k", NINE) > 0
    buckets.forget("k")
    assert buckets.take("k", NINE) == 0


def test_the_least_recently_used_bucket_is_forgotten() -> None:
    buckets = TokenBuckets(burst=1, remembered=2)
    for key in "aba":
        buckets.take(key, NINE)
    buckets.take("c", NINE)
    assert buckets.take("a", NINE) > 0
    assert buckets.take("b", NINE) == 0


@given(st.lists(st.floats(-60, 60), max_size=60), st.integers(1, 5), st.integers(1, 120))
def test_never_more_pass_than_the_burst_and_what_flowed_in(
    steps: list[float], burst: int, per_minute: int
) -> None:
    buckets, passed = TokenBuckets(burst, per_minute), 0
    moments = [NINE + timedelta(seconds=second) for second in accumulate(steps, initial=0.0)]
    for number, now in enumerate(moments):
        passed += buckets.take("k", now) == 0
        flowed = (max(moments[: number + 1]) - NINE).total_seconds() * per_minute / 60
        assert passed <= burst + flowed + 1e-6

"""An officer repeats what was not answered, under the same key; a refusal is an answer."""

from collections.abc import Callable, Iterator

import httpx2
import pytest

from services.runtime.simulation.desk import Answer, Desk, NoAnswer

Given = httpx2.Response | Exception


def desk(answers: Iterator[Given], asked: list[httpx2.Request], patience: float = 60.0) -> Desk:
    """Give a desk whose calls are answered one after the other as listed."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        given = next(answers)
        if isinstance(given, Exception):
            raise given
        return given

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return Desk(http, lambda service: f"http://{service}", "village.clerk", "secret", patience)


def response(status: int, code: str = "") -> httpx2.Response:
    return httpx2.Response(status, json={"code": code}, headers={"ETag": '"3"'})


UNANSWERED: list[Callable[[], Given]] = [
    lambda: httpx2.ConnectError("refused"),
    lambda: httpx2.ReadTimeout("silent"),
    lambda: response(503, "log.unavailable"),
    lambda: response(202),
    lambda: response(409, "idempotency.still_running"),
]


@pytest.mark.parametrize("unanswered", UNANSWERED)
async def test_what_was_not_answered_is_sent_again_unchanged(
    unanswered: Callable[[], Given],
) -> None:
    asked: list[httpx2.Request] = []
    clerk = desk(iter([unanswered(), unanswered(), response(200)]), asked)
    answer = await clerk.act("intake", "/v1/applications/x/accept", {"a": 1}, seen=2)
    assert (answer.status, answer.tries, answer.version) == (200, 3, 3)
    sent = {
        (each.headers["Idempotency-Key"], each.headers["If-Match"], each.content) for each in asked
    }
    assert sent == {(answer.key, '"2"', b'{"a":1}')}


@pytest.mark.parametrize(
    ("status", "code"), [(409, "review.already_claimed"), (412, "request.stale"), (422, "x.y")]
)
async def test_a_refusal_is_an_answer(status: int, code: str) -> None:
    asked: list[httpx2.Request] = []
    clerk = desk(iter([response(status, code)]), asked)
    answer = await clerk.act("review", "/v1/steps/x/claim", {})
    assert (answer.status, answer.code, answer.ok) == (status, code, False)
    assert len(asked) == 1


async def test_patience_ends() -> None:
    asked: list[httpx2.Request] = []
    clerk = desk(iter([response(503)] * 10), asked, patience=0.0)
    with pytest.raises(NoAnswer, match="503"):
        await clerk.ask("intake", "/v1/items")


def test_an_empty_body_is_nothing() -> None:
    assert Answer(204, b"", None, "", 1).json() is None


async def test_whoever_has_signed_in_need_not_do_it_again_until_the_token_is_old() -> None:
    asked: list[httpx2.Request] = []
    told = {"token": "t", "officer": {"officer_id": "o-li"}}
    signed_in, signed_out = httpx2.Response(201, json=told), httpx2.Response(204)
    clerk = desk(iter([signed_in, signed_out]), asked)
    assert clerk.signs_in_before(60.0)
    await clerk.sign_in()
    assert not clerk.signs_in_before(60.0)
    assert clerk.signs_in_before(-1.0)
    await clerk.sign_out()
    assert clerk.signs_in_before(60.0)
    assert asked[1].headers["Authorization"] == "Bearer t"


async def test_a_file_goes_up_and_comes_off_under_a_key_that_the_ledger_knows() -> None:
    asked: list[httpx2.Request] = []
    clerk = desk(iter([response(503), response(200), response(200)]), asked)
    put = await clerk.send("intake", "/v1/x", b"%PDF", key="k-1")
    off = await clerk.take_off("intake", "/v1/x", key="k-2")
    assert [(each.method, each.headers["Idempotency-Key"]) for each in asked] == [
        *(("PUT", "k-1"), ("PUT", "k-1"), ("DELETE", "k-2"))
    ]
    assert (put.key, put.tries, off.key) == ("k-1", 2, "k-2")

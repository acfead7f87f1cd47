"""A form as a command: its key is minted with the form and kept until an answer is certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from fastapi.datastructures import FormData

from services.portal.apis import Answer, ApiProblem, Apis, ServiceAsked
from services.portal.session import Session
from services.runtime.ids import new_case_id

_UNCERTAIN: Final = frozenset({500, 502, 503, 504})
RUNNING: Final = "idempotency.still_running"
STILL_RUNNING: Final = ApiProblem(
    202,
    "portal.still_running",
    "已提交，结果尚未返回",
    "请稍候用本页再次提交查看结果；同一张表单重复提交不会重复办理。",
)


class Target(NamedTuple):
    """Where a command goes."""

    service: ServiceAsked
    path: str


class FormHead(NamedTuple):
    """What a form carries so that sending it twice does it once, and not over another's change."""

    key: str
    etag: str | None


class FormHeads(dict[str, FormHead]):
    """The heads of the forms of one page by act, minted as the page asks for them."""

    def __init__(self, etag: str | None) -> None:
        super().__init__()
        self._etag = etag

    def __missing__(self, act: str) -> FormHead:
        self[act] = head = FormHead(new_case_id(), self._etag)
        return head


class Typed(dict[str, str]):
    """What was typed, to be shown again; nothing where nothing was."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a form."""

    answer: Answer | None
    problem: ApiProblem | None
    again: FormHead | None = None
    """For the form when it is shown again: the same as long as the outcome is not certain."""


async def send(
    apis: Apis,
    session: Session,
    target: Target,
    body: Mapping[str, Any],
    form: FormData,
) -> Sent:
    """Send `body` as a command under the key, and against the version, that the form carries.

    While the outcome is not certain the command may have been carried out all the same, so only
    the same key may ask again; a definite answer makes the next try a new command.

    Raises:
        ApiProblem: 401, nobody is signed in any longer.
    """
    again = again_of(form)
    etag = again.etag
    headers = {"Idempotency-Key": again.key, **({"If-Match": etag} if etag else {})}
    try:
        answer = await apis.post(target.service, target.path, body, session.token, headers)
    except ApiProblem as problem:
        if problem.status == 401:
            raise
        if problem.status in _UNCERTAIN or problem.code == RUNNING:
            return Sent(None, problem, again)
        return Sent(None, problem)
    if answer.pending:
        return Sent(None, STILL_RUNNING, again)
    return Sent(answer, None)


def again_of(form: FormData) -> FormHead:
    """Give the head that the form carries, to be shown again with it."""
    return FormHead(_text(form, "key") or new_case_id(), _text(form, "etag") or None)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""

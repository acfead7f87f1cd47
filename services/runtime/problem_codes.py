"""The codes with which the runtime answers over HTTP; `docs/errors.md` lists the same.

Codes of refusals belong to the cores and stand in each service's README.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.runtime.problem_codes_of_papers import OF_PAPERS
from services.runtime.wording import Wording


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """What a code means, and what the caller does about it."""

    status: int
    title: Wording
    cure: Wording


def _code(status: int, title: tuple[str, str], cure: tuple[str, str]) -> ProblemCode:
    return ProblemCode(status, Wording(*title), Wording(*cure))


PROBLEMS: Final[dict[str, ProblemCode]] = {
    **{code: _code(*said) for code, said in OF_PAPERS.items()},
    "request.invalid": _code(
        422,
        ("请求内容有误", "The request is not well-formed"),
        ("请按 errors 逐项改正后重新提交。", "Correct what errors[] names and send it again."),
    ),
    "request.not_found": _code(
        404,
        ("没有找到", "Not found"),
        ("请核对地址或编号。", "Check the address or the number."),
    ),
    "request.method_not_allowed": _code(
        405,
        ("该地址不支持这种请求方法", "This method is not allowed here"),
        ("可用的方法见 Allow 头。", "The Allow header names the methods."),
    ),
    "request.too_large": _code(
        413,
        ("请求内容过大", "The request is too large"),
        ("请缩小内容或附件后再提交。", "Send less, or a smaller file."),
    ),
    "request.media_type": _code(
        415,
        ("不支持这种内容类型", "This content type is not supported"),
        ("请使用 application/json。", "Use application/json."),
    ),
    "request.too_many": _code(
        429,
        ("请求过于频繁", "Too many requests"),
        ("请按 Retry-After 稍后再试。", "Try again after Retry-After seconds."),
    ),
    "request.refused": _code(
        400,
        ("请求不被接受", "The request is not accepted"),
        ("请核对请求后再试。", "Check the request and try again."),
    ),
    "request.stale": _code(
        412,
        ("内容已被他人更新", "Somebody else has changed it meanwhile"),
        ("请刷新，核对两份内容后再提交。", "Reload, compare both texts, and send it again."),
    ),
    "request.version_missing": _code(
        428,
        ("缺少所见版本", "The version that was seen is missing"),
        ("请在 If-Match 中写明 ETag 的值。", "Send the ETag as If-Match."),
    ),
    "request.version_invalid": _code(
        400,
        ("所见版本有误", "The version that was seen is not readable"),
        ('If-Match 须为 ETag 的值，如 "3"，或 *。', 'Send the ETag as If-Match, like "3", or *.'),
    ),
    "command.not_known": _code(
        404,
        ("没有这条命令的结果", "No result of this command is known here"),
        (
            "请用同一个 Idempotency-Key 重新提交，不会重复执行。",
            "Send the request again with the same Idempotency-Key; it is not done twice.",
        ),
    ),
    "operate.rebuild_under_way": _code(
        409,
        ("正在重建", "A rebuild is under way"),
        ("请等它完成后再试。", "Try again when it is done."),
    ),
    "public.not_found": _code(
        404,
        ("没有找到这个办件", "No such case"),
        (
            "请核对回执上的办件编号与查询码。",
            "Check the case number and the query code on the receipt.",
        ),
    ),
    "idempotency.key_missing": _code(
        400,
        ("缺少 Idempotency-Key", "The Idempotency-Key is missing"),
        (
            "每个 POST 须带 Idempotency-Key（8 至 128 个可见字符，建议 UUID），重试时保持不变。",
            "Send 8 to 128 visible characters, best a UUID, and keep them on a retry.",
        ),
    ),
    "idempotency.key_reused": _code(
        422,
        ("该 Idempotency-Key 已用于另一内容", "This Idempotency-Key came with another body"),
        ("新的请求请换一个新的键。", "Use a new key for a new request."),
    ),
    "idempotency.still_running": _code(
        409,
        ("同一请求正在执行", "The same request is still running"),
        ("请稍后用同一个键再问。", "Ask again later with the same key."),
    ),
    "auth.missing": _code(
        401,
        ("尚未登录", "Not signed in"),
        ("请先登录，并在 Authorization 中带上令牌。", "Sign in and send the token as Bearer."),
    ),
    "auth.invalid": _code(
        401,
        ("登录令牌无效", "The token is not valid"),
        ("请重新登录。", "Sign in again."),
    ),
    "auth.expired": _code(
        401,
        ("登录已过期", "The token has expired"),
        ("请重新登录。", "Sign in again."),
    ),
    "auth.revoked": _code(
        401,
        ("该登录已退出", "The session has ended"),
        ("请重新登录。", "Sign in again."),
    ),
    "auth.refused": _code(
        401,
        ("账号或密码不正确", "Login or password is wrong"),
        ("请核对后重试；忘记密码请联系管理员。", "Check both; the operator resets a password."),
    ),
    "auth.too_many_attempts": _code(
        429,
        ("登录尝试过多", "Too many attempts to sign in"),
        ("请按 Retry-After 稍后再试。", "Try again after Retry-After seconds."),
    ),
    "auth.busy": _code(
        503,
        ("登录人数过多", "Too many are signing in at once"),
        ("请按 Retry-After 稍后再试。", "Try again after Retry-After seconds."),
    ),
    "rights.denied": _code(
        403,
        ("无权执行该操作", "Your posts do not allow this"),
        ("请联系本机构负责人。", "Ask the head of your organisation."),
    ),
    "gateway.busy": _code(
        503,
        ("当前办理量过大", "Too many commands are waiting"),
        ("请用同一个键稍后重试。", "Repeat it later with the same key."),
    ),
    "log.unavailable": _code(
        503,
        ("事件日志暂不可用", "The event log is away"),
        ("未作任何承诺，请用同一个键稍后重试。", "Nothing is promised; repeat with the same key."),
    ),
    "store.unavailable": _code(
        503,
        ("查询库暂不可用", "The store of the queries is away"),
        ("办理不受影响，请稍后再查询。", "Cases go on; ask again later."),
    ),
    "server.unavailable": _code(
        503,
        ("服务暂不可用", "The service is not ready"),
        ("请按 Retry-After 稍后再试。", "Try again after Retry-After seconds."),
    ),
    "server.fault": _code(
        500,
        ("系统故障", "A fault of the system"),
        (
            "请稍后再试，并把 request_id 告知管理员。",
            "Try later; tell the operator the request_id.",
        ),
    ),
}

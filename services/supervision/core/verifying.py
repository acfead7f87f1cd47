"""Is a document genuine, and does it hold: read off the events of its case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, Protocol, TypeAlias

from services.kernel.identifiers import PaperKind, paper_of

Kind: TypeAlias = PaperKind | Literal["result"]
Standing: TypeAlias = Literal["in_force", "expired", "revoked", "replaced"]
_TYPES: Final[dict[Kind, str]] = {
    "receipt": "cn.cunban.application.submitted.v1",
    "acceptance": "cn.cunban.case.accepted.v1",
    "deficiency": "cn.cunban.application.deficiency-notified.v2",
    "refusal": "cn.cunban.case.not-accepted.v1",
    "decision": "cn.cunban.step.decided.v1",
    "stop": "cn.cunban.clock.stopped.v1",
    "extension": "cn.cunban.clock.extended.v1",
    "result": "cn.cunban.result.issued.v1",
}
_REISSUED: Final = "cn.cunban.result.reissued.v1"
_CORRECTED: Final = "cn.cunban.result.corrected.v1"
_REVOKED: Final = "cn.cunban.result.revoked.v1"
NAMES: Final[dict[Kind, str]] = {
    "receipt": "收件凭证（受理单）",
    "acceptance": "受理通知书",
    "deficiency": "一次性补正告知书",
    "refusal": "不予受理通知书",
    "decision": "决定书",
    "stop": "特别程序所需时间告知书",
    "extension": "延长办理期限告知书",
    "result": "结果文书",
}


class Told(Protocol):
    """One event of the case, with the time and the place of the act."""

    @property
    def type(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def organisation(self) -> str: ...
    @property
    def fact(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Verified:
    """A document that was issued under this number."""

    kind: Kind
    name: str
    issued_by: str
    """Path of the organisation."""
    issued_at: datetime
    valid_from: date | None
    valid_until: date | None
    """Last day; None where it has no end."""
    standing: Standing
    revoked_at: datetime | None = None
    replaced_at: datetime | None = None
    """Since when a duplicate copy holds in its place."""


def verified(number: str, trace: Sequence[Told], today: date) -> Verified | None:
    """Give what the trace of a case, in the order of each topic, knows of a document; None where
    none was issued under this number."""
    paper = paper_of(number)
    kind: Kind = "result" if paper is None else paper[1]
    ordinal = 1 if paper is None else paper[2]
    types = {_TYPES[kind], _REISSUED} if kind == "result" else {_TYPES[kind]}
    issued = [told for told in trace if told.type in types and _is_letter(told)]
    found = _numbered(kind, ordinal, number, issued)
    if found is None:
        return None
    if kind == "result":
        return _result(found, number, trace, today)
    return Verified(
        kind, NAMES[kind], found.organisation, found.occurred_at, None, None, "in_force"
    )


def masked(name: str) -> str:
    """Give a name as everybody may read it: 张*明."""
    if len(name) < 3:
        return name[:1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def _is_letter(told: Told) -> bool:
    return told.fact.get("outcome") != "forwarded"


def _numbered(kind: Kind, ordinal: int, number: str, issued: Sequence[Told]) -> Told | None:
    match kind:
        case "deficiency":
            wanted = [told for told in issued if told.fact.get("notice_number") == number]
        case "result":
            wanted = [told for told in issued if told.fact.get("document_number") == number]
        case "decision":
            tail = f".{ordinal}"
            wanted = [told for told in issued if str(told.fact.get("step_id")).endswith(tail)]
        case _:
            wanted = list(issued[ordinal - 1 : ordinal])
    return wanted[0] if wanted else None


def _result(found: Told, number: str, trace: Sequence[Told], today: date) -> Verified:
    said = dict(found.fact)
    for told in trace:
        if told.type == _CORRECTED and told.fact.get("document_number") == number:
            said[told.fact["what"]] = told.fact["new"]
    until = date.fromisoformat(said["valid_until"]) if said.get("valid_until") else None
    revoked = _first(trace, _REVOKED, "document_number", number)
    replaced = _first(trace, _REISSUED, "replaces", number)
    standing: Standing = "expired" if until is not None and until < today else "in_force"
    if replaced:
        standing = "replaced"
    return Verified(
        kind="result",
        name=said["name"],
        issued_by=found.organisation,
        issued_at=found.occurred_at,
        valid_from=date.fromisoformat(said["valid_from"]),
        valid_until=until,
        standing="revoked" if revoked else standing,
        revoked_at=revoked.occurred_at if revoked else None,
        replaced_at=replaced.occurred_at if replaced else None,
    )


def _first(trace: Sequence[Told], of_type: str, name: str, number: str) -> Told | None:
    return next((t for t in trace if t.type == of_type and t.fact.get(name) == number), None)

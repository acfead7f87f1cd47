"""Signals of `officer.signals.v1`, read."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from schemas.values import Instant, OfficerId, OrganisationPath, SessionId
from services.supervision.core.windows import Signal

_OFFICER: TypeAdapter[str] = TypeAdapter(OfficerId)


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    session_id: SessionId
    organisation: OrganisationPath
    kind: Literal["beat", "activity"]
    at: Instant


def read_signal(key: bytes, value: bytes) -> Signal:
    """Give the signal.

    Raises:
        ValueError: it is not one; pydantic's `ValidationError` is such.
    """
    told = _Told.model_validate_json(value)
    return Signal(
        officer_id=_OFFICER.validate_python(key.decode()),
        session_id=told.session_id,
        organisation=told.organisation,
        kind=told.kind,
        at=round(told.at.timestamp() * 1000),
    )

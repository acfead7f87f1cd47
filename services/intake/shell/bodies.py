"""What callers of intake's HTTP paths send."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.values import (
    Channel,
    Defect,
    Instant,
    ItemCode,
    Label,
    Material,
    OrganisationPath,
    Text,
)


class Body(BaseModel):
    """Closed: a misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Applicant(Body):
    """办事人. Goes to the people facts, never onto an event."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    kind: Literal["person", "legal_person"] = "person"
    id_number: Annotated[str | None, Field(pattern=r"^[0-9A-Z]{15,18}$")] = None
    """Identity number, or unified social credit code."""
    phone: Annotated[str | None, Field(pattern=r"^\+?[0-9-]{5,20}$")] = None

    @model_validator(mode="after")
    def _someone_in_particular(self) -> Applicant:
        if self.id_number is None and self.phone is None:
            raise ValueError("id_number or phone is needed to tell people of one name apart")
        return self


class Application(Body):
    """An application, as a draft or handed in at once."""

    item_code: ItemCode
    applicant: Applicant
    agent: Applicant | None = None
    channel: Channel = "village"
    organisation: OrganisationPath | None = None
    """Where it is handed in; the officer's own organisation if left out."""
    materials: Annotated[tuple[Material, ...], Field(max_length=99)] = ()
    submit: bool = False
    captured_at: Instant | None = None
    """Time of the device that captured it without a line."""


class Deficiency(Body):
    """All that is wrong with the papers."""

    defects: Annotated[tuple[Defect, ...], Field(min_length=1, max_length=99)]


class Supplied(Body):
    """The papers that the notice asked for."""

    materials: Annotated[tuple[Material, ...], Field(min_length=1, max_length=99)]


class Refusal(Body):
    """Why it is not accepted."""

    reason: Text
    basis: Label
    remedy: Text


class Withdrawal(Body):
    """The applicant's word."""

    reason: Text


class Nothing(Body):
    """An empty object; more is an error."""

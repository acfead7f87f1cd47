"""What callers of intake's HTTP paths send."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.values import (
    Channel,
    Defect,
    DocumentKind,
    Instant,
    ItemCode,
    Label,
    Mandate,
    Material,
    OrganisationPath,
    Text,
)
from services.runtime.closed_body import ClosedBody


class Body(ClosedBody):
    """Closed: a misspelt field is an error, not silence."""


class Applicant(Body):
    """办事人. Goes to the people facts, never onto an event."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    kind: Literal["person", "legal_person"] = "person"
    id_number: Annotated[str | None, Field(pattern=r"^[0-9A-Za-z -]{5,30}$")] = None
    """Of the identity document, or unified social credit code; its check digit is looked at."""
    document_kind: DocumentKind | None = None
    """Left out: identity card, or credit code of a body."""
    address: Annotated[str | None, Field(min_length=1, max_length=120)] = None
    household_division: Annotated[str | None, Field(pattern=r"^[0-9]{12}$")] = None
    phone: Annotated[str | None, Field(pattern=r"^\+?[0-9-]{5,20}$")] = None

    @model_validator(mode="after")
    def _someone_in_particular(self) -> Applicant:
        if self.id_number is None and self.phone is None:
            raise ValueError("id_number or phone is needed to tell people of one name apart")
        return self


class Confirmation(Body):
    """That one like it is known, and is not the same."""

    confirm_duplicate: bool = False
    duplicate_reason: Text | None = None
    """Why it is handed in all the same; recorded where there is one like it."""

    @model_validator(mode="after")
    def _with_a_reason(self) -> Confirmation:
        if self.confirm_duplicate != (self.duplicate_reason is not None):
            raise ValueError("confirm_duplicate and duplicate_reason belong together")
        return self


class HandedIn(Confirmation):
    """What somebody brings to a window, for whichever item or topic."""

    applicant: Applicant
    agent: Applicant | None = None
    mandate: Mandate | None = None
    """By what right the agent acts."""
    confirm_changed_person: bool = False
    """Whether a name that differs from the one known under the number is right."""
    channel: Channel = "village"
    organisation: OrganisationPath | None = None
    """Whose case it is; the officer's own organisation if left out."""
    taken_in_at: OrganisationPath | None = None
    """通办. Where it is handed in, if not there: `organisation` is then the applicant's own place,
    and the item says that any office of the level takes it in."""
    materials: Annotated[tuple[Material, ...], Field(max_length=99)] = ()
    captured_at: Instant | None = None
    """Time of the device that captured it without a line."""


class Application(HandedIn):
    """An application, as a draft or handed in at once."""

    item_code: ItemCode
    submit: bool = False


class TopicApplication(HandedIn):
    """一件事申请: a topic, handed in at once. `materials` is the merged list's, for all items;
    `confirm_duplicate` is said for each of them."""

    items: Annotated[tuple[ItemCode, ...], Field(max_length=20)] = ()
    """Which of the topic's items; all of them if left out. Each once, in the topic's order."""


class Captured(BaseModel):
    """One application of a batch, not read yet: what is wrong with one is told of that one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    idempotency_key: Annotated[str, Field(pattern=r"^[\x21-\x7e]{8,128}$")]
    """As the single call would have it; a repeat of the batch does nothing twice."""
    application: dict[str, Any]
    """As `POST /v1/applications` takes it."""


class Batch(BaseModel):
    """Applications that were captured without a line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    applications: Annotated[tuple[Captured, ...], Field(min_length=1, max_length=50)]


class Sought(Body):
    """Whose facts are asked for. In a body, so that no number stands in an address or a log."""

    id_number: Annotated[str, Field(pattern=r"^[0-9A-Za-z -]{5,30}$")]
    kind: Literal["person", "legal_person"] = "person"
    document_kind: DocumentKind | None = None


class Erasure(Body):
    """Why a person is erased: a ground of the Personal Information Protection Law, art. 47."""

    ground: Literal["purpose_fulfilled", "consent_withdrawn", "unlawful", "retention_over"]


class Deficiency(Body):
    """All that is wrong with the papers."""

    defects: Annotated[tuple[Defect, ...], Field(min_length=1, max_length=99)]


class PrecheckAnswer(Body):
    """All that is wrong with the papers of a draft, or that they will do."""

    fine: bool = False
    defects: Annotated[tuple[Defect, ...], Field(max_length=99)] = ()

    @model_validator(mode="after")
    def _one_or_the_other(self) -> PrecheckAnswer:
        if self.fine == bool(self.defects):
            raise ValueError("either fine, or all defects")
        return self


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

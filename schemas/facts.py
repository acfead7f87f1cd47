"""Facts on `reference.facts.v1` and `people.facts.v1`: what is in force, not what happened.

Key of a reference fact: `kind/code/version`, so that compaction keeps every version and an open
case keeps the one under which it was accepted.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from schemas.item_facts import (
    AuthorityChange,
    InternalCheck,
    Precondition,
    ReviewRule,
    RiskPoint,
)
from schemas.seal_facts import Seal
from schemas.values import (
    ApplicantRef,
    Channel,
    Delivery,
    DocumentKind,
    Duty,
    ItemCode,
    ItemKind,
    Label,
    LimitUnit,
    OfficerId,
    OrganisationPath,
    Procedure,
    Role,
    RouteShape,
    Survey,
    Text,
    Value,
)

_HOUR: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
r"""Not `\d`: here it would also mean digits of other scripts, in JSON Schema it does not."""


class Limit(Value):
    """How long something may take."""

    limit: Annotated[int, Field(ge=1, le=36500)]
    unit: LimitUnit


class ItemMaterial(Value):
    """材料. A paper that an item asks for."""

    code: ItemCode
    name: Label
    form: Literal["original", "copy"]
    count: Annotated[int, Field(ge=1, le=99)] = 1
    required: bool = True
    when: Label | None = None
    """Of one that is not always required: in which case it is."""
    reusable: bool = False
    """An earlier paper or licence of the same applicant may be offered instead."""
    checks: tuple[Label, ...] = ()
    """What the checker looks at."""


class ItemFee(Value):
    """收费. What may be charged, and by which right."""

    code: ItemCode
    name: Label
    amount_fen: Annotated[int, Field(ge=0, le=10**10)]
    """Hundredths of a yuan, for one unit."""
    unit: Label
    basis: Text


class ItemProcedure(Value):
    """特别程序. For which the clock may stop, and for how long at most."""

    procedure: Procedure
    cap: Annotated[int, Field(ge=1, le=365)]
    """Working days that may be announced, at most."""
    basis: Text


class ResultDocument(Value):
    """办理结果. What the applicant gets."""

    name: Label
    valid_months: Annotated[int, Field(ge=1, le=1200)] | None = None
    """None where it holds until it is revoked."""


class ItemStep(Value):
    """环节. One step of an item's route, before it is known where the case comes in."""

    stage: Annotated[int, Field(ge=1, le=99)]
    title: Label
    at: Literal["village", "township"] | OrganisationPath
    """A level, meaning the one on the way of the accepting organisation; or one department."""
    duty: Duty
    role: Role
    limit: Limit


class Item(Value):
    """事项. One thing that the county handles, in one version."""

    kind_of_fact: ClassVar[str] = "item"

    code: ItemCode
    version: Annotated[int, Field(ge=1)]
    valid_from: date
    name: Label
    name_en: Label
    department: OrganisationPath
    """Organisation of record."""
    subject: Literal["person", "legal_person"]
    kind: ItemKind
    shape: RouteShape
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    """Who may accept it."""
    legal: Limit
    promised: Limit
    materials: tuple[ItemMaterial, ...]
    steps: Annotated[tuple[ItemStep, ...], Field(min_length=1)]
    legal_basis: Text
    review_rules: tuple[ReviewRule, ...] = ()
    fees: tuple[ItemFee, ...] = ()
    """Empty: nothing may be charged."""
    procedures: tuple[ItemProcedure, ...] = ()
    """Empty: the clock never stops."""
    surveys: tuple[Survey, ...] = ()
    """三到场. Surveys without which nothing may be approved."""
    external: Limit | None = None
    """Of a report-up item: how long the city or province may take; shown, never held against us."""
    document: ResultDocument | None = None
    deliveries: tuple[Delivery, ...] = ()
    guide: Text | None = None
    """What an applicant should know, in their words."""
    lists: tuple[Literal["power", "responsibility", "public_service", "fee"], ...] = ()
    """四张清单. On which of the published lists it stands."""
    risk_points: tuple[RiskPoint, ...] = ()
    internal_checks: tuple[InternalCheck, ...] = ()
    in_person: bool = False
    """本人到场. The applicant must come; no agent, no line. The source stands in `legal_basis`."""
    accept_anywhere: Annotated[tuple[Literal["village", "township"], ...], Field(max_length=2)] = ()
    """通办. Levels at which any office takes it in for an applicant of another place of that level;
    the case stays that place's."""
    preconditions: Annotated[tuple[Precondition, ...], Field(max_length=20)] = ()
    """All of them must be met when it is handed in (ADR 0026)."""
    precheck: Limit | None = None
    """预审. How long a pre-check of a draft takes at most; None: the county's one working day."""
    authority_change: AuthorityChange | None = None
    """None where this version is decided at the level of the one before."""


class Topic(Value):
    """主题（一件事）. Several items with one form, one submission, one list of materials."""

    kind_of_fact: ClassVar[str] = "topic"

    code: ItemCode
    version: Annotated[int, Field(ge=1)]
    valid_from: date
    name: Label
    name_en: Label
    items: Annotated[tuple[ItemCode, ...], Field(min_length=2, max_length=20)]
    """Handled side by side, issued together; each in its version of the day."""
    form: Label
    """Name of the one form, in place of each item's own."""
    guide: Text | None = None
    """What an applicant should know, in their words."""


class NegativeEntry(Value):
    """负面清单条目. An item that may not be handed in there, and why."""

    item: ItemCode
    reason: Text
    """With its source."""
    in_person: bool = False
    """The applicant must come: for a photograph, fingerprints, a declaration of their own."""


class NegativeList(Value):
    """负面清单. What may not be handled at the village, in one version; all else may."""

    kind_of_fact: ClassVar[str] = "negative-list"

    channel: Channel
    """Whose list it is: `village`, and the kiosk that stands there."""
    version: Annotated[int, Field(ge=1)]
    valid_from: date
    source: Text
    """By which decision it was drawn up."""
    entries: Annotated[tuple[NegativeEntry, ...], Field(min_length=1)]


class Shift(Value):
    """One half of the office day, local time `HH:MM`."""

    opens: Annotated[str, Field(pattern=_HOUR)]
    closes: Annotated[str, Field(pattern=_HOUR)]


class Organisation(Value):
    """机构. A village service room, township hall, department, office."""

    kind_of_fact: ClassVar[str] = "organisation"

    path: OrganisationPath
    name: Label
    name_en: Label
    kind: Literal[
        "county", "township", "village", "department", "service_centre", "supervision_office"
    ]
    division: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    """行政区划代码."""
    office_hours: Annotated[tuple[Shift, ...], Field(min_length=1, max_length=3)]
    closed_on: date | None = None
    """撤销日. First local day on which it does nothing more; None: it is not abolished."""
    successor: OrganisationPath | None = None
    """承接机构. Which does its work from that day on."""
    seals: tuple[Seal, ...] = ()


class Warrant(Value):
    """授权书. By which an organisation lets an officer act for it, from day to day (首席代表)."""

    number: Label
    valid_from: date
    """Local day, as `valid_until`."""
    valid_until: date | None = None
    """Last day; None: until it is withdrawn."""


class Post(Value):
    """岗位. A role at an organisation."""

    organisation: OrganisationPath
    role: Role
    warrant: Warrant | None = None
    """Outside its days the post gives no rights; None: it is held without one."""


class Officer(Value):
    """办事员."""

    kind_of_fact: ClassVar[str] = "officer"

    officer_id: OfficerId
    name: Label
    organisation: OrganisationPath
    posts: Annotated[tuple[Post, ...], Field(min_length=1)]
    stand_in: OfficerId | None = None
    """顶岗人, by the roster: who stands in when this officer is absent and nobody else is named."""


class Account(Value):
    """A way for an officer to sign in."""

    kind_of_fact: ClassVar[str] = "account"

    login: Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{1,62}$")]
    officer_id: OfficerId
    password_hash: str
    """Argon2id, encoded form."""
    demo: bool
    """Works only where the stack runs with `--demo`."""


class PersonSource(Value):
    """来源. Who told some fields of a person, and when."""

    fields: Annotated[tuple[Label, ...], Field(min_length=1, max_length=20)]
    """Names of fields of `Person`, sorted; each stands in one source only."""
    source: Label
    """The organisation (path) whose window took it down, or the name of a register."""
    on: date
    """Local day."""


class Person(Value):
    """办事人. On `people.facts.v1` only; a tombstone erases it."""

    applicant_ref: ApplicantRef
    name: Label
    kind: Literal["person", "legal_person"]
    id_number: Label | None = None
    phone: Label | None = None
    document_kind: DocumentKind | None = None
    """Of `id_number`."""
    address: Label | None = None
    household_division: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    """户籍地. By its division's code."""
    sources: tuple[PersonSource, ...] = ()

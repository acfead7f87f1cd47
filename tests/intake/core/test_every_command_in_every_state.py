"""The whole table: for each state of an application, what becomes of each command."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final, TypeAlias, get_args

import pytest

from schemas.events.base import Event
from services.intake.core.commands import COMMANDS, Command
from services.intake.core.state import (
    Accepted,
    AwaitingSupplement,
    Drafted,
    NotAccepted,
    NotSubmitted,
    State,
    Submitted,
    Withdrawn,
)
from tests.intake.core.situations import (
    CONSENT,
    OUTSIDER,
    accept,
    accepted,
    answer_precheck,
    attach,
    attached,
    correct,
    deem,
    detach,
    draft,
    drafted,
    intake,
    not_accepted,
    notified,
    notify,
    precheck_requested,
    refuse,
    request_precheck,
    submit,
    submitted,
    supplement,
    supplemented,
    withdraw,
    withdrawn,
)
from tests.support.builders import later
from tests.support.given import Refusal, given, refused

NEW_TIME: Final = later(60)
"""Later than every event of the histories: nothing is the same command come twice."""

HISTORIES: Final[dict[type[object], tuple[Event, ...]]] = {
    NotSubmitted: (),
    Drafted: (drafted(), attached(), precheck_requested()),
    Submitted: (submitted(),),
    AwaitingSupplement: (submitted(), notified()),
    Accepted: (submitted(), accepted()),
    NotAccepted: (submitted(), not_accepted()),
    Withdrawn: (submitted(), withdrawn()),
}
COMMAND_OF: Final[dict[str, Command]] = {
    "Draft": draft(at=NEW_TIME, materials=CONSENT),
    "Submit": submit(at=NEW_TIME),
    "NotifyDeficiency": notify(at=NEW_TIME),
    "Supplement": supplement(at=NEW_TIME),
    "AttachPaper": attach("consent", at=NEW_TIME),
    "DetachPaper": detach(at=NEW_TIME),
    "RequestPrecheck": request_precheck(at=NEW_TIME),
    "AnswerPrecheck": answer_precheck(at=NEW_TIME),
    "Accept": accept(at=NEW_TIME),
    "Refuse": refuse(at=NEW_TIME, reason="另一理由"),
    "Withdraw": withdraw(at=NEW_TIME, reason="另一理由"),
    "DeemAccepted": deem(),
    "CorrectDueDates": correct(),
}
Row: TypeAlias = tuple[str | Refusal, ...]
NOT_FOUND: Final = refused("intake.not_found")
NOT_SUBMITTED: Final = refused("intake.not_submitted")
SUBMITTED: Final = refused("intake.already_submitted")
FIXED: Final = refused("intake.attachment_fixed")
ACCEPTED: Final = refused("intake.already_accepted")
REFUSED: Final = refused("intake.already_refused")
WITHDRAWN: Final = refused("intake.already_withdrawn")
LATE: Final = ("", "")

# In the order of COMMANDS: Draft, Submit, NotifyDeficiency, Supplement, AttachPaper, DetachPaper,
# RequestPrecheck, AnswerPrecheck, Accept, Refuse, Withdraw, DeemAccepted, CorrectDueDates. What
# comes by itself and too late is no refusal: nothing follows.
TABLE: Final[dict[type[object], Row]] = {
    NotSubmitted: ("ApplicationDrafted", "ApplicationSubmitted", *(NOT_FOUND,) * 9, *LATE),
    Drafted: (
        "ApplicationDrafted",
        "ApplicationSubmitted",
        *(NOT_SUBMITTED,) * 2,
        "PaperAttached",
        "PaperDetached",
        refused("intake.precheck_pending"),
        "PrecheckAnswered",
        *(NOT_SUBMITTED,) * 2,
        "ApplicationWithdrawn",
        *LATE,
    ),
    Submitted: (
        SUBMITTED,
        SUBMITTED,
        "DeficiencyNotified",
        refused("intake.nothing_to_supplement"),
        "PaperAttached",
        FIXED,
        *(SUBMITTED,) * 2,
        "CaseAccepted",
        "CaseNotAccepted",
        "ApplicationWithdrawn",
        "CaseAccepted",
        "DueDateCorrected",
    ),
    AwaitingSupplement: (
        SUBMITTED,
        SUBMITTED,
        "",
        "MaterialsSupplemented",
        "PaperAttached",
        FIXED,
        *(SUBMITTED,) * 2,
        refused("intake.supplement_outstanding"),
        "CaseNotAccepted",
        "ApplicationWithdrawn",
        *LATE,
    ),
    Accepted: (*(ACCEPTED,) * 11, *LATE),
    NotAccepted: (*(REFUSED,) * 11, *LATE),
    Withdrawn: (*(WITHDRAWN,) * 11, *LATE),
}


def test_the_table_leaves_no_state_and_no_command_out() -> None:
    assert set(HISTORIES) == set(TABLE) == set(get_args(get_args(State)[0]))
    assert list(COMMAND_OF) == [command.__name__ for command in COMMANDS]
    assert all(len(row) == len(COMMANDS) for row in TABLE.values())
    for state, history in HISTORIES.items():
        assert type(given(intake, *history).state) is state


@pytest.mark.parametrize(("state", "command"), list(product(HISTORIES, COMMAND_OF)))
def test_every_command_in_every_state(state: type[object], command: str) -> None:
    outcome = given(intake, *HISTORIES[state]).when(COMMAND_OF[command])
    expected = TABLE[state][list(COMMAND_OF).index(command)]
    if isinstance(expected, Refusal):
        outcome.then_refused(expected.code)
    else:
        assert outcome.refusal is None
        assert "".join(type(event).__name__ for event in outcome.events) == expected


@pytest.mark.parametrize(
    ("state", "command"),
    [
        *product(list(HISTORIES)[1:], COMMAND_OF),
        *product([NotSubmitted], ["Draft", "Submit", "DeemAccepted", "CorrectDueDates"]),
    ],
)
def test_nobody_acts_on_the_application_of_another_village(
    state: type[object], command: str
) -> None:
    by_outsider = replace(COMMAND_OF[command], actor=OUTSIDER)
    given(intake, *HISTORIES[state]).when(by_outsider).then_refused("rights.denied")


def test_a_supplemented_application_is_answered_like_a_new_one() -> None:
    again = given(intake, submitted(), notified(), supplemented())
    again.when(accept(at=later(1))).then(accepted())
    again.when(refuse()).then(not_accepted())
    again.when(withdraw()).then(withdrawn())

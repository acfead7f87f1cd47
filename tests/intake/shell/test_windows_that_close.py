"""A window of an organisation that is abolished gives out no places from that day on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import pytest

from schemas.facts import Organisation
from services.intake.shell.appointments import _schedule
from services.kernel.reference_book import ReferenceBook
from services.runtime.problems import Problem
from services.runtime.reference_files import read_county

CENTRE: Final = "/qingyun/c-service"
CLOSED: Final = {"closed_on": date(2026, 12, 1), "successor": "/qingyun/d-civil"}
BOOK: Final = ReferenceBook(
    [
        fact.model_copy(update=CLOSED)
        if isinstance(fact, Organisation) and fact.path == CENTRE
        else fact
        for fact in read_county(Path("deploy/county")).facts
    ]
)


def test_places_are_given_until_the_day_on_which_it_closes() -> None:
    assert _schedule(BOOK, CENTRE, date(2026, 11, 30)).organisation == CENTRE
    with pytest.raises(Problem) as told:
        _schedule(BOOK, CENTRE, date(2026, 12, 1))
    assert told.value.code == "appointments.not_offered"

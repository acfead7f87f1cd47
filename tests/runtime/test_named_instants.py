"""Instants that officers name: far dates are an error of the body, never a fault of the worker."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from services.kernel.calendar import local
from services.review.shell.api_consulting import SurveyPlanBody
from services.runtime.named_instants import NamedInstant

INSTANT: TypeAdapter[NamedInstant] = TypeAdapter(NamedInstant)


@pytest.mark.parametrize("year", ["0001", "1999", "2199", "9999"])
def test_a_year_that_no_calendar_has_is_refused(year: str) -> None:
    with pytest.raises(ValidationError, match="2000–2198"):
        INSTANT.validate_python(f"{year}-06-01T09:00:00+08:00")


@pytest.mark.parametrize("text", ["2000-01-01T08:00:00+08:00", "2198-12-31T23:59:59Z"])
def test_every_other_can_be_reckoned_with(text: str) -> None:
    local(INSTANT.validate_python(text))


def test_a_survey_is_not_planned_for_the_end_of_time() -> None:
    far = {"planned_at": "9999-03-04T09:00:00Z", "until": "9999-03-04T10:00:00Z"}
    with pytest.raises(ValidationError):
        SurveyPlanBody.model_validate(
            {"survey": "siting", "participants": ["o-zhao", "o-qian"], **far}
        )

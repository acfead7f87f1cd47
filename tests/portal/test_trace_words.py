"""办理痕迹: what each act says, in words; every stored example goes through."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from services.portal.names import Names
from services.portal.trace_words import told_of

EXAMPLES: Final = Path("schemas/examples")
STORED: Final = sorted(EXAMPLES.glob("cn.cunban.*/*.json"))
_MACHINE: Final = re.compile(r"\b[a-z]+_[a-z_]+\b|[0-9]T[0-9:.]+Z|[0-9a-f]{32}")
"""What no clerk reads: codes, times of machines, fingerprints."""


def names() -> Names:
    known = Names()
    places = [{"path": f"/qingyun/d-{d}", "name": f"县{d}局"} for d in ("land", "forestry")]
    officers = [{"officer_id": "o-000332", "name": "何水"}, {"officer_id": "o-018", "name": "林雪"}]
    known.learn([*places, *officers])
    return known


def said(kind: str, **fact: Any) -> str:
    path = next(iter(sorted(EXAMPLES.glob(f"cn.cunban.{kind}.v*/*.json"))))
    value = {**json.loads(path.read_text("utf-8"))["value"], **fact}
    return " / ".join(told_of({"type": path.parent.name, "fact": value}, names()))


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_example_is_told_in_words(path: Path) -> None:
    value = json.loads(path.read_text("utf-8"))["value"]
    for line in told_of({"type": path.parent.name, "fact": value}, names()):
        assert not _MACHINE.search(line), line


def test_what_was_found_on_site_and_who_was_there_is_told() -> None:
    told = said("survey.recorded")
    assert "选址到场 5月9日 09:00，通过" in told
    assert "东侧退让三米，四至清楚。" in told
    assert "何水" in told


def test_what_is_wrong_with_the_papers_is_told() -> None:
    assert "采伐作业设计未加盖设计单位公章。" in said(
        "application.deficiency-notified",
        notice_number="B1",
        missing=None,
        defects=[{"material": "felling-plan", "problem": "采伐作业设计未加盖设计单位公章。"}],
    )


def test_a_question_is_told_with_whom_it_was_put_to_and_by_when() -> None:
    assert "征求县forestry局" in said("opinion.requested", asked="/qingyun/d-forestry")


def test_a_meeting_is_told_with_each_opinion_and_who_stayed_away() -> None:
    told = said("meeting.held")
    assert "县forestry局同意：不涉及林地。" in told
    assert "未到会 县land局" in told


def test_what_only_bears_its_name_says_nothing_more() -> None:
    assert said("step.claimed") == ""

"""Intake's documents: what each says, printed and read again."""

from __future__ import annotations

from schemas.events.base import Event
from services.intake.shell.letters import Correspondence, Letter
from services.intake.shell.letters_api import FOLDER
from services.kernel.identifiers import document_code
from services.runtime.printing import printed, qr_svg
from tests.intake.core.situations import (
    NO_CONSENT,
    NO_IDENTITY,
    NUMBER,
    accepted,
    not_accepted,
    notified,
    submitted,
)
from tests.support.builders import APPLICANT, VILLAGE, county, envelope, item, term
from tests.support.letters import PUBLIC, SECRET, text_of

NAMES = {APPLICANT: "王𠮷㵒", "p-" + "0" * 24: "李代办"}
LETTERS = Correspondence(
    case_number=NUMBER,
    place=VILLAGE,
    item=item("township_decides"),
    applicant_ref=APPLICANT,
    query_code="7K2M9QXZ",
    reference=county(),
    name_of=NAMES.get,
)


def told_by(event: Event) -> tuple[Letter, str]:
    """Print the letter of an event; give it with the text on the paper."""
    letter = LETTERS.of(envelope(event))
    code = document_code(SECRET, letter.number)
    known = {**letter.facts, "number": letter.number, "code": code, "qr": qr_svg(PUBLIC)}
    return letter, text_of(printed(FOLDER / f"{letter.kind}.typ", known, letter.at))


def test_the_receipt_says_what_was_handed_in_and_by_when_it_is_answered() -> None:
    letter, told = told_by(submitted(agent_ref="p-" + "0" * 24))
    assert letter.number == NUMBER
    for said in (NUMBER, "王𠮷㵒", "李代办", "农村宅基地审批", "7K2M9QXZ", "2025年3月10日17:30"):
        assert said in told
    assert "身份证，原件1份" in told
    assert "四邻意见，复印件2份" in told
    assert "机构v-dongping（印章）2025年3月3日" in told
    assert document_code(SECRET, NUMBER) in told


def test_a_deadline_is_explained_day_by_day() -> None:
    _, told = told_by(submitted())
    assert "3月3日：起始当日，不计" in told
    assert "3月4日至3月7日：第1至第4日" in told
    assert "3月8日至3月9日：休息日，不计" in told
    assert "3月10日：第5日" in told


def test_without_an_agent_none_is_named() -> None:
    assert "代办人" not in told_by(submitted())[1]


def test_the_acceptance_tells_both_limits() -> None:
    letter, told = told_by(accepted())
    assert letter.number == f"{NUMBER}-S1"
    for said in (
        "王𠮷㵒：",
        "10个工作日",
        "2025年3月17日17:30",
        "20个工作日",
        "2025年3月31日17:30",
    ):
        assert said in told
    assert "《土地管理法》第六十二条" in told
    assert "尚未公布节假日安排" not in told


def test_silence_is_acceptance_from_the_day_the_papers_came_in() -> None:
    _, told = told_by(accepted(deemed=True, legal=term(20, "2025-03-28 17:30")))
    assert "未在五个工作日内作出答复" in told
    assert "（2025年3月3日09:00）起即为受理" in told
    assert "决定自" not in told


def test_a_date_that_rests_on_an_unpublished_year_says_so() -> None:
    uncertain = accepted(legal=term(20, "2025-03-31 17:30", provisional=True))
    assert "尚未公布节假日安排" in told_by(uncertain)[1]


def test_the_deficiency_notice_says_everything_at_once() -> None:
    letter, told = told_by(notified(NO_CONSENT, NO_IDENTITY))
    assert letter.number == f"{NUMBER}-B1"
    assert "1.四邻意见：缺一户签字" in told
    assert "2.身份证：已过期" in told
    assert told_by(notified(ordinal=2))[0].number == f"{NUMBER}-B2"


def test_the_refusal_gives_reason_law_and_remedy() -> None:
    letter, told = told_by(not_accepted())
    assert letter.number == f"{NUMBER}-N1"
    for said in ("不在本村", "行政许可法第三十二条", "六十日内申请复议"):
        assert said in told


def test_an_erased_person_has_no_name_on_paper() -> None:
    letters = Correspondence(
        case_number=NUMBER,
        place=VILLAGE,
        item=item("township_decides"),
        applicant_ref="p-" + "f" * 24,
        query_code="7K2M9QXZ",
        reference=county(),
        name_of=NAMES.get,
    )
    assert letters.of(envelope(not_accepted())).facts["applicant"] == "申请人"

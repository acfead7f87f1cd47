"""Each item of the demo county as a guide and as a picture: nothing that it says is left out."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.facts import Item, ItemFee, Organisation
from services.portal.flow_chart import WIDTH, flow_chart
from services.portal.guide_words import PROCEDURE, REMEDY, SURVEY, span_of, yuan
from services.portal.service_guide import guide_of, place_of
from services.runtime.reference_files import read_county
from tests.portal.site import Site
from tests.support.builders import item

SVG = "{http://www.w3.org/2000/svg}"


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    facts = read_county(Path("deploy/county")).facts
    return {f.path: f.name for f in facts if isinstance(f, Organisation)}


def name_of(path: str) -> str:
    return names().get(path, path)


def every_item() -> list[Item]:
    return [f for f in read_county(Path("deploy/county")).facts if isinstance(f, Item)]


ALL = pytest.mark.parametrize("each", every_item(), ids=lambda i: f"{i.code}-{i.version}")


def texts(picture: ET.Element) -> list[str]:
    """Give the words of the picture, each put together from its lines."""
    return ["".join(words.itertext()) for words in picture.iter(f"{SVG}text")]


def frames(picture: ET.Element) -> list[tuple[int, int, int, int]]:
    """Give left, top, right, bottom of each box; the first rectangle is the ground."""
    found = []
    for rect in list(picture.iter(f"{SVG}rect"))[1:]:
        x, y, width, height = (int(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        found.append((x, y, x + width, y + height))
    return found


def test_there_are_87_items_to_be_guided_through() -> None:
    assert len({i.code for i in every_item()}) == 87


@ALL
def test_a_flow_chart_is_well_formed_and_holds_every_step_with_its_limit(each: Item) -> None:
    picture = ET.fromstring(flow_chart(each, name_of))
    said = texts(picture)
    assert picture.tag == f"{SVG}svg"
    for step in each.steps:
        at = said.index(step.title)
        assert said[at + 1] == place_of(step, name_of)
        assert said[at + 3] == span_of(step.limit)
    assert {f"承诺 {span_of(each.promised)}", f"法定 {span_of(each.legal)}"} <= set(said)


@ALL
def test_a_flow_chart_shows_what_stops_the_clock_what_is_charged_and_what_comes_out(
    each: Item,
) -> None:
    said = texts(ET.fromstring(flow_chart(each, name_of)))
    for p in each.procedures:
        assert f"{PROCEDURE[p.procedure]}：至多 {p.cap} 个工作日，不计时" in said
    for f in each.fees:
        assert f"{f.name}：{yuan(f.amount_fen)}/{f.unit}" in said
    assert ("、".join(SURVEY[s] for s in each.surveys) in said) == bool(each.surveys)
    assert ("报省市办理" in said) == (each.external is not None)
    assert (each.document.name if each.document else "办理完成") in said
    assert ("领取" in said) == bool(each.deliveries)


@ALL
def test_boxes_lie_in_the_picture_and_never_on_one_another(each: Item) -> None:
    picture = ET.fromstring(flow_chart(each, name_of))
    width, height = int(picture.attrib["width"]), int(picture.attrib["height"])
    boxes = frames(picture)
    for left, top, right, bottom in boxes:
        assert 0 < left < right < width
        assert 0 < top < bottom < height
        assert right - left == WIDTH
    for one, other in combinations(boxes, 2):
        beside = one[2] <= other[0] or other[2] <= one[0]
        assert beside or one[3] <= other[1] or other[3] <= one[1]


@ALL
def test_whoever_does_not_see_the_picture_is_told_the_same(each: Item) -> None:
    picture = ET.fromstring(flow_chart(each, name_of))
    title, told = picture.findtext(f"{SVG}title"), picture.findtext(f"{SVG}desc")
    assert title == f"{each.name}办理流程图"
    assert told
    for step in each.steps:
        assert step.title in told
        assert span_of(step.limit) in told


def test_no_line_begins_with_a_comma() -> None:
    for each in every_item():
        picture = ET.fromstring(flow_chart(each, name_of))
        lines = [part.text or "" for part in picture.iter(f"{SVG}tspan")]
        assert [line for line in lines if line and line[0] in "，。、；：）"] == []


def test_those_who_are_heard_side_by_side_stand_side_by_side() -> None:
    (house,) = (i for i in every_item() if (i.code, i.version) == ("rural-house", 1))
    picture = ET.fromstring(flow_chart(house, name_of))
    tops = [top for _, top, _, _ in frames(picture)]
    assert sorted(map(tops.count, set(tops)))[-1] == 3
    ways = [p for p in picture.iter(f"{SVG}path") if "marker-end" in p.attrib]
    assert len(ways) == 2 + 3 + 3 + 2
    """To the check and to acceptance; to three, from three; to the two ends."""


def test_a_refused_application_is_not_led_on_to_delivery() -> None:
    delivered = item(document={"name": "批准书"}, deliveries=["window"])
    picture = ET.fromstring(flow_chart(delivered, name_of))
    down = [p.attrib["d"] for p in picture.iter(f"{SVG}path") if "marker-end" in p.attrib]
    bottom = max(way.rpartition("V")[2] for way in down)
    assert sum(way.endswith(f"V{bottom}") for way in down) == 1


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_whatever_an_item_is_called_the_picture_is_well_formed(name: str, title: str) -> None:
    step = {**item().steps[-1].model_dump(), "stage": 1, "title": title}
    called = item(name=name, steps=[step])
    ET.fromstring(flow_chart(called, lambda path: name))


@ALL
def test_a_guide_holds_every_paper_step_rule_fee_and_risk(each: Item) -> None:
    guide = guide_of(each, name_of)
    assert [m.name for m in guide.materials] == [m.name for m in each.materials]
    assert {(s.title, s.limit) for s in guide.steps} == {
        (s.title, span_of(s.limit)) for s in each.steps
    }
    assert list(guide.review_rules) == [r.text for r in each.review_rules]
    assert [f.basis for f in guide.fees] == [f.basis for f in each.fees]
    assert [p.basis for p in guide.procedures] == [p.basis for p in each.procedures]
    assert [r.control for r in guide.risk_points] == [r.control for r in each.risk_points]
    assert "\n".join(guide.legal_basis) == each.legal_basis
    assert "\n".join(guide.tips) == (each.guide or "")


def pairs(each: Item) -> dict[str, str]:
    return dict(guide_of(each, name_of).pairs)


def test_a_guide_says_in_words_where_when_and_for_how_much() -> None:
    said = pairs(item(fees=[]))
    assert said["哪里受理"] == "村便民服务室、乡镇便民服务大厅、县政务服务大厅、网上"
    assert (said["承诺期限"], said["法定期限"]) == ("10 个工作日", "20 个工作日")
    assert said["收费"] == "不收费"
    assert "办理结果" not in said
    assert "省市办理" not in said


def test_what_is_reported_up_is_shown_and_not_held_against_the_county() -> None:
    up = item(kind="report_up", external={"limit": 15, "unit": "working_days"})
    assert pairs(up)["省市办理"] == "15 个工作日，只公开，不计入本县时限"


@pytest.mark.parametrize(("months", "valid"), [(12, "有效 12 个月"), (None, "长期有效")])
def test_a_result_says_how_long_it_holds(months: int | None, valid: str) -> None:
    document = {"name": "许可证", "valid_months": months}
    result = item(document=document, deliveries=["window", "online"])
    assert pairs(result)["办理结果"] == f"许可证（{valid}）"
    assert pairs(result)["怎样领取"] == "受理窗口、网上下载"


def test_a_paper_that_is_needed_sometimes_says_when() -> None:
    paper: dict[str, Any] = {"code": "photo", "name": "照片", "form": "original", "count": 2}
    sometimes = {**paper, "required": False, "when": "补领的", "reusable": True, "checks": ["清晰"]}
    first, second = guide_of(item(materials=[paper, sometimes]), name_of).materials
    assert (first.form, first.when, first.reuse, first.checks) == ("原件 2 份", "必交", "", "")
    assert (second.when, second.reuse, second.checks) == ("补领的", "可用以前交过的", "清晰")


@pytest.mark.parametrize(("fen", "told"), [(4000, "40 元"), (50, "0.50 元"), (105, "1.05 元")])
def test_money_is_told_in_yuan(fen: int, told: str) -> None:
    fee = ItemFee(code="fee", name="工本费", amount_fen=fen, unit="证", basis="依据")
    (priced,) = guide_of(item(fees=[fee.model_dump()]), name_of).fees
    assert priced.most == f"{told}/证"


def tell(site: Site, *items: Item) -> None:
    for each in items:
        told = each.model_dump(mode="json")
        site.services.say(f"GET intake /v1/items/{each.code}", told)
    site.services.say("GET intake /v1/items", [i.model_dump(mode="json") for i in items])


def test_everybody_reads_the_guide_of_every_item_without_signing_in(site: Site) -> None:
    newest = {i.code: i for i in every_item()}
    tell(site, *newest.values())
    for each in newest.values():
        page = site.browser.get(f"/guides/{each.code}")
        assert page.status_code == 200
        assert f'src="/guides/{each.code}/flow.svg"' in page.text
        assert REMEDY in page.text
        assert all(m.name in page.text for m in each.materials)
        picture = site.browser.get(f"/guides/{each.code}/flow.svg")
        assert picture.headers["content-type"] == "image/svg+xml"
        assert ET.fromstring(picture.text).tag == f"{SVG}svg"


def test_a_guide_says_what_must_come_first_and_what_to_bring_instead(site: Site) -> None:
    house = item(code="house", name="宅基地建房审批")
    first = {"items": ["house", "moved-away"], "paper": "identity", "basis": "农经发〔2019〕6号"}
    tell(site, house, item(code="survey", preconditions=[first]))
    page = site.browser.get("/guides/survey").text
    assert '<a href="/guides/house">宅基地建房审批</a> 或 <a' in page
    assert "moved-away" in page
    assert "没有的交身份证。农经发〔2019〕6号" in page
    assert "须先办结" not in site.browser.get("/guides/house").text


def test_guides_are_found_by_name_and_by_where_they_are_accepted(site: Site) -> None:
    tell(site, item(name="林木采伐许可", channels=["village"]), item("joint", name="建房"))
    assert "共 2 项" in site.browser.get("/guides").text
    assert "共 1 项" in site.browser.get("/guides?text=采伐").text
    online = site.browser.get("/guides?channel=online").text
    assert "建房" in online
    assert "林木采伐许可" not in online
    assert "没有这样的事项" in site.browser.get("/guides?text=登月").text


def test_a_guide_of_nothing_says_so(site: Site) -> None:
    site.services.refuse("GET intake /v1/items/moon", 404, "item.unknown")
    assert site.browser.get("/guides/moon").status_code == 404
    assert site.browser.get("/guides/moon/flow.svg").status_code == 404


def test_what_is_written_in_an_item_is_shown_as_text_in_page_and_picture(site: Site) -> None:
    tell(site, item(code="evil", name="<script>alert(1)</script>"))
    assert "<script>alert" not in site.browser.get("/guides/evil").text
    assert "<script>" not in site.browser.get("/guides/evil/flow.svg").text


def test_a_guide_names_the_document_by_which_another_level_decides_now() -> None:
    (devolved,) = (i for i in every_item() if i.authority_change is not None)
    assert pairs(devolved)["职权调整"] == "下放（青云政发〔2026〕12号）"
    assert "职权调整" not in pairs(item())

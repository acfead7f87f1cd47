"""流程图: an item's way from hand-in to result as SVG. Pure; no style, no script, no font."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from unicodedata import east_asian_width
from xml.etree import ElementTree as ET

from schemas.facts import Item, ItemStep
from services.kernel.route_shapes import stages_of
from services.portal.guide_words import (
    CHANNEL,
    DELIVERY,
    SURVEY,
    span_of,
)
from services.portal.service_guide import (
    NameOf,
    external_of,
    fees_of,
    procedures_of,
    step_line,
)

WIDTH: Final = 220
"""Of a box, in pixels of the picture."""
_GAP: Final = 28
_DROP: Final = 40
_MARGIN: Final = 20
_LINE: Final = 21
_PAD: Final = 12
_LETTER: Final = 15
_UNITS: Final = (WIDTH - 2 * _PAD) * 2 // _LETTER
"""Half widths of a letter that fit on a line: a Chinese one takes two."""
_COLOURS: Final = {
    "ends": ("#e7f0fb", "#1d4f91"),
    "step": ("#ffffff", "#1d4f91"),
    "aside": ("#fff7e0", "#8a5a00"),
    "good": ("#e8f5ec", "#1b6b3a"),
    "bad": ("#fdecec", "#a32626"),
}
"""Kind of box → fill and line; what it is stands in its words, too."""
_NEVER_FIRST: Final = "，。、；：）》！？"
"""Hangs over the end of a line instead of beginning the next."""
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its words, the first of them its heading."""

    words: tuple[str, ...]
    kind: str = "step"
    dashed: bool = False


def rows_of(item: Item, name_of: NameOf) -> list[list[Box]]:
    """Give the boxes from top to bottom; those of one row are done side by side."""
    channels = "、".join(CHANNEL[channel] for channel in item.channels)
    limits = (f"承诺 {span_of(item.promised)}", f"法定 {span_of(item.legal)}")
    rows = [
        [Box(("申请", channels), "ends")],
        [Box(("收件审查", "材料不全的，五个工作日内一次性告知补正"))],
        [Box(("受理", *limits, "时限从受理起算"))],
    ]
    rows += [[_step(step, name_of) for step in stage] for stage in stages_of(item)]
    if item.external:
        rows.append([Box(("报省市办理", external_of(item.external)), "aside", dashed=True)])
    result = item.document.name if item.document else "办理完成"
    rows.append([Box(("准予", result), "good"), Box(("不予", "说明理由，告知复议和诉讼"), "bad")])
    if item.deliveries:
        ways = "、".join(DELIVERY[delivery] for delivery in item.deliveries)
        rows.append([Box(("领取", ways), "ends")])
    return rows


def _step(step: ItemStep, name_of: NameOf) -> Box:
    line = step_line(step, name_of)
    return Box((line.title, line.place, line.who, line.limit))


def asides_of(item: Item) -> list[Box]:
    """Give what stands beside the steps: special procedures, visits, fees."""
    found = []
    if item.procedures:
        words = [f"{each.name}：{each.most}，不计时" for each in procedures_of(item)]
        found.append(Box(("特别程序（书面告知）", *words), "aside", dashed=True))
    if item.surveys:
        visits = "、".join(SURVEY[survey] for survey in item.surveys)
        found.append(Box(("须到现场", visits), "aside", dashed=True))
    if item.fees:
        words = [f"{each.name}：{each.most}" for each in fees_of(item)]
        found.append(Box(("收费（一单统一收取）", *words), "aside", dashed=True))
    return found


def flow_chart(item: Item, name_of: NameOf) -> str:
    """Give the picture as an SVG document: well-formed XML with title and description."""
    rows, asides = rows_of(item, name_of), asides_of(item)
    across = max(len(row) for row in rows)
    inner = across * WIDTH + (across - 1) * _GAP
    width = inner + 2 * _MARGIN + ((WIDTH + 2 * _GAP) if asides else 0)
    placed = _placed(rows, inner)
    beside = _stacked(asides, inner + _MARGIN + 2 * _GAP, placed[3][0].y)
    height = max(p.bottom for p in [*placed[-1], *beside]) + _MARGIN
    svg = _canvas(item, rows, asides, width, height)
    for above, below in pairwise(placed):
        _arrows(svg, above, below)
    for box in [*(p for row in placed for p in row), *beside]:
        _draw(svg, box)
    return ET.tostring(svg, encoding="unicode")


@dataclass(frozen=True, slots=True)
class _Placed:
    box: Box
    x: int
    y: int
    lines: tuple[tuple[str, ...], ...]
    """Of each of its words, the lines that it takes."""

    @property
    def height(self) -> int:
        return sum(map(len, self.lines)) * _LINE + 2 * _PAD

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2


def _placed(rows: Sequence[Sequence[Box]], inner: int) -> list[list[_Placed]]:
    placed, y = [], _MARGIN
    for row in rows:
        left = _MARGIN + (inner - len(row) * WIDTH - (len(row) - 1) * _GAP) // 2
        boxes = [_at(box, left + n * (WIDTH + _GAP), y) for n, box in enumerate(row)]
        placed.append(boxes)
        y = max(p.bottom for p in boxes) + _DROP
    return placed


def _stacked(boxes: Sequence[Box], x: int, y: int) -> list[_Placed]:
    placed: list[_Placed] = []
    for box in boxes:
        placed.append(_at(box, x, y))
        y = placed[-1].bottom + _GAP
    return placed


def _at(box: Box, x: int, y: int) -> _Placed:
    return _Placed(box, x, y, tuple(_wrapped(word) for word in box.words))


def _wrapped(text: str) -> tuple[str, ...]:
    lines, room = [""], _UNITS
    for letter in _clean(" ".join(text.split())):
        units = 2 if east_asian_width(letter) in "WFA" else 1
        if units > room and letter not in _NEVER_FIRST:
            lines.append("")
            room = _UNITS
        lines[-1] += letter
        room -= units
    return tuple(lines)


def _canvas(
    item: Item, rows: Sequence[Sequence[Box]], asides: Sequence[Box], width: int, height: int
) -> ET.Element:
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "width": str(width),
            "height": str(height),
            "role": "img",
            "aria-labelledby": "title desc",
            "font-family": "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif",
            "font-size": str(_LETTER),
        },
    )
    ET.SubElement(svg, "title", {"id": "title"}).text = _clean(f"{item.name}办理流程图")
    told = " → ".join(" / ".join("，".join(box.words) for box in row) for row in rows)
    more = "".join("；" + "，".join(box.words) for box in asides)
    ET.SubElement(svg, "desc", {"id": "desc"}).text = _clean(told + more)
    defs = ET.SubElement(svg, "defs")
    tip = {"id": "tip", "viewBox": "0 0 8 8", "refX": "8", "refY": "4", "orient": "auto"}
    marker = ET.SubElement(defs, "marker", {**tip, "markerWidth": "8", "markerHeight": "8"})
    ET.SubElement(marker, "path", {"d": "M0 0L8 4L0 8z", "fill": "#45525f"})
    ET.SubElement(svg, "rect", {"width": str(width), "height": str(height), "fill": "#ffffff"})
    return svg


def _arrows(svg: ET.Element, above: Sequence[_Placed], below: Sequence[_Placed]) -> None:
    """Draw from every box that goes on to every box of the next row."""
    going_on = [p for p in above if p.box.kind != "bad"]
    turn = min(p.y for p in below) - _DROP // 2
    for start in going_on:
        for end in below:
            way = f"M{start.middle} {start.bottom}V{turn}H{end.middle}V{end.y}"
            ET.SubElement(
                svg,
                "path",
                {"d": way, "fill": "none", "stroke": "#45525f", "marker-end": "url(#tip)"},
            )


def _draw(svg: ET.Element, placed: _Placed) -> None:
    fill, line = _COLOURS[placed.box.kind]
    frame = {"x": placed.x, "y": placed.y, "width": WIDTH, "height": placed.height}
    rect = {name: str(value) for name, value in frame.items()}
    rect |= {"rx": "18" if placed.box.kind == "ends" else "4", "fill": fill, "stroke": line}
    if placed.box.dashed:
        rect["stroke-dasharray"] = "6 4"
    ET.SubElement(svg, "rect", rect)
    y = placed.y + _PAD - 5
    for number, lines in enumerate(placed.lines):
        weight = "bold" if number == 0 else "normal"
        text = {"text-anchor": "middle", "fill": "#1c2733", "font-weight": weight}
        words = ET.SubElement(svg, "text", text)
        for part in lines:
            y += _LINE
            at = {"x": str(placed.middle), "y": str(y)}
            ET.SubElement(words, "tspan", at).text = part


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)

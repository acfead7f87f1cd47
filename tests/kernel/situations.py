"""The situations of `clock_situations/`, and their part of docs/clocks.md.

`python -m tests.kernel.situations` writes that part anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from services.kernel.clock_shares import HeldStep, shares
from tests.kernel.situation_files import (
    _ALL_YEARS,
    SharedSituation,
    Situation,
    _asked,
    all_shared,
    all_situations,
)

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "clocks.md"
_BEGIN: Final = "<!-- 以下由程序生成 generated: python -m tests.kernel.situations -->"
_END: Final = "<!-- 生成至此 end of what is generated -->"


def written() -> str:
    """Give the generated part of docs/clocks.md."""
    lines = [_BEGIN, ""]
    chapter = ""
    every: list[Situation | SharedSituation] = [*all_situations(), *all_shared()]
    for number, each in enumerate(every, 1):
        if each.chapter != chapter:
            chapter = each.chapter
            lines += [f"### {chapter}", ""]
        lines += [f"**{number}. {each.zh}** {each.en}", "", _asked(each.ask), ""]
        lines += _page(each) if isinstance(each, Situation) else _shared_page(each)
        lines += [""]
    return "\n".join([*lines, _END])


def in_document(text: str) -> str:
    """Give the generated part as it stands in `text`."""
    return text[text.index(_BEGIN) : text.index(_END) + len(_END)]


def main() -> None:
    """Write docs/clocks.md anew."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(text.replace(in_document(text), written()), encoding="utf-8")


def _page(situation: Situation) -> list[str]:
    answer = situation.answer
    if "error" in answer:
        code, detail = answer["error"]["code"], answer["error"]["detail"]
        return [f"不受理此问 Refused: `{code}` {detail}（{situation.because}）"]
    reckoned = {line.day: line.reckoned for line in situation.days}
    return [
        _verdict(answer, situation.years),
        "",
        "| 日 day | 计 counts | 理由 why | 说明 note | 手算 by hand |",
        "| --- | --- | --- | --- | --- |",
        *(_row(run, reckoned) for run in _runs(answer["explanation"], reckoned)),
    ]


def _verdict(answer: Mapping[str, Any], years: Sequence[int]) -> str:
    said = [f"到期 Due **{answer['due_at']}**", f"已计 counted {answer['counted']}"]
    said += [f"剩余 remaining {answer['remaining']}"]
    if answer["stopped"]:
        said.append("停表中 stopped")
    if answer["provisional"]:
        said.append("**暂定 provisional**")
    if tuple(years) != _ALL_YEARS:
        said.append(f"仅 only {'、'.join(map(str, years))} 已发布 published")
    return "；".join(said)


def _runs(
    lines: Sequence[Mapping[str, Any]], reckoned: Mapping[date, str]
) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Put days together that follow one another with the same reason; counted days up to one of
    which something was reckoned by hand."""
    begin = 0
    for number, (line, after) in enumerate(pairwise(lines), 1):
        alike = (line["why"], line["counts"]) == (after["why"], after["counts"])
        if not alike or (line["counts"] and date.fromisoformat(line["day"]) in reckoned):
            yield lines[begin:number]
            begin = number
    yield lines[begin:]


def _row(run: Sequence[Mapping[str, Any]], reckoned: Mapping[date, str]) -> str:
    first, last = run[0], run[-1]
    days, note = first["day"], first["note"]
    if last is not first:
        days = f"{first['day']} – {last['day'][5:]}"
        note += "" if note == last["note"] else f" … {last['note']}"
    counts = "计" if first["counts"] else "–"
    said = (reckoned.get(date.fromisoformat(line["day"]), "") for line in run)
    by_hand = "；".join(each for each in said if each)
    return f"| {days} | {counts} | `{first['why']}` | {note} | {by_hand} |"


def _shared_page(situation: SharedSituation) -> list[str]:
    answer = situation.answer
    rows = [
        f"| {line.day} | {'、'.join(line.organisations) or '无人 nobody'} |"
        f" {situation.laid[line.day][1]} |"
        for line in situation.days_laid
    ]
    totals = "；".join(f"{name} {days}" for name, days in shares(situation.days_laid).items())
    return [
        *(_step_line(step) for step in situation.steps),
        "",
        f"到期 Due **{answer['due_at']}**；已计 counted {answer['counted']}",
        "",
        "| 计入之日 counted day | 归于 laid to | 手算 by hand |",
        "| --- | --- | --- |",
        *rows,
        "",
        f"合计（日）Totals, in days: {totals}",
    ]


def _step_line(step: HeldStep) -> str:
    closed = f"{step.closed_at:%m-%d %H:%M}" if step.closed_at else "在办 open"
    stopped = "".join(
        f"；停表 stopped {stop.at:%m-%d %H:%M}，告知 announced {stop.announced_days}"
        for stop in step.stops
    )
    return f"- {step.organisation}: {step.opened_at:%m-%d %H:%M} – {closed}{stopped}"


if __name__ == "__main__":
    main()

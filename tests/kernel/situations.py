"""The situations of `clock_situations/`, and their part of docs/clocks.md.

`python -m tests.kernel.situations` writes that part anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import orjson
import yaml

from services.kernel.calendar import Calendar, calendar_from
from services.kernel.clock import COUNTY_HOURS, Limit, Stop, clock_at
from services.kernel.clock_shares import HeldStep, LaidDay, laid_days, shares
from services.kernel.explain import explain_line
from tests.kernel.clock_strategies import year_file

FOLDER: Final = Path(__file__).parent / "clock_situations"
DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "clocks.md"
_BEGIN: Final = "<!-- 以下由程序生成 generated: python -m tests.kernel.situations -->"
_END: Final = "<!-- 生成至此 end of what is generated -->"
_ALL_YEARS: Final = (2024, 2025, 2026)


@dataclass(frozen=True)
class ExpectedDay:
    """What was reckoned by hand about one day."""

    day: date
    number: int
    """Of the day, or of the minutes counted when it was over; 0: it does not count."""
    why: str
    reckoned: str


@dataclass(frozen=True)
class Situation:
    """A clock with its answer as reckoned by hand."""

    name: str
    chapter: str
    zh: str
    en: str
    ask: Mapping[str, Any]
    expected: Mapping[str, Any]
    """`due_at`, `counted`, `provisional`, `stopped`; or `error`."""
    days: tuple[ExpectedDay, ...]
    years: tuple[int, ...] = _ALL_YEARS
    """Whose notices are published."""
    because: str = ""
    """Why it is refused."""

    @property
    def answer(self) -> dict[str, Any]:
        """Ask the calculator."""
        return _answer(self.ask, self.years)


@dataclass(frozen=True)
class SharedSituation:
    """A clock over parallel steps, with whose each of its days is."""

    name: str
    chapter: str
    zh: str
    en: str
    ask: Mapping[str, Any]
    expected: Mapping[str, Any]
    """`due_at`, `counted`."""
    steps: tuple[HeldStep, ...]
    laid: Mapping[date, tuple[tuple[str, ...], str]]
    """Day → who held it, and how that was reckoned."""
    totals: Mapping[str, str]
    """Organisation → days, as a fraction."""

    @property
    def answer(self) -> dict[str, Any]:
        """Ask the calculator about the clock of the case."""
        return _answer(self.ask, _ALL_YEARS)

    @property
    def as_of(self) -> datetime:
        """When it is asked."""
        return datetime.fromisoformat(self.ask["as_of"])

    @property
    def days_laid(self) -> tuple[LaidDay, ...]:
        """Ask the kernel."""
        state = clock_at(
            datetime.fromisoformat(self.ask["start"]),
            Limit(self.ask["limit"]),
            tuple(stop_of(stop) for stop in self.ask.get("stops", ())),
            calendar_of(_ALL_YEARS),
            as_of=self.as_of,
        )
        return laid_days(state, self.as_of, self.steps, calendar_of(_ALL_YEARS))


@lru_cache
def calendar_of(years: tuple[int, ...]) -> Calendar:
    """Give the county's calendar with these years published."""
    return calendar_from([year_file(year) for year in years])


def all_situations() -> list[Situation]:
    """Read the table, in order."""
    return [
        _situation(f"{path.stem}.{number}", _title(chapter["chapter"]), told)
        for path, chapter in _chapters()
        for number, told in enumerate(chapter.get("situations", ()), 1)
    ]


def all_shared() -> list[SharedSituation]:
    """Read the situations with parallel steps, in order."""
    return [
        _shared(f"{path.stem}.{number}", _title(chapter["chapter"]), told)
        for path, chapter in _chapters()
        for number, told in enumerate(chapter.get("shared", ()), 1)
    ]


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


def stop_of(told: Mapping[str, Any]) -> Stop:
    """Read a stop as the calculator is asked about it."""
    resume = told.get("resume")
    return Stop(
        datetime.fromisoformat(told["at"]),
        told["announced_days"],
        datetime.fromisoformat(resume) if resume else None,
        told.get("procedure", ""),
    )


def _answer(ask: Mapping[str, Any], years: tuple[int, ...]) -> dict[str, Any]:
    line = explain_line(orjson.dumps(dict(ask)), calendar_of(years), COUNTY_HOURS)
    answer: dict[str, Any] = orjson.loads(line)
    return answer


def _chapters() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield path, yaml.safe_load(path.read_text(encoding="utf-8"))


def _title(titles: Mapping[str, str]) -> str:
    return f"{titles['zh']} {titles['en']}"


def _situation(name: str, chapter: str, told: Mapping[str, Any]) -> Situation:
    if "error" in told:
        expected = {"error": told["error"]}
    else:
        expected = {key: told[key] for key in ("due_at", "counted", "provisional")}
        expected["stopped"] = told.get("stopped", False)
    return Situation(
        name=name,
        chapter=chapter,
        **told["title"],
        ask=told["ask"],
        expected=expected,
        days=tuple(ExpectedDay(day, *line) for day, line in told.get("days", {}).items()),
        years=tuple(told.get("years", _ALL_YEARS)),
        because=told.get("because", ""),
    )


def _shared(name: str, chapter: str, told: Mapping[str, Any]) -> SharedSituation:
    return SharedSituation(
        name=name,
        chapter=chapter,
        **told["title"],
        ask=told["ask"],
        expected={key: told[key] for key in ("due_at", "counted")},
        steps=tuple(_step(step) for step in told["steps"]),
        laid={day: (tuple(held), why) for day, (held, why) in told["laid"].items()},
        totals=told["totals"],
    )


def _step(told: Mapping[str, Any]) -> HeldStep:
    return HeldStep(
        told["organisation"],
        datetime.fromisoformat(told["opened_at"]),
        datetime.fromisoformat(told["closed_at"]) if told["closed_at"] else None,
        tuple(stop_of(stop) for stop in told.get("stops", ())),
    )


def _asked(ask: Mapping[str, Any]) -> str:
    return f"`{orjson.dumps(dict(ask)).decode()}`"


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

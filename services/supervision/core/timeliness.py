"""What the figures of timeliness mean, in one place: count, list and board go by these words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

By: TypeAlias = Literal["organisation", "officer", "item", "division", "day", "source"]
Figure: TypeAlias = Literal["accepted", "completed", "open", "open_overdue", "on_time", "late"]
Unit: TypeAlias = Literal["case", "step"]
Deadline: TypeAlias = Literal["promised", "legal"]


@dataclass(frozen=True, slots=True)
class Timeliness:
    """One row; all figures are of the cases accepted within the window asked for."""

    key: str
    """Value of the dimension; empty in the row over all."""
    accepted: int
    completed: int
    open: int
    open_overdue: int
    on_time: int
    late: int
    on_time_rate: float | None
    """None where nothing is to be judged: that is not 0 %."""
    mean_days: float | None
    """Working days; None where none of the completed can be counted."""
    median_days: float | None
    p90_days: float | None


def on_time_rate(on_time: int, late: int, open_overdue: int) -> float | None:
    """Give on time ÷ (on time + late + open and overdue); None where there is none of them.

    Open overdue cases stand in the denominator (domain §8): not finishing is no way to look good.
    """
    judged = on_time + late + open_overdue
    return on_time / judged if judged else None


DEFINITION: Final[dict[str, dict[str, str]]] = {
    "accepted": {
        "zh": "在所选期间内受理的办件；其余各数均为这些办件",
        "en": "cases accepted within the window; all other figures are of these",
    },
    "completed": {"zh": "其中已办结", "en": "of these, completed"},
    "open": {
        "zh": "其中在办（未办结、未撤回）",
        "en": "of these, neither completed nor withdrawn",
    },
    "open_overdue": {
        "zh": "在办且期限早于统计时点",
        "en": "open, with the deadline before the instant of the figures",
    },
    "on_time": {
        "zh": "办结时间不晚于期限；外部系统办件按其自带期限",
        "en": "completed at or before the deadline; of imported cases the log's own",
    },
    "late": {
        "zh": "办结时间晚于期限；没有期限的办结件既不计按时也不计超期",
        "en": "completed after the deadline; without one a case is neither on time nor late",
    },
    "on_time_rate": {
        "zh": "按时 ÷（按时 + 超期办结 + 在办超期）；无可判办件时为空",
        "en": "on time ÷ (on time + late + open overdue); empty where there is none of them",
    },
    "days": {
        "zh": "受理次日起至办结当日的工作日数；涉及未公布日历的年份时不计；停表暂未扣除",
        "en": "working days after the day of acceptance, up to and with that of completion; not"
        " counted, and empty, where a year without a published calendar is touched; stops are not"
        " yet taken out",
    },
}
"""Goes out with every answer. `mean_days`, `median_days` (interpolated) and `p90_days` are over
the completed ones that can be counted."""

"""Over parallel steps: whose each counted day of a case is, alone or shared (domain §4.5)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from services.kernel.calendar import Calendar, local
from services.kernel.clock_scale import DayScale, Range, taken_by
from services.kernel.clock_terms import COUNTY_HOURS, ClockState, OfficeHours, Stop


@dataclass(frozen=True, slots=True)
class HeldStep:
    """A step at one organisation: when it had it, and when the step's own clock was stopped."""

    organisation: str
    opened_at: datetime
    closed_at: datetime | None = None
    """None: still open."""
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class LaidDay:
    """A counted day of a case, and who held it at its close of office."""

    day: date
    organisations: tuple[str, ...]
    """Each once, in the order of the steps; empty where no step was open and running."""


def laid_days(
    case: ClockState,
    as_of: datetime,
    steps: Sequence[HeldStep],
    calendar: Calendar,
    hours: OfficeHours = COUNTY_HOURS,
) -> tuple[LaidDay, ...]:
    """Lay each day that the clock of `case` (in days, its state at `as_of`) had counted by then to
    the organisations whose steps were open and running at its close.

    A step opened before the close has the day though its own clock starts on the next; one closed
    at the very close still has it. So a handover gives a day to one of the two, never to both.
    """
    scale = DayScale(calendar, hours)
    taken = [tuple(taken_by(stop, scale) for stop in step.stops) for step in steps]
    reached = scale.reached(as_of)
    laid: list[LaidDay] = []
    for line in case.explanation:
        rank = calendar.rank(line.day)
        if not line.counts or rank >= reached:
            continue
        close = scale.instant(rank + 1)
        held = (
            step.organisation
            for step, out in zip(steps, taken, strict=True)
            if _open(step, close) and not _stopped(out, rank)
        )
        laid.append(LaidDay(line.day, tuple(dict.fromkeys(held))))
    return tuple(laid)


def shares(laid: Sequence[LaidDay]) -> Mapping[str, Fraction]:
    """Give the days of each organisation, a shared day in equal parts. Days that nobody held are
    nobody's, so the sum may fall short of the days counted."""
    total: defaultdict[str, Fraction] = defaultdict(Fraction)
    for line in laid:
        for organisation in line.organisations:
            total[organisation] += Fraction(1, len(line.organisations))
    return dict(total)


def _open(step: HeldStep, close: datetime) -> bool:
    closed_at = step.closed_at
    return local(step.opened_at) < close and (closed_at is None or local(closed_at) >= close)


def _stopped(taken: Sequence[Range], rank: int) -> bool:
    return any(begin <= rank < end for begin, end in taken)

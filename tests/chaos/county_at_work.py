"""Load for the chaos tests: a county that works cases without end, and keeps a ledger of it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final, TypeVar

import yaml

from services.runtime.simulation.case_calls import Unexpected, acknowledged
from services.runtime.simulation.case_life import CaseLife
from services.runtime.simulation.counters import Counters
from services.runtime.simulation.desk import Answer, Desk, NoAnswer
from services.runtime.simulation.ledger import Ledger
from services.runtime.simulation.mix import Mix, Shares
from services.runtime.simulation.plan import CasePlan, plans
from services.runtime.simulation.staff import Staff
from tests.support.people import Clerk, Office, office
from tests.support.stack import PROJECT, Stack

FULL: Final = os.environ.get("CUNBAN_CHAOS") == "full"
"""`make chaos`: every kill of `bars.md`; otherwise a few of each, for `make test`."""
COUNTY: Final = PROJECT / "deploy" / "county"
EVENTFUL: Final = Shares(
    deficient=0.2,
    not_accepted=0.05,
    withdrawn=0.05,
    rejected=0.1,
    disagreed=0.3,
    left_open=0.05,
    trespass=0.2,
)
_STAFF: Final = 40
"""The first accounts of the file: nine villages, three townships and the six departments that the
items need. All three hundred would only sign in for longer."""
ITEMS: Final = {
    "village-records": 2,
    "land-lease-filing": 2,
    "birth-registration": 2,
    "temporary-relief": 3,
    "elderly-allowance": 3,
    "minimum-living": 3,
    "family-assistance": 1,
    "rural-planning-permit": 2,
    "household-move": 3,
    "individual-business": 3,
    "felling-permit": 1,
    "rural-house": 3,
}
_LIMIT_SECONDS: Final = 180.0
_PATIENCE_SECONDS: Final = 180.0
"""Of a desk with a service that does not answer: a whole series of kills, then the recovery."""
Given = TypeVar("Given")


def times(short: int, full: int) -> int:
    """Give how often, by the form of this run."""
    return full if FULL else short


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for what other processes do, three minutes at most."""
    try:
        async with asyncio.timeout(_LIMIT_SECONDS):
            while not condition():  # noqa: ASYNC110  another process cannot set an event
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited in vain: {what}") from None


async def until_so(asked: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait for what other processes do and has to be asked for, three minutes at most."""
    try:
        async with asyncio.timeout(_LIMIT_SECONDS):
            while not await asked():  # noqa: ASYNC110  another process cannot set an event
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"waited in vain: {what}") from None


class CountyAtWork:
    """Officers of every post who work case after case, a number of cases side by side."""

    def __init__(self, people: Office, staff: Staff, ledger: Ledger, coming: Iterator[CasePlan]):
        self.people, self.staff, self.ledger = people, staff, ledger
        self._coming = coming
        self._resting = False
        self.failures: list[str] = []

    async def acknowledged_more(self, number: int) -> None:
        """Wait until that many commands more have been answered."""
        goal = len(self.ledger.acknowledged) + number
        await until(lambda: len(self.ledger.acknowledged) >= goal, f"{number} more answers")

    async def act(self, clerk: Clerk, service: str, path: str, body: object, key: str) -> Answer:
        """Have something done beside the cases, and note the answer."""
        answer = await clerk.act(service, path, body, key=key)
        case_id = str(answer.json().get("case_id", "")) if answer.ok else ""
        self.ledger.note(acknowledged(clerk, service, path, answer, case_id))
        return answer

    async def work(self, side_by_side: int) -> None:
        """Work until `rest`; every case that was begun is worked to its end."""
        await asyncio.gather(*(self._one_after_another() for _ in range(side_by_side)))

    def rest(self) -> None:
        """Begin no case any more."""
        self._resting = True

    def longest_stall(self) -> float:
        """Give the seconds of the longest silence between two answers."""
        at = sorted(line.at.timestamp() for line in self.ledger.acknowledged)
        return max((after - before for before, after in pairwise(at)), default=0.0)

    def tell(self, what: str, longest_stall: float) -> None:
        """Sum the run up in a line of standard output. In full form the stall, in seconds, is held
        to its bar; the short form runs beside other tests."""
        lines = self.ledger.acknowledged
        repeated = sum(line.tries > 1 for line in lines)
        sys.stdout.write(
            f"{what}: {len(self.ledger.cases)} cases, {len(lines)} commands acknowledged, "
            f"{repeated} after more than one try, longest stall {self.longest_stall():.1f} s\n"
        )
        assert not FULL or self.longest_stall() <= longest_stall

    async def _one_after_another(self) -> None:
        while not self._resting:
            plan = next(self._coming)
            try:
                await CaseLife(plan, self.staff, self.ledger).live()
            except (Unexpected, NoAnswer) as otherwise:
                self.failures.append(repr(otherwise))


@asynccontextmanager
async def county_at_work(
    stack: Stack, ledger: Path, *, seed: int, side_by_side: int = 8
) -> AsyncIterator[CountyAtWork]:
    """Have the county work for as long as the block lasts; then every case is brought to its end.

    Each answer is on the disk before the next is asked for. A case that goes otherwise than it
    was planned is a failure of the test.
    """
    mix = Mix(items=ITEMS, shares=EVENTFUL, acts={"issue": 0.5, "deliver": 0.5})
    accounts = yaml.safe_load((COUNTY / "demo-accounts.yaml").read_text())["accounts"][:_STAFF]
    async with office(stack, _PATIENCE_SECONDS) as people:
        desks: list[Desk] = list(
            await asyncio.gather(*(people.clerk(str(each["login"])) for each in accounts))
        )
        staff = Staff(desks)
        catalogue = list((await people.items()).values())
        book = Ledger(ledger, every_line=True)
        coming = plans(seed, mix, catalogue, Counters(staff.village_clerks))
        county = CountyAtWork(people, staff, book, coming)
        working = asyncio.create_task(county.work(side_by_side))
        try:
            await county.acknowledged_more(side_by_side)
            yield county
            county.rest()
            await working
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            book.close()
    assert not county.failures, "\n".join(county.failures)


def moments(seed: int) -> Callable[[], int]:
    """Give how many answers to wait for before the next blow: few or many, by the seed."""
    random = Random(seed)
    return lambda: random.randrange(5, 60)

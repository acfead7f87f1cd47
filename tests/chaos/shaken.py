"""A stack that is being shaken, and the proof that it kept what it had acknowledged."""

from dataclasses import dataclass

from tests.chaos.county_at_work import CountyAtWork
from tests.support.people import office
from tests.support.proof import differing, read_log, verified
from tests.support.stack import Stack


@dataclass(slots=True)
class Shaken:
    """The stack, and what was done to its topics by the tests themselves."""

    stack: Stack
    unreadable: int = 0
    """Messages that a test put on topics of events and that nobody can read."""

    async def prove(self, county: CountyAtWork) -> None:
        """Hold the ledger against the log, the services' answers, the snapshots and the tables.

        L: of each acknowledged command the log tells. D: nothing stands on it twice. G and the
        rest: `cunban verify` is clean.
        """
        log = await read_log(self.stack.bootstrap)
        assert not (lost := log.lost(county.ledger.acknowledged)), lost
        assert not (twice := log.twice()), twice
        async with office(self.stack) as people:
            leader = await people.clerk("leader")
            assert not (wrong := await differing(leader, county.ledger.cases)), wrong
        found = await verified(self.stack)
        unreadable = [finding for finding in found if finding["kind"] == "unreadable"]
        assert not (others := [finding for finding in found if finding not in unreadable]), others
        assert len(unreadable) == self.unreadable, unreadable

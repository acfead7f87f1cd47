"""Who is at work today, and who may do what of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Final

from services.kernel.actor import is_within
from services.kernel.competence import RIGHTS
from services.runtime.simulation.counters import Counters
from services.runtime.simulation.desk import Desk

_DOES_INTAKE: Final = "village_clerk"
_CENTRE: Final = "/c-"
"""In the path of a service centre, which takes in everybody's items."""


class NobodyThere(Exception):
    """No officer who is signed in holds the post that is needed."""


class Staff:
    """The desks of officers who have signed in."""

    def __init__(self, desks: Iterable[Desk]) -> None:
        self.desks: tuple[Desk, ...] = tuple(desks)
        self._seals: dict[str, tuple[str, ...]] = {}
        self._by_login = {desk.login: desk for desk in self.desks}
        self._by_post: dict[tuple[str, str], list[Desk]] = {}
        for desk in self.desks:
            for post in desk.officer["posts"]:
                self._by_post.setdefault((post["organisation"], post["role"]), []).append(desk)

    async def seals_of(self, place: str, by: Desk) -> tuple[str, ...]:
        """Give the codes of the seals of `place` that are in force, asked once in a run."""
        if place not in self._seals:
            answer = await by.ask("review", f"/v1/seals?organisation={place}")
            self._seals[place] = tuple(seal["code"] for seal in answer.json() if answer.ok)
        return self._seals[place]

    @property
    def village_clerks(self) -> tuple[str, ...]:
        """Logins, sorted."""
        return tuple(sorted(d.login for d in self.desks if _roles(d) == {_DOES_INTAKE}))

    def counters(self, without: str = "") -> Counters:
        """Who takes cases in, but at the organisation `without`; logins, sorted."""
        there = self.village_clerks
        return Counters(
            village=[n for n in there if self._by_login[n].organisation != without],
            township=self._anywhere("township_clerk"),
            county=self._holding("department_clerk", lambda place: _CENTRE in place),
        )

    @property
    def departments(self) -> tuple[str, ...]:
        """Paths of those where somebody can answer for the department; sorted."""
        return tuple(sorted(p for p, role in self._by_post if role == "department_reviewer"))

    def spare(self, random: Random) -> tuple[Desk, ...]:
        """Draw those who may be away together: of each post that several hold one, who holds
        nothing else; nobody for whom a counter waits."""
        counters = self.counters()
        waited_for = {*counters.village, *counters.township, *counters.county}
        drawn = (random.choice(held) for _, held in sorted(self._by_post.items()) if len(held) > 1)
        return tuple(
            desk
            for desk in drawn
            if desk.login not in waited_for and len(desk.officer["posts"]) == 1
        )

    def desk(self, login: str) -> Desk:
        """Give the desk of this login."""
        return self._by_login[login]

    def for_step(self, organisation: str, role: str, draw: int) -> Desk:
        """Give one of those who hold exactly this post; the same draw, the same one.

        Raises:
            NobodyThere: see there.
        """
        return _drawn(self._by_post.get((organisation, role), ()), draw, f"{role} {organisation}")

    def holding(self, organisation: str, role: str) -> tuple[Desk, ...]:
        """Give all who hold exactly this post."""
        return tuple(self._by_post.get((organisation, role), ()))

    def of_role(self, role: str, draw: int) -> Desk:
        """Give one of those who hold a post of this role anywhere; the same draw, the same one.

        Raises:
            NobodyThere: see there.
        """
        return _drawn([self._by_login[login] for login in self._anywhere(role)], draw, role)

    def _anywhere(self, role: str) -> tuple[str, ...]:
        return self._holding(role, lambda place: True)

    def entitled(self, action: str, organisation: str) -> tuple[Desk, ...]:
        """Give all who may do `action` by a post right at `organisation`."""
        held = (self.holding(organisation, role) for role in sorted(RIGHTS[action]))
        return tuple(dict.fromkeys(desk for desks in held for desk in desks))

    def colleague(self, organisation: str, officer: Desk, draw: int) -> Desk:
        """Give somebody else who may check a case at `organisation`: with a post there, or above.

        Raises:
            NobodyThere: see there.
        """
        others = [d for d in self.desks if d is not officer and _may_check(d, organisation)]
        return _drawn(others, draw, f"a second officer at {organisation}")

    def stranger(self, organisation: str, draw: int) -> Desk:
        """Give a village clerk without any post at `organisation` or above it.

        Raises:
            NobodyThere: see there.
        """
        clerks = (self._by_login[login] for login in self.village_clerks)
        others = [desk for desk in clerks if not _has_post_over(desk, organisation)]
        return _drawn(others, draw, f"stranger to {organisation}")

    def _holding(self, role: str, at: Callable[[str], bool]) -> tuple[str, ...]:
        holders = [
            desk.login
            for (place, held), desks in self._by_post.items()
            for desk in desks
            if held == role and at(place)
        ]
        return tuple(sorted(set(holders)))


def _roles(desk: Desk) -> set[str]:
    return {str(post["role"]) for post in desk.officer["posts"]}


def _may_check(desk: Desk, organisation: str) -> bool:
    return any(
        post["role"] in RIGHTS["review.check"] and is_within(organisation, post["organisation"])
        for post in desk.officer["posts"]
    )


def _has_post_over(desk: Desk, organisation: str) -> bool:
    places = (str(post["organisation"]) for post in desk.officer["posts"])
    return any(organisation == place or organisation.startswith(f"{place}/") for place in places)


def _drawn(desks: Sequence[Desk], draw: int, who: str) -> Desk:
    if not desks:
        raise NobodyThere(who)
    return desks[draw % len(desks)]

"""The stack that end-to-end tests stand on."""

import pytest

from tests.support.people import office
from tests.support.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


async def test_an_application_handed_in_twice_under_one_key_is_one_case(stack: Stack) -> None:
    async with office(stack) as people:
        clerk = await people.clerk("village.clerk")
        item = (await people.items())["temporary-relief"]
        first = await clerk.hand_in(item)
        again = await clerk.hand_in(item, key=first.key)
        assert first.status == 201
        assert again.body == first.body

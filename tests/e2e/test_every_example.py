"""Every stored example goes through every reaction (T6); codecs and projections have their own."""

from __future__ import annotations

import pytest

from services.review.core.react import react as review_reacts
from services.review.shell.wiring import SERVICE as REVIEW
from services.routing.core.react import react as routing_reacts
from services.routing.shell.wiring import SERVICE as ROUTING
from services.runtime.ids import derived_id
from tests.schemas.examples import Example, all_examples
from tests.support.builders import county

ANSWERED = {
    "cn.cunban.case.accepted.v1": ["routing.lay_route"],
    "cn.cunban.case.reported-up.v1": ["review.suspend_clock"],
    "cn.cunban.external-result.recorded.v1": ["review.restart_clock"],
    "cn.cunban.external.result-reported.v1": ["routing.hear_external_result"],
    "cn.cunban.opinion.given.v1": ["routing.close_step"],
    "cn.cunban.step.decided.v1": ["routing.close_step"],
    "cn.cunban.step.delegated.v1": ["review.name_stand_in"],
    "cn.cunban.step.opened.v1": ["review.receive_step"],
    "cn.cunban.step.recalled.v1": ["review.yield_step"],
    "cn.cunban.step.rerouted.v1": ["review.move_step"],
    "cn.cunban.step.taken-over.v1": ["review.move_step"],
    "cn.cunban.step.transferred.v1": ["review.move_step"],
    "cn.cunban.step.yielded.v1": ["routing.take_back"],
}


@pytest.mark.parametrize("example", all_examples(), ids=lambda e: e.name)
def test_each_example_is_answered_by_the_same_commands_every_time(example: Example) -> None:
    envelope = example.envelope()
    told = []
    for service, react in ((ROUTING, routing_reacts), (REVIEW, review_reacts)):
        first, second = (react(envelope, county()) for _ in range(2))
        assert first == second
        for reaction in first:
            told.append(reaction.name)
            adapter = service.commands[type(reaction.command).__name__]
            body = adapter.dump_json(reaction.command)
            assert adapter.validate_json(body) == reaction.command
            assert reaction.command.key == envelope.key
            assert reaction.command.at == envelope.occurred_at
            assert derived_id(envelope.event_id, reaction.name)
    assert told == ANSWERED.get(example.type, [])

"""Our verdict on any two near forms; `jsoncompat` and real documents as oracles."""

import json

import jsoncompat
import jsonschema_rs
from hypothesis import HealthCheck, assume, given, settings

from schemas.compatibility import compatible
from schemas.json_schema import JsonSchema, closed, opened
from tests.schemas.near_forms import BACK, FORTH, broken, near_forms, oracle_accepts


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(near_forms())
def test_the_verdict_on_any_two_near_forms_is_the_oracle_s(
    forms: tuple[JsonSchema, JsonSchema],
) -> None:
    old, new = forms
    found = broken(old, new)
    assert (not found[BACK], not found[FORTH]) == (
        oracle_accepts(new, old),
        oracle_accepts(old, new),
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(near_forms())
def test_what_is_called_compatible_reads_every_document_that_is_written(
    forms: tuple[JsonSchema, JsonSchema],
) -> None:
    old, new = forms
    assume(compatible(old, new) == [])
    for writer, reader in ((old, new), (new, old)):
        for _ in range(5):
            document = json.loads(jsoncompat.generate_value(json.dumps(closed(writer))))
            assert jsonschema_rs.is_valid(opened(reader), document)

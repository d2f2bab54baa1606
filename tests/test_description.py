"""The OpenAPI description against the server: whatever it allows is answered as it says, and nothing breaks."""

import sqlite3
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

pytest.importorskip("schemathesis", reason="schemathesis is not installed")
pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")

import schemathesis
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from citeclass.web import Settings, create_app

EXAMPLES = 12  # of each operation

FREE = {"/reference_check": [positive_data_acceptance]}
"""A file's bytes cannot be described: what is no article is refused."""


@pytest.fixture(scope="module")
def described(sample_db, tmp_path_factory):
    path = tmp_path_factory.mktemp("described") / "library.db"
    with sqlite3.connect(sample_db) as source, sqlite3.connect(path) as target:
        source.backup(target)
    return schemathesis.openapi.from_asgi(
        "/openapi.json", create_app(path, settings=Settings(rate=0, hosts=("testserver",)))
    )


def test_the_description_lists_what_there_is(described):
    named = {f"{o.ok().method.upper()} {o.ok().path}" for o in described.get_all_operations()}
    assert {"GET /tallies/{doi}", "POST /tallies", "GET /search", "GET /v1/evidence", "GET /badges/{name}.svg"} <= named


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_every_operation_answers_as_described(described, mode):
    for each in described.get_all_operations():
        _asked(each.ok(), mode, FREE.get(each.ok().path, []))


def _asked(operation, mode, excluded):
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def answered(case):
        case.call_and_validate(excluded_checks=excluded)

    with suppress(Unsatisfiable):  # nothing can be wrong about an operation that takes nothing
        answered()

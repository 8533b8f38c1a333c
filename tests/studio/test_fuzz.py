"""Requests by lot, made from what the studio says of itself: none breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

pytest.importorskip("fastapi", reason="needs the extra studio")
schemathesis = pytest.importorskip("schemathesis", reason="making requests by lot needs it")

from melodymuse.studio.settings import Settings  # noqa: E402
from tests.studio.serving import here  # noqa: E402

_BARS = 4  # of what is composed: length is no matter here

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def interface() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MELODYMUSE_MAX_REQUESTS", "1000000")
        with here(Settings()) as address:
            yield schemathesis.openapi.from_url(f"{address}api/openapi.json")


@pytest.mark.timeout(600)
def test_no_request_breaks_it(interface: Any) -> None:
    tried = 0
    for found in interface.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=2,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            _check(case)

        ask()
        tried += 1
    assert tried > 10


def _check(case: Any) -> None:
    if isinstance(case.body, dict):
        said = case.body.get("asked", case.body)
        if isinstance(said, dict) and ("bars" in said or case.path.endswith("/compose")):
            said["bars"] = _BARS
    answer = case.call(timeout=120)
    assert answer.status_code < 500, answer.text
    case.validate_response(
        answer,
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.specs.openapi.checks.response_schema_conformance,
            schemathesis.specs.openapi.checks.status_code_conformance,
        ],
    )
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"]

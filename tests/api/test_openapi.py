"""The description is true: schemathesis sends what it allows and what it forbids."""

import json
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from symbiosis.api import Guard, Limits, create_app
from symbiosis.storage import LOCAL, Grant, Role, open_store
from tests.storage.worlds import four_firms, three_exchanges

PATHS = [
    "/api/v1/flows", "/api/v1/map", "/api/v1/matches", "/api/v1/me", "/api/v1/meetings",
    "/api/v1/meetings/{meeting_id}", "/api/v1/studies",
    "/api/v1/studies/{study_id}", "/api/v1/studies/{study_id}/shipments.geojson", "/health",
]  # fmt: skip
QUICK = {"/api/v1/me", "/api/v1/studies"}
"""The others are slow."""
CHECKED = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance, negative_data_rejection,
]  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    path = tmp_path_factory.mktemp("openapi") / "store.db"
    with open_store(f"sqlite:///{path}", create=True) as store:
        store.save(LOCAL, four_firms())
        store.follow(LOCAL, three_exchanges())
        study_id = store.keep_study(LOCAL, three_exchanges(), "first")
        store.publish(LOCAL)
        store.grant(LOCAL, "o@x.example", [Grant(Role.OFFICER)])
        token = store.issue_token(LOCAL, "o@x.example")
        meeting_id = store.meetings(store.bearer(token))["meeting_id"].iloc[0]
        yield store, {"study_id": study_id, "meeting_id": meeting_id}, token


@pytest.fixture(scope="module")
def description(served):
    limits = Limits(api_per_minute=10**9)
    app = Guard(create_app(served[0], limits=limits), limits)
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


QUIET = settings(
    max_examples=12, deadline=None, derandomize=True, database=None,
    phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.mark.parametrize("officer", [True, False], ids=["officer", "visitor"])
@pytest.mark.parametrize(
    "path",
    [p if p in QUICK else pytest.param(p, marks=pytest.mark.slow) for p in PATHS],
)
def test_the_answers_are_those_described(description, served, path, officer):
    """Status, content type, headers and body of each answer, to allowed and forbidden requests."""
    for method in description[path]:
        for mode in MODES:

            @QUIET
            @given(case=description[path][method].as_strategy(generation_mode=mode))
            def run(case):
                if officer:
                    token = {"Authorization": f"Bearer {served[2]}"}
                    case.headers = {**(case.headers or {}), **token}
                for name in served[1].keys() & (case.path_parameters or {}) if officer else ():
                    case.path_parameters[name] = served[1][name]
                case.validate_response(case.call(), checks=CHECKED)

            if mode is GenerationMode.POSITIVE:
                run()
            else:
                with suppress(Unsatisfiable):  # nothing in the request can be wrong
                    run()


def test_what_is_described(served):
    told = create_app(served[0]).openapi()
    assert told["openapi"].startswith("3.1")
    assert sorted(told["paths"]) == PATHS
    for path in told["paths"].values():
        for operation in path.values():
            assert operation["description"]
    assert "HTTPValidationError" not in json.dumps(told)

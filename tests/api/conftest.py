"""A store of four firms behind the HTTP interface, and a token for each role."""

import shutil

import pytest

from symbiosis.api import Guard, Limits, create_app
from symbiosis.storage import LOCAL, Grant, Role, open_store
from tests.api.client import TestClient
from tests.storage.worlds import four_firms, three_exchanges

ROLES = {
    "ash": Grant(Role.FIRM, "ash"),
    "beech": Grant(Role.FIRM, "beech"),
    "cedar": Grant(Role.FIRM, "cedar"),
    "officer": Grant(Role.OFFICER, "north"),
    "everywhere": Grant(Role.OFFICER),
    "analyst": Grant(Role.ANALYST),
    "administrator": Grant(Role.ADMINISTRATOR),
}


@pytest.fixture(scope="session")
def _made(tmp_path_factory):
    """A store made once, the study's identifier and the tokens."""
    path = tmp_path_factory.mktemp("api") / "store.db"
    with open_store(f"sqlite:///{path}", create=True) as store:
        store.save(LOCAL, four_firms())
        store.follow(LOCAL, three_exchanges())
        study_id = store.keep_study(LOCAL, three_exchanges(), "first")
        store.publish(LOCAL)
        tokens = {}
        for name, grant in ROLES.items():
            store.grant(LOCAL, f"{name}@x.example", [grant])
            tokens[name] = store.issue_token(LOCAL, f"{name}@x.example")
    return path, study_id, tokens


@pytest.fixture
def filled(_made, tmp_path):
    """A copy of the store of the test's own, the study's identifier and the tokens."""
    path, study_id, tokens = _made
    with open_store(f"sqlite:///{shutil.copy(path, tmp_path / 'store.db')}") as store:
        yield store, study_id, tokens


@pytest.fixture
def client(filled):
    limits = Limits(api_per_minute=100_000, app_per_minute=100_000, api_mb=1.0)
    app = create_app(filled[0], limits=limits)
    with TestClient(Guard(app, limits), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def as_(client, filled):
    """A function: the headers of someone, by name."""
    tokens = filled[2]
    return lambda name: {"Authorization": f"Bearer {tokens[name]}"} if name else {}

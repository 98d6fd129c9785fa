"""Stores to test on: each test that asks for ``store`` runs on SQLite and on PostgreSQL."""

import os
import shutil
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from symbiosis.storage import open_store
from symbiosis.storage.tables import METADATA

VARIABLE = "SYMBIOSIS_TEST_POSTGRES_URL"
KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres():
    """The address of a PostgreSQL server whose user may create databases."""
    url = os.environ.get(VARIABLE)
    if not url:
        pytest.skip(f"a PostgreSQL server: name it in {VARIABLE}")
    return make_url(url)


def _administer(server, *statements):
    engine = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def databases(request):
    """A function that names a new PostgreSQL database; all of them are dropped at the end."""
    made = []

    def new(template="template0"):
        server = request.getfixturevalue("postgres")
        name = f"symbiosis_test_{uuid4().hex[:12]}"
        _administer(server, f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        made.append((server, name))
        return server.set(database=name).render_as_string(hide_password=False)

    yield new
    for server, name in made:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(f"sqlite:///{path}", create=True).close()
    return path


@pytest.fixture(scope="session")
def _postgres_template(request):
    server = request.getfixturevalue("postgres")
    name = f"symbiosis_test_{uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    # Waiting for the disk is what the crash tests are about; the others need not.
    _administer(server, f"ALTER DATABASE {name} SET synchronous_commit = off")
    open_store(server.set(database=name).render_as_string(False), create=True).close()
    yield name
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_url(request, tmp_path, databases):
    """A function that gives the address of a new, made store of a kind."""

    def new(kind):
        if kind == "sqlite":
            path = tmp_path / f"{uuid4().hex[:8]}.db"
            shutil.copy(request.getfixturevalue("_sqlite_template"), path)
            return f"sqlite:///{path}"
        url = databases()
        open_store(url, create=True).close()
        return url

    return new


@pytest.fixture(params=KINDS)
def kind(request):
    if request.param == "postgresql":
        request.getfixturevalue("postgres")
    return request.param


@pytest.fixture(scope="session")
def _shared_postgres(request):
    """One made PostgreSQL store for the whole session: a database takes a second to make."""
    server = request.getfixturevalue("postgres")
    return server.set(database=request.getfixturevalue("_postgres_template"))


def _empty(url):
    """Empty every table; a replica's session does not fire the triggers that keep them growing."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


@pytest.fixture
def url(kind, request, new_url):
    """The address of an empty, made store whose tables the test leaves as they are."""
    if kind == "sqlite":
        yield new_url(kind)
        return
    shared = request.getfixturevalue("_shared_postgres")
    yield shared.render_as_string(hide_password=False)
    _empty(shared)


@pytest.fixture
def store(url):
    with open_store(url) as opened:
        yield opened

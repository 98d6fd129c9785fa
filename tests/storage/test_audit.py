"""The audit log can only grow, and whoever alters it all the same is seen."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from symbiosis.storage import LOCAL, open_store
from symbiosis.storage.checking import broken_at
from symbiosis.storage.engine import reading, writing
from symbiosis.storage.principals import Grant, Role
from tests.storage.worlds import four_firms, three_exchanges

VERBS = ("UPDATE {} SET by = 'x'", "DELETE FROM {}")


@pytest.fixture
def lived(store):
    store.save(LOCAL, four_firms())
    store.keep_study(LOCAL, three_exchanges(), "one")
    store.grant(LOCAL, "lea@north.example", [Grant(Role.OFFICER, "north")])
    return store


def test_every_deed_has_its_line(lived):
    log = lived.audit_log(LOCAL)
    assert log["action"].tolist() == ["grant", "keep", "upload"]
    assert log["seq"].tolist() == [3, 2, 1]
    assert log["detail"].iloc[2] == {"added": 11, "changed": 0, "removed": 0, "unchanged": 0}


@pytest.mark.parametrize("table", ["audit", "history"])
@pytest.mark.parametrize("verb", VERBS)
def test_the_database_refuses_to_alter_it(lived, table, verb):
    declared = four_firms()
    lived.save(
        LOCAL, type(declared)(declared.firms.assign(name="x"), declared.offers, declared.needs)
    )
    with pytest.raises(DBAPIError, match="can only grow"), writing(lived.engine) as connection:
        connection.execute(text(verb.format(table)))


def test_a_truncated_log_is_refused_on_postgresql(postgres, new_url):
    with open_store(new_url("postgresql")) as store:
        store.save(LOCAL, four_firms())
        with pytest.raises(DBAPIError, match="can only grow"), writing(store.engine) as connection:
            connection.execute(text("TRUNCATE audit"))


@pytest.mark.parametrize(
    ("deed", "line"),
    [
        ("UPDATE audit SET by = 'someone else' WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE seq = 3", 3),
        ("UPDATE audit SET seq = 9 WHERE seq = 3", 3),
    ],
)
def test_whoever_gets_round_the_triggers_is_seen(new_url, deed, line):
    with open_store(new_url("sqlite")) as store:
        store.save(LOCAL, four_firms())
        store.keep_study(LOCAL, three_exchanges(), "one")
        store.publish(LOCAL)
        assert store.status(LOCAL).broken_at is None
        with writing(store.engine) as connection:
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER audit_grows_{verb}"))
            connection.execute(text(deed))
        with reading(store.engine) as connection:
            assert broken_at(connection) == line


def test_nothing_confided_is_in_the_log(lived):
    told = lived.audit_log(LOCAL).to_string()
    for secret in ("11.0", "21.0", "ash@phone", "10 11 12"):
        assert secret not in told

"""The audit log can only grow, and whoever alters it all the same is seen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from symbiosis.storage import LOCAL, audit, open_store
from symbiosis.storage.chain import study_digest
from symbiosis.storage.engine import reading, writing
from symbiosis.storage.migrations.guards import table_of, triggers
from symbiosis.storage.principals import Grant, Role
from symbiosis.storage.tables import STUDIES, STUDY_TABLES, now
from tests.storage.test_publications import world
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


def unguarded(store, *deeds):
    """Do something to the tables as their owner could, the triggers taken away and put back."""
    dialect = store.engine.dialect.name
    made = triggers(dialect)
    with writing(store.engine) as connection:
        for name in made:
            on = f" ON {table_of(name)}" if dialect == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        for deed in deeds:
            connection.execute(text(deed))
        for statement in made.values():
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("deed", "line"),
    [
        ("UPDATE audit SET by = 'someone else' WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE seq = 3", 3),
        ("UPDATE audit SET seq = 9 WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq > 1", 2),
        ("DELETE FROM audit", 1),
        ("DELETE FROM audit_head", 1),
        ("UPDATE audit_head SET seq = 2", 2),
    ],
)
def test_whoever_gets_round_the_triggers_is_seen(lived, deed, line):
    assert lived.status(LOCAL).broken_at is None
    unguarded(lived, deed)
    assert lived.status(LOCAL).broken_at == line
    assert triggers_of(lived) == []


def triggers_of(store):
    return [fault for fault in said(store) if "triggers" in fault]


def said(store):
    return [str(fault) for fault in store.status(LOCAL).faults]


# Even when the log's own end is taken away with its head, the tables remember what it told of.
DEEDS = {
    "DELETE FROM audit WHERE action = 'grant'; UPDATE audit_head SET seq = 4, digest = "
    "(SELECT digest FROM audit WHERE seq = 4)": "1 accounts have other roles",
    "UPDATE history SET changes = '{}' WHERE seq = 1": "Line 1 of the history",
    "DELETE FROM history WHERE seq = 1": "Line 1 of the history",
    "DELETE FROM history": "Line 1 of the history",
    "UPDATE history SET changes = '', salt = '' WHERE seq = 1": "erased without a word",
    "UPDATE studies SET name = 'x'": "1 studies are not",
    "DELETE FROM study_tables WHERE name = 'unmatched'": "1 studies are not",
    "UPDATE study_tables SET content = digest WHERE name = 'unmatched'": "1 studies are not",
    "DELETE FROM study_tables; DELETE FROM studies": "1 studies are not",
    "UPDATE uploads SET added = 12 WHERE added = 11": "1 uploads are not",
    "UPDATE grants SET role = 'administrator', scope = '*'": "1 accounts have other roles",
    "DELETE FROM grants": "1 accounts have other roles",
    "INSERT INTO users (user_id, login, active, version, created_at) VALUES "
    "('u', 'u@x', true, 1, '2026-01-01 00:00:00')": "1 accounts have other roles",
    "UPDATE tokens SET token_id = 'another'": "1 tokens were issued",
    "DELETE FROM published_figures": "published figures are not",
}


@pytest.mark.parametrize("deed", DEEDS)
def test_the_tables_are_compared_with_the_log(lived, deed):
    declared = four_firms()
    names = declared.firms.assign(name="x")
    lived.save(LOCAL, replace(declared, firms=names))
    lived.issue_token(LOCAL, "lea@north.example")
    three = {"a": 10.0, "b": 20.0, "c": 30.0}
    lived.save(LOCAL, world(three))
    assert lived.publish(LOCAL) == 1
    assert said(lived) == []
    deeds = deed.replace("content = digest", "content = CAST('x' AS BLOB)") if (
        lived.engine.dialect.name == "sqlite"
    ) else deed.replace("content = digest", "content = 'x'::bytea")  # fmt: skip
    unguarded(lived, *deeds.split("; "))
    assert DEEDS[deed] in " ".join(said(lived))


REPLACED = {
    "audit": "REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
    "history": "REPLACE INTO history SELECT * FROM history WHERE seq = 1",
    "studies": "REPLACE INTO studies SELECT * FROM studies",
    "study_tables": "REPLACE INTO study_tables SELECT * FROM study_tables",
    "audit_head": "REPLACE INTO audit_head VALUES (1, 9, 'x')",
    "audit_head, a second row": "INSERT INTO audit_head VALUES (2, 9, 'x')",
    "audit_head, backwards": "UPDATE audit_head SET seq = 1",
    "history, what it says alone": "UPDATE history SET changes = ''",
    "history, more than it says": "UPDATE history SET changes = '', salt = '', firm_id = 'x'",
}


@pytest.mark.parametrize("table", REPLACED)
def test_no_row_of_the_past_is_replaced(lived, table):
    if REPLACED[table].startswith("REPLACE") and lived.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL knows no REPLACE")
    declared = four_firms()
    lived.save(LOCAL, replace(declared, firms=declared.firms.assign(name="x")))
    with pytest.raises(DBAPIError, match="can only grow"), writing(lived.engine) as connection:
        connection.execute(text(REPLACED[table]))


def test_a_trigger_that_is_gone_or_does_nothing_is_named(kind, new_url):
    with open_store(new_url(kind)) as store:
        on = " ON audit" if kind == "postgresql" else ""
        name = next(n for n in triggers(kind) if table_of(n) == "audit")
        with writing(store.engine) as connection:
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        assert said(store) == [
            "The triggers that keep the past as it is are gone or changed: audit."
        ]
        idle = (
            f"CREATE TRIGGER {name} BEFORE UPDATE ON audit BEGIN SELECT 1; END"
            if kind == "sqlite"
            else f"{triggers(kind)[name]}; ALTER TABLE audit DISABLE TRIGGER {name}"
        )
        with writing(store.engine) as connection:
            for statement in idle.split("; ALTER") if kind == "postgresql" else [idle]:
                word = "ALTER" if statement.startswith(" TABLE") else ""
                connection.execute(text(word + statement))
        assert len(triggers_of(store)) == 1


def test_a_copy_of_the_head_shows_a_log_that_was_rewritten(lived, new_url):
    """An owner can write another past that fits in itself; it does not end as the copy says."""
    head = lived.status(LOCAL).head
    assert head.startswith("3:")
    lived.save(LOCAL, three_exchanges().flows, origin="again")
    assert lived.holds(LOCAL, head)
    with open_store(new_url("sqlite")) as other:
        for number in range(4):
            other.grant(LOCAL, f"{number}@x.example", [Grant(Role.ANALYST)])
        assert other.status(LOCAL).broken_at is None
        assert said(other) == []
        assert not other.holds(LOCAL, head)
    for text_ in ("", "3:", "x", "-1:x", f"99{head}"):
        assert not lived.holds(LOCAL, text_)


def test_the_log_never_goes_back_in_time(store, monkeypatch):
    store.save(LOCAL, four_firms())
    yesterday = now() - timedelta(days=1)
    monkeypatch.setattr(audit, "now", lambda: yesterday)
    store.publish(LOCAL)
    first, second = store.audit_log(LOCAL)["at"][::-1]
    assert second >= first


def test_nothing_confided_is_in_the_log(lived):
    told = lived.audit_log(LOCAL).drop(columns="at").to_string()  # 09:21:11.0 is a time
    for secret in ("11.0", "21.0", "ash@phone", "10 11 12"):
        assert secret not in told


def test_what_the_log_says_of_a_study_tests_no_guess(store):
    """The digest of a study is keyed: whoever reads the log cannot compare one of their own."""
    study = three_exchanges()
    store.save(LOCAL, study.flows)
    study_id = store.keep_study(LOCAL, replace(study, flows=store.flows(LOCAL)), "one")
    with reading(store.engine) as connection:
        row = connection.execute(select(STUDIES)).mappings().one()
        tables = {r.name: r.digest for r in connection.execute(select(STUDY_TABLES))}
    said = store.audit_log(LOCAL).set_index("key").loc[study_id, "detail"]["digest"]
    assert said.startswith("k:")
    assert study_digest(row, tables) not in said
    assert store.status(LOCAL).faults == ()
    store.migrate(LOCAL, "0005")
    store.migrate(LOCAL)
    again = store.audit_log(LOCAL).set_index("key").loc[study_id, "detail"]["digest"]
    assert again.startswith("k:")
    assert store.status(LOCAL).faults == ()

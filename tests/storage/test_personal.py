"""A person is forgotten, a firm takes back what is its own, and the past still holds together."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from symbiosis import read
from symbiosis.errors import StorageError
from symbiosis.storage import (
    LOCAL,
    AccessDenied,
    Conflict,
    Grant,
    Role,
    accounts,
    audit,
    people,
    personal,
)
from symbiosis.storage.engine import reading, writing
from symbiosis.storage.tables import HISTORY, METADATA, PEOPLE, PUBLISHED_FIGURES, USERS
from tests.storage.worlds import FIRM_ASH, FIRM_BEECH, OFFICER_NORTH, four_firms, three_exchanges

LEA = "lea@north.example"


def everything(store):
    """All that stands in the store, as text; bytes of studies as they are."""
    with reading(store.engine) as connection:
        return {
            table.name: repr(connection.execute(select(table)).all())
            for table in METADATA.sorted_tables
        }


def where(store, word):
    return sorted(name for name, content in everything(store).items() if word in content)


def whole(store):
    status = store.status(LOCAL)
    return status.broken_at is None and status.faults == ()


@pytest.fixture
def lived(store):
    """Léa did something in each table; ash has changed its contact and a price."""
    store.grant(LOCAL, LEA, [Grant(Role.OFFICER, "north"), Grant(Role.OFFICER, "south")], "Léa")
    lea = store.bearer(store.issue_token(LOCAL, LEA))
    declared = four_firms()
    store.save(LOCAL, declared)
    firms = declared.firms.assign(contact=["new@ash.example", *declared.firms["contact"][1:]])
    offers = declared.offers.assign(route_cost_eur_per_unit=[13.5, 12.0])
    store.save(lea, replace(declared, firms=firms, offers=offers))
    study = replace(three_exchanges(), flows=store.flows(LOCAL))
    store.follow(lea, study)
    row = store.worklist(lea).iloc[0]
    store.update_synergy(lea, row["synergy_id"], 1, {"owner": LEA, "note": "call"})
    store.keep_scenario(lea, "usual", study.scenario)
    return store


def test_the_past_names_nobody_by_name(lived):
    assert where(lived, LEA) == ["people", "scenarios", "synergies", "uploads", "users"]
    assert where(lived, "ash@phone") == ["people"]
    assert set(lived.audit_log(LOCAL)["by"]) == {LEA, "local"}
    contacts = [c["contact"] for c in lived.history(LOCAL)["changes"] if "contact" in c]
    assert contacts == [["ash@phone", "new@ash.example"]]


def test_a_person_is_forgotten_and_the_past_is_whole(lived):
    lived.erase_person(LOCAL, LEA)
    assert where(lived, LEA) == []
    assert where(lived, "Léa") == []
    assert whole(lived)
    assert set(lived.audit_log(LOCAL)["by"]) == {people.NOBODY, "local"}
    assert set(lived.history(LOCAL)["by"]) == {people.NOBODY}
    with pytest.raises(StorageError, match="nobody of this name"):
        lived.erase_person(LOCAL, LEA)


def test_a_contact_is_forgotten_too_in_what_it_was_before(lived):
    for name in ("ash@phone", "new@ash.example"):
        lived.erase_person(LOCAL, name)
        assert where(lived, name) == []
    assert whole(lived)
    assert lived.flows(LOCAL).firms["contact"].tolist()[0] == ""


def test_a_kept_study_forgets_a_contact(lived):
    study = replace(three_exchanges(), flows=lived.flows(LOCAL))
    study_id = lived.keep_study(LOCAL, study, "one")
    assert lived.study(LOCAL, study_id).flows.firms["contact"].tolist()[1] == "beech@phone"
    lived.erase_person(LOCAL, "beech@phone")
    assert lived.study(LOCAL, study_id).flows.firms["contact"].tolist()[1] == ""
    assert whole(lived)


def test_only_an_administrator_forgets_people(lived):
    for who in (OFFICER_NORTH, FIRM_ASH):
        with pytest.raises(AccessDenied):
            lived.erase_person(who, LEA)
        with pytest.raises(AccessDenied):
            lived.retain(who)


def test_a_firm_takes_out_all_that_is_its_own(lived, tmp_path):
    lived.take_out(FIRM_ASH, "ash", tmp_path / "out")
    again = read(tmp_path / "out")
    assert again.firms["firm_id"].tolist() == ["ash"]
    assert sorted(again.offers["route_cost_eur_per_unit"]) == [12.0, 13.5]
    assert again.firms["contact"].tolist() == ["new@ash.example"]
    lines = (tmp_path / "out" / "history.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["key"] for line in lines} == {"ash", "ash-1"}
    with pytest.raises(AccessDenied):
        lived.take_out(FIRM_BEECH, "ash", tmp_path / "stolen")


def test_a_firm_withdraws_all_that_is_its_own(lived):
    lived.publish(LOCAL)
    for who in (FIRM_BEECH,):
        with pytest.raises(AccessDenied):
            lived.withdraw_firm(who, "ash")
    assert lived.withdraw_firm(FIRM_ASH, "ash") == 2
    for word in ("13.5", "ash@phone", "new@ash.example", "'Ash'"):
        assert where(lived, word) == []
    assert "ash" not in set(lived.flows(LOCAL).firms["firm_id"])
    assert whole(lived)
    with pytest.raises(StorageError, match="no firm ash"):
        lived.withdraw_firm(LOCAL, "ash")


def test_a_firm_that_comes_back_is_not_published_anew(store):
    """Or the sums with it and without it would tell of the others."""
    from tests.storage.test_publications import figures, world

    store.save(LOCAL, world({"a": 10.0, "b": 20.0, "c": 30.0}))
    store.publish(LOCAL)
    for name in "ab":
        store.withdraw_firm(LOCAL, name)
    with reading(store.engine) as connection:
        atoms = connection.execute(select(PUBLISHED_FIGURES.c.atoms)).scalar_one()
    assert sorted(atom[3] for atom in json.loads(atoms)) == [0.0, 0.0, 30.0]
    store.save(LOCAL, world({"a": 11.0, "b": 22.0, "d": 33.0}))
    store.publish(LOCAL)
    assert figures(store) == {"0.1:23:510": 60.0}
    assert whole(store)


def test_nobody_erases_a_line_of_history_and_leaves_no_word(lived):
    with writing(lived.engine) as connection:
        assert audit.erase_history(connection, [1]) == 1
    assert [str(fault) for fault in lived.status(LOCAL).faults] == [
        "1 lines of the history were erased without a word in the audit log."
    ]


def later(monkeypatch, days):
    moment = datetime.now(UTC) + timedelta(days=days)
    for module in (audit, accounts):
        monkeypatch.setattr(module, "now", lambda: moment)


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (personal.TOKEN_DAYS, {}),
        (90 + personal.TOKEN_DAYS + 1, {"tokens": 1}),
        (personal.ACCOUNT_DAYS + 1, {"tokens": 1, "accounts": 1}),
        (personal.CONTACT_DAYS + 1, {"tokens": 1, "accounts": 1, "contacts": 1}),
        (personal.HISTORY_DAYS + 1, {"tokens": 1, "accounts": 1, "contacts": 1, "erased": 6}),
    ],
)
def test_what_was_kept_as_long_as_it_may_be_goes(lived, monkeypatch, days, gone):
    lived.forget(LOCAL, ["ash-1", "ash-2"])  # ash declares nothing any more
    with reading(lived.engine) as connection:
        lines = len(connection.execute(select(HISTORY)).all())
    lived.grant(LOCAL, LEA, [])
    later(monkeypatch, days)
    counts = lived.retain(LOCAL)
    gone = gone | ({"erased": lines} if "erased" in gone else {})
    assert {name: count for name, count in counts.items() if count} == gone
    assert whole(lived)
    assert not any(lived.retain(LOCAL).values())


def test_none_of_it_reaches_a_log(lived, caplog):
    caplog.set_level(logging.DEBUG)
    lived.erase_person(LOCAL, "beech@phone")
    lived.withdraw_firm(FIRM_ASH, "ash")
    lived.retain(LOCAL)
    told = caplog.text + lived.audit_log(LOCAL)[["action", "kind", "key", "detail"]].to_string()
    for secret in ("@phone", "@ash.example", "13.5", LEA):
        assert secret not in told


def test_persons_of_an_older_store_move_and_move_back(lived):
    before = lived.history(LOCAL), lived.audit_log(LOCAL)
    lived.migrate(LOCAL, "0005")
    with reading(lived.engine) as connection:
        by = set(connection.execute(text('SELECT "by" FROM audit')).scalars())
        told = " ".join(connection.execute(text("SELECT changes FROM history")).scalars())
    assert by == {LEA, "local"}
    assert "ash@phone" in told
    lived.migrate(LOCAL)
    assert whole(lived)
    assert where(lived, "ash@phone") == ["people"]
    again = lived.history(LOCAL), lived.audit_log(LOCAL)
    assert again[0]["changes"].tolist() == before[0]["changes"].tolist()
    assert again[1]["by"].tolist()[2:] == before[1]["by"].tolist()
    lived.erase_person(LOCAL, LEA)
    assert where(lived, LEA) == []


def test_a_log_that_was_altered_stays_altered_when_it_is_migrated(lived):
    lived.migrate(LOCAL, "0005")
    kind = lived.engine.dialect.name
    drop = "DROP TRIGGER audit_grows" + ("_update" if kind == "sqlite" else " ON audit")
    with writing(lived.engine) as connection:
        connection.execute(text(drop))
        connection.execute(text("UPDATE audit SET action = 'x' WHERE seq = 2"))
        if kind == "sqlite":  # the migration expects its triggers
            connection.execute(
                text(
                    "CREATE TRIGGER audit_grows_update BEFORE UPDATE ON audit "
                    "BEGIN SELECT RAISE(ABORT, 'this table can only grow'); END"
                )
            )
        else:
            connection.execute(
                text(
                    "CREATE TRIGGER audit_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
                    "FOR EACH STATEMENT EXECUTE FUNCTION symbiosis_refuse()"
                )
            )
    lived.migrate(LOCAL)
    assert lived.status(LOCAL).broken_at == 2


def test_no_person_is_left_whom_nobody_names(lived):
    with reading(lived.engine) as connection:
        names = set(connection.execute(select(PEOPLE.c.name)).scalars())
        logins = set(connection.execute(select(USERS.c.login)).scalars())
    assert names == {"local", LEA, "ash@phone", "new@ash.example"}
    assert logins == {LEA}


def test_free_texts_that_name_a_person_are_found(lived):
    """A note, its history, a remark of a file, a source, a label; a kept study is told of."""
    declared = lived.flows(LOCAL)
    lived.keep_study(LOCAL, replace(three_exchanges(), flows=declared), "for Léa")
    offers = declared.offers.assign(note=["ask LEA@north.example, or Léa", "as lea@north.example2"])
    lived.save(LOCAL, replace(declared, offers=offers), origin="Léa.csv")
    lived.save(LOCAL, replace(declared, offers=offers.assign(quantity=[1.0, 2.0])))
    study = replace(three_exchanges(), flows=lived.flows(LOCAL))
    lived.keep_study(LOCAL, study, "one")
    row = lived.worklist(LOCAL).iloc[0]
    notes = {"note": "Léa (lea@north.example) calls; Léana and léa do not", "next_step": "no name"}
    version = lived.update_synergy(LOCAL, row["synergy_id"], int(row["version"]), notes)
    found = lived.erase_person(LOCAL, LEA)
    assert (found.texts, found.studies) == (3, 2)
    assert found.erased == 2  # of the remark that came, and of the note
    again = lived.worklist(LOCAL, row["synergy_id"]).iloc[0]
    assert again["note"] == "– (–) calls; Léana and léa do not"
    assert (again["next_step"], again["version"]) == ("no name", version + 1)
    with pytest.raises(Conflict):  # a page that still shows the old note
        lived.update_synergy(LOCAL, row["synergy_id"], version, notes)
    told = lived.flows(LOCAL).offers["note"].tolist()
    assert told == ["ask –, or –", "as lea@north.example2"]
    assert where(lived, "LEA@") == []
    assert whole(lived)
    assert lived.audit_log(LOCAL)["detail"].iloc[0]["texts"] == 3


def test_a_short_name_is_not_taken_out_of_other_words(lived):
    lived.grant(LOCAL, "al@north.example", [Grant(Role.OFFICER, "north")], "Al")
    row = lived.worklist(LOCAL).iloc[0]
    lived.update_synergy(LOCAL, row["synergy_id"], int(row["version"]), {"note": "Al. scrap"})
    assert lived.erase_person(LOCAL, "al@north.example").texts == 0
    assert lived.worklist(LOCAL, row["synergy_id"]).iloc[0]["note"] == "Al. scrap"


def test_of_who_was_erased_the_list_of_uploads_holds_no_reference(lived):
    assert LEA in set(lived.uploads(LOCAL)["by"])
    lived.erase_person(LOCAL, LEA)
    assert set(lived.uploads(LOCAL)["by"]) == {people.NOBODY, "local"}


def test_what_is_kept_in_memory_is_read_anew_when_something_is_gone(lived):
    moments = {lived.moment(LOCAL)}
    lived.erase_person(LOCAL, "beech@phone")
    moments.add(lived.moment(LOCAL))
    lived.withdraw_firm(FIRM_ASH, "ash")
    moments.add(lived.moment(LOCAL))
    assert len(moments) == 3

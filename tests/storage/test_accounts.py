"""Accounts and tokens: whose, for how long, and refused in one sentence otherwise."""

from datetime import timedelta

import pytest
from sqlalchemy import DateTime, bindparam, text

from symbiosis.errors import StorageError
from symbiosis.storage import LOCAL, AccessDenied, Grant, Role, accounts, audit
from symbiosis.storage.accounts import SESSION_HOURS
from symbiosis.storage.engine import reading, writing
from symbiosis.storage.tables import now
from tests.storage.worlds import four_firms

LEA = "Lea@North.example"


@pytest.fixture
def lea(store):
    store.grant(LOCAL, LEA, [Grant(Role.OFFICER, "north")], "Léa")
    return store


def test_a_store_without_accounts_is_one_persons(store):
    assert not store.has_accounts()
    assert {g.role for g in store.only_person().grants} == {Role.OFFICER, Role.ADMINISTRATOR}


def test_with_the_first_account_everyone_must_say_who_they_are(lea):
    assert lea.has_accounts()
    with pytest.raises(AccessDenied, match="sign in"):
        lea.only_person()


def claims(**more):
    return {"email": LEA, "email_verified": True, "iat": now().timestamp(), **more}


def test_whom_the_provider_vouches_for(lea):
    who = lea.signed_in(claims())
    assert who.name == "lea@north.example"
    assert who.grants == (Grant(Role.OFFICER, "north"),)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"email": ""}, "vouch"),
        ({"email": None}, "vouch"),
        ({"email_verified": False}, "vouch"),
        ({"email_verified": "false"}, "vouch"),
        ({"email_verified": None}, "vouch"),
        ({"iat": None}, "ended"),
        ({"iat": "today"}, "ended"),
        ({"iat": now().timestamp() + 3600}, "ended"),
        ({"email": "max@south.example"}, "no account"),
        ({"iat": now().timestamp() - SESSION_HOURS * 3600 - 60}, "ended"),
    ],
)
def test_whom_it_does_not_vouch_for(lea, given, words):
    with pytest.raises(AccessDenied, match=words):
        lea.signed_in(claims(**given))


def test_a_provider_that_is_silent_vouches_for_nothing(lea):
    silent = claims()
    del silent["email_verified"]
    with pytest.raises(AccessDenied, match="vouch"):
        lea.signed_in(silent)
    assert lea.signed_in({**silent, "email_verified": "true"}).name == "lea@north.example"


def test_a_shut_account_is_shut_for_sessions_and_tokens(lea):
    token = lea.issue_token(LOCAL, LEA)
    lea.grant(LOCAL, LEA, [])
    with pytest.raises(AccessDenied):
        lea.signed_in(claims())
    with pytest.raises(AccessDenied):
        lea.bearer(token)


def test_a_token_is_its_accounts_and_is_kept_only_as_a_digest(lea):
    token = lea.issue_token(LOCAL, LEA, label="script")
    assert lea.bearer(token).name == "lea@north.example"
    with reading(lea.engine) as connection:
        kept = str(connection.execute(text("SELECT * FROM tokens")).all())
        kept += str(connection.execute(text("SELECT * FROM audit")).all())
    assert token not in kept
    assert token.removeprefix("sy_") not in kept
    assert "digest" not in lea.tokens(LOCAL)


def test_refused_tokens_all_get_the_same_sentence(lea):
    token = lea.issue_token(LOCAL, LEA, days=0.5)
    revoked = lea.issue_token(LOCAL, LEA)
    newest = lea.tokens(LOCAL).iloc[0]["token_id"]
    lea.revoke_token(LOCAL, newest)
    with writing(lea.engine) as connection:
        connection.execute(
            text("UPDATE tokens SET expires_at = :then WHERE revoked_at IS NULL").bindparams(
                bindparam("then", type_=DateTime(timezone=True))
            ),
            {"then": now() - timedelta(seconds=1)},
        )
    said = set()
    for wrong in (token, revoked, "sy_unknown", "", "\x00", "é" * 5000, "\ud800"):
        with pytest.raises(AccessDenied) as error:
            lea.bearer(wrong)
        said.add(str(error.value))
    assert len(said) == 1


def test_one_account_does_not_touch_anothers_tokens(lea):
    lea.grant(LOCAL, "max@south.example", [Grant(Role.OFFICER, "south")])
    lea.issue_token(LOCAL, "max@south.example")
    theirs = lea.tokens(LOCAL).iloc[0]["token_id"]
    who = lea.signed_in(claims())
    own = lea.bearer(lea.issue_token(who, LEA))
    assert lea.tokens(own)["login"].tolist() == ["lea@north.example"]
    for door in (
        lambda: lea.revoke_token(own, theirs),
        lambda: lea.revoke_token(own, "unknown"),
        lambda: lea.issue_token(own, "max@south.example"),
        lambda: lea.issue_token(own, "nobody@x.example"),
        lambda: lea.grant(own, LEA, [Grant(Role.ADMINISTRATOR)]),
        lambda: lea.accounts(own),
    ):
        with pytest.raises(AccessDenied):
            door()


@pytest.mark.parametrize(
    "grant", [Grant(Role.FIRM), Grant(Role.FIRM, ""), Grant(Role.VISITOR),
              Grant(Role.ADMINISTRATOR, "north"), Grant(Role.OFFICER, "")],
)  # fmt: skip
def test_roles_that_make_no_sense_are_refused(store, grant):
    with pytest.raises(StorageError):
        store.grant(LOCAL, LEA, [grant])
    assert not store.has_accounts()


@pytest.mark.parametrize("login", ["", " ", "a\x00b", "x" * 300, "a\nb"])
def test_logins_that_are_none_are_refused(store, login):
    with pytest.raises(StorageError, match="login"):
        store.grant(LOCAL, login, [Grant(Role.ANALYST)])


@pytest.mark.parametrize("days", [0, -1, 367, float("inf"), float("nan")])
def test_a_token_lasts_a_year_at_most(lea, days):
    with pytest.raises(StorageError, match="at most"):
        lea.issue_token(LOCAL, LEA, days=days)


def test_the_list_of_accounts(lea):
    row = lea.accounts(LOCAL).iloc[0]
    assert (row["login"], row["roles"], bool(row["active"])) == (
        "lea@north.example", "officer:north", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["admin@stra\u00dfe.example", "ad\u0131min@strasse.example", "\uff41dmin@strasse.example",
     "admin@strasse.example\u200b", "\u00a0admin@strasse.example", "\u212admin@strasse.example"],
)  # fmt: skip
def test_addresses_are_compared_in_ascii_alone(store, address):
    """No letter that folds, looks or sorts like another opens an account."""
    for login in ("admin@strasse.example", "kdmin@strasse.example"):
        store.grant(LOCAL, login, [Grant(Role.ADMINISTRATOR)])
    with pytest.raises(AccessDenied, match="no account"):
        store.signed_in({**claims(), "email": address})
    with pytest.raises(StorageError, match="without accents"):
        store.grant(LOCAL, address, [Grant(Role.ANALYST)])
    assert store.signed_in({**claims(), "email": " Admin@Strasse.Example "}).name


def clock(monkeypatch, **by):
    moment = now() + timedelta(**by)
    for module in (audit, accounts):
        monkeypatch.setattr(module, "now", lambda: moment)


def test_a_clock_that_is_set_back_wakes_no_token_that_was_refused(lea, monkeypatch):
    token = lea.issue_token(LOCAL, LEA, days=1)
    clock(monkeypatch, days=2)
    with pytest.raises(AccessDenied):
        lea.bearer(token)
    clock(monkeypatch, hours=1)
    with pytest.raises(AccessDenied):
        lea.bearer(token)


def test_nor_one_that_had_expired_when_something_was_written(lea, monkeypatch):
    token = lea.issue_token(LOCAL, LEA, days=1)
    session = claims()
    clock(monkeypatch, days=2)
    lea.publish(LOCAL)
    clock(monkeypatch, hours=1)
    with pytest.raises(AccessDenied):
        lea.bearer(token)
    with pytest.raises(AccessDenied, match="ended"):
        lea.signed_in(session)


def test_no_name_is_too_odd_to_be_kept(store):
    odd = "a\x00b\ud800"
    store.grant(LOCAL, "lea@north.example", [Grant(Role.OFFICER, "north")], odd)
    store.issue_token(LOCAL, "lea@north.example", label=odd)
    store.save(LOCAL, four_firms(), origin=odd)
    assert store.accounts(LOCAL)["name"].tolist() == ["a·b·"]
    assert store.tokens(LOCAL)["label"].tolist() == ["a·b·"]
    assert store.uploads(LOCAL)["origin"].tolist() == ["a·b·"]

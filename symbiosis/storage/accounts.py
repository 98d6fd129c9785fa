"""Accounts, the roles granted to them, and tokens for the command line and the API."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pandas as pd
from sqlalchemy import Connection, func, select

from symbiosis.errors import StorageError, say
from symbiosis.storage import audit, bulk, keyed
from symbiosis.storage.access import Action, Kind, require, scope
from symbiosis.storage.failures import AccessDenied
from symbiosis.storage.principals import EVERYWHERE, Grant, Principal, Role, local
from symbiosis.storage.rows import kept
from symbiosis.storage.tables import GRANTS, TOKENS, USERS, now
from symbiosis.text_cleaning import clean

PREFIX = "sy_"
# After this long a browser session must be opened again, whatever its cookie says.
SESSION_HOURS = 12
# How far the provider's clock may be ahead of ours, s.
CLOCKS_APART_S = 300
LONGEST_TOKEN_DAYS = 366
_SCOPED = (Role.FIRM, Role.OFFICER, Role.ANALYST)
REFUSED = say("This token is unknown, revoked or expired: ask for a new one.")


def _compared(text: str) -> str:
    """Return how a login is compared: in ASCII alone, where none folds to another; "" for none."""
    login = text.strip(" ").lower() if text.isascii() else ""
    return login if len(login) <= 254 and login.isprintable() else ""


def _login(text: str) -> str:
    """Return a login as it is kept, or refuse what can be none."""
    login = _compared(text)
    if not login:
        raise StorageError(
            say("A login is an e-mail address of at most 254 letters without accents.")
        )
    return login


def count(connection: Connection) -> int:
    """Return how many accounts there are; none means a machine of one person."""
    return int(connection.execute(select(func.count()).select_from(USERS)).scalar_one())


def only_person(connection: Connection, name: str) -> Principal:
    """Return the one person of a store without accounts.

    Raises
    ------
    AccessDenied
        If the store has accounts: then everyone must say who they are.
    """
    if count(connection):
        raise AccessDenied(
            say("This store has accounts: sign in, or give a token in SYMBIOSIS_TOKEN.")
        )
    return local(name)


def grant(
    connection: Connection, who: Principal, login: str, grants: Iterable[Grant], name: str = ""
) -> str:
    """Make an account, or replace its roles.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        An administrator.
    login
        The address that the identity provider vouches for.
    grants
        All the roles of the account; none shuts it.
    name
        For people to read.

    Returns
    -------
    str
        The identifier of the account.
    """
    require(who, Kind.ACCOUNT, Action.WRITE)
    wanted = sorted(set(grants), key=lambda g: (g.role, g.scope))
    for one in wanted:
        _check(one)
    login, name = _login(login), clean(kept(name))
    keyed.prepare(connection)  # from now on there is somebody from whom something is kept
    found = connection.execute(select(USERS).where(USERS.c.login == login)).first()
    user_id = found.user_id if found else uuid4().hex
    if found:
        connection.execute(
            USERS.update()
            .where(USERS.c.user_id == user_id)
            .values(active=bool(wanted), version=found.version + 1, name=name or found.name)
        )
        connection.execute(GRANTS.delete().where(GRANTS.c.user_id == user_id))
    else:
        connection.execute(
            USERS.insert(),
            {"user_id": user_id, "login": login, "name": name, "active": bool(wanted),
             "version": 1, "created_at": now()},
        )  # fmt: skip
    rows = [{"user_id": user_id, "role": g.role.value, "scope": g.scope} for g in wanted]
    if rows:
        connection.execute(GRANTS.insert(), rows)
    roles = [f"{g.role.value}:{g.scope}" for g in wanted]
    audit.write(connection, who, "grant", ("account", user_id), {"roles": roles})
    return user_id


def _check(one: Grant) -> None:
    if one.role is Role.VISITOR:
        raise StorageError(say("Everyone is a visitor; there is nothing to grant."))
    if not one.scope or (one.role is Role.FIRM and one.scope == EVERYWHERE):
        raise StorageError(say("A firm's account needs the identifier of that firm."))
    if one.role not in _SCOPED and one.scope != EVERYWHERE:
        raise StorageError(
            say("An administrator administers the whole store: leave the scope out.")
        )


def _principal(connection: Connection, user_id: str) -> Principal | None:
    user = connection.execute(
        select(USERS).where(USERS.c.user_id == user_id, USERS.c.active)
    ).first()
    if user is None:
        return None
    rows = connection.execute(select(GRANTS).where(GRANTS.c.user_id == user_id))
    grants = sorted((Grant(Role(r.role), r.scope) for r in rows), key=lambda g: (g.role, g.scope))
    return Principal(user.login, tuple(grants), user_id)


def signed_in(connection: Connection, claims: Mapping[str, Any]) -> Principal:
    """Return who an identity provider says is there.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    claims
        What the provider vouches for: ``email``, ``email_verified``, ``iat`` (when the session
        began, seconds since 1970).

    Raises
    ------
    AccessDenied
        If the address is not verified, has no account here, or the session is too old.
    """
    email = str(claims.get("email") or "")
    # Some providers write the claim as a text. One that is silent vouches for nothing: in a shared
    # directory anybody may give themselves any address.
    if not email or str(claims.get("email_verified", "")).lower() != "true":
        raise AccessDenied(say("Your identity provider does not vouch for your address."))
    if not _fresh(claims.get("iat"), audit.moment(connection).timestamp()):
        raise AccessDenied(say("Your session has ended: sign in again."))
    known = select(USERS.c.user_id).where(USERS.c.login == _compared(email))
    row = connection.execute(known).first()
    found = _principal(connection, row.user_id) if row else None
    if found is None:
        raise AccessDenied(
            say("Your address has no account in this store; ask an administrator of it.")
        )
    return found


def _fresh(began: object, moment_s: float) -> bool:
    """Return whether a session that began then still lasts, both in seconds since 1970."""
    if not isinstance(began, int | float):
        return False
    return -CLOCKS_APART_S <= moment_s - began <= SESSION_HOURS * 3600


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def issue(
    connection: Connection, who: Principal, login: str, *, label: str = "", days: float = 90
) -> str:
    """Return a new token of an account; it is shown once and kept only as a digest.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        An administrator, or the account itself.
    login
        Whose.
    label
        What for.
    days
        How long it lasts, at most `LONGEST_TOKEN_DAYS`.
    """
    login = _login(login)
    user = connection.execute(select(USERS).where(USERS.c.login == login, USERS.c.active)).first()
    if user is None or user.user_id != who.user_id:
        require(who, Kind.ACCOUNT, Action.WRITE)
    if user is None:
        raise StorageError(say("There is no account {login}.", login=login))
    if not 0 < days <= LONGEST_TOKEN_DAYS:
        raise StorageError(say("A token lasts at most {days} days.", days=LONGEST_TOKEN_DAYS))
    token = PREFIX + secrets.token_urlsafe(32)
    moment = audit.moment(connection)
    row = {
        "token_id": uuid4().hex, "user_id": user.user_id, "digest": _digest(token),
        "label": clean(kept(label)), "created_at": moment,
        "expires_at": moment + timedelta(days=days),
    }  # fmt: skip
    connection.execute(TOKENS.insert(), row)
    audit.write(connection, who, "issue", ("token", row["token_id"]), {"user": user.user_id})
    return token


def bearer(connection: Connection, token: str) -> Principal:
    """Return whose token this is.

    Raises
    ------
    AccessDenied
        If it is unknown, revoked or expired, or its account is shut: one sentence for all.
    """
    query = select(TOKENS).where(TOKENS.c.digest == _digest(token))
    row = connection.execute(query).first()
    found = None
    if row is not None and row.revoked_at is None and row.expires_at > audit.moment(connection):
        found = _principal(connection, row.user_id)
    if found is None:
        raise AccessDenied(REFUSED)
    return found


def just_expired(connection: Connection, token: str) -> bool:
    """Return whether a token has expired and nobody has written that down yet (`end`)."""
    row = connection.execute(select(TOKENS).where(TOKENS.c.digest == _digest(token))).first()
    over = row is not None and row.expires_at <= audit.moment(connection)
    return bool(over and row is not None and row.revoked_at is None)


def end(connection: Connection, token: str) -> None:
    """Write down that a token has expired, so that no clock that is set back wakes it."""
    mine = TOKENS.c.digest == _digest(token)
    connection.execute(TOKENS.update().where(mine).values(revoked_at=TOKENS.c.expires_at))


def revoke(connection: Connection, who: Principal, token_id: str) -> None:
    """End a token now."""
    row = connection.execute(select(TOKENS).where(TOKENS.c.token_id == token_id)).first()
    if row is None or row.user_id != who.user_id:
        require(who, Kind.ACCOUNT, Action.WRITE)
    if row is None:
        raise StorageError(say("There is no such token."))
    connection.execute(
        TOKENS.update().where(TOKENS.c.token_id == token_id).values(revoked_at=now())
    )
    audit.write(connection, who, "revoke", ("token", token_id))


def listed(connection: Connection, who: Principal) -> pd.DataFrame:
    """Return the accounts: ``login``, ``name``, ``active``, ``roles``, ``created_at``."""
    require(who, Kind.ACCOUNT)
    users = bulk.fetch(connection, select(USERS).order_by(USERS.c.login))
    roles: dict[str, list[str]] = {}
    for row in connection.execute(select(GRANTS)):
        roles.setdefault(row.user_id, []).append(f"{row.role}:{row.scope}")
    users["roles"] = [", ".join(sorted(roles.get(user, []))) for user in users["user_id"]]
    return users[["login", "name", "active", "roles", "created_at"]]


def tokens(connection: Connection, who: Principal) -> pd.DataFrame:
    """Return the tokens, without what would let anyone use them."""
    query = select(
        TOKENS.c.token_id, USERS.c.login, TOKENS.c.label, TOKENS.c.created_at,
        TOKENS.c.expires_at, TOKENS.c.revoked_at,
    ).join(USERS, USERS.c.user_id == TOKENS.c.user_id)  # fmt: skip
    if not scope(who, Kind.ACCOUNT).everything:
        query = query.where(TOKENS.c.user_id == who.user_id)
    return bulk.fetch(connection, query.order_by(TOKENS.c.created_at.desc()))

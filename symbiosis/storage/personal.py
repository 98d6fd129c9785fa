"""What a firm may take back, who may be forgotten, and how long anything personal is kept.

The past stays whole throughout: what is erased there are references and salted texts (`chain`).
Kept studies stay too. Of persons they hold references alone; what a firm had declared when a study
was made stays in it, for those who could read it then.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pandas as pd
from sqlalchemy import Connection, or_, select

from symbiosis.errors import StorageError, say
from symbiosis.flows import Flows
from symbiosis.storage import audit, bulk, declared, keyed, people
from symbiosis.storage.access import Action, Kind, require
from symbiosis.storage.mentions import Mentions, blot_out
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import canonical
from symbiosis.storage.tables import (
    AGREEMENTS,
    AUDIT,
    FIRMS,
    FLOWS,
    GRANTS,
    HISTORY,
    OVERRIDES,
    PEOPLE,
    PUBLISHED_FIGURES,
    SCENARIOS,
    SYNERGIES,
    TOKENS,
    UPLOADS,
    USERS,
)
from symbiosis.storage.uploads import remove

# How long each is kept, in days.
TOKEN_DAYS = 30
"""A token, after it ended."""
ACCOUNT_DAYS = 365
"""The login and the name of an account, after it was shut."""
CONTACT_DAYS = 2 * 365
"""The contact of a firm that declares nothing any more, after its last change."""
HISTORY_DAYS = 5 * 365
"""What a row of history says."""


def _firm(connection: Connection, who: Principal, firm_id: str, action: Action) -> pd.Series:
    """Return a firm's row, if it is the asker's: the firm itself or an officer of its territory."""
    found = bulk.fetch(connection, select(FIRMS).where(FIRMS.c.firm_id == firm_id))
    territory = found["territory"].iloc[0] if len(found) else ""
    require(who, Kind.PRIVATE_FLOW, action, firm_id=firm_id, territory=territory)
    if found.empty:
        raise StorageError(say("There is no firm {firm} in the store.", firm=firm_id))
    return found.iloc[0]


def own(connection: Connection, who: Principal, firm_id: str) -> tuple[Flows, pd.DataFrame]:
    """Return all that the store holds of one firm.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    who
        The firm, or an officer of its territory.
    firm_id
        Which.

    Returns
    -------
    tuple
        What it declares, prices and contact included, and its history (`declared.history`).
    """
    _firm(connection, who, firm_id, Action.WRITE)
    flows = declared.flows(connection, who)
    keys = select(HISTORY.c.kind, HISTORY.c.key).where(HISTORY.c.firm_id == firm_id)
    mine = {tuple(row) for row in connection.execute(keys)} | {("firms", firm_id)}
    past = declared.history(connection, who)
    kept = [pair in mine for pair in zip(past["kind"], past["key"], strict=True)]
    return (
        Flows(
            firms=flows.firms[flows.firms["firm_id"] == firm_id],
            offers=flows.offers[flows.offers["firm_id"] == firm_id],
            needs=flows.needs[flows.needs["firm_id"] == firm_id],
            territories=flows.territories.iloc[:0],
        ),
        past[kept],
    )


def withdraw(connection: Connection, who: Principal, firm_id: str) -> int:
    """Take everything of a firm out of the store, and what its past says.

    Its flows, its row, its exchanges on the worklist, its contacts, and its quantities behind the
    public map; a sum of several firms that was published stays.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who, firm_id
        As for `own`.

    Returns
    -------
    int
        How many flows were removed.
    """
    firm = _firm(connection, who, firm_id, Action.WRITE)
    lines = bulk.fetch(connection, select(FLOWS).where(FLOWS.c.firm_id == firm_id))
    remove(connection, who, lines, "")
    ends = or_(SYNERGIES.c.offer_firm_id == firm_id, SYNERGIES.c.need_firm_id == firm_id)
    synergies = connection.execute(select(SYNERGIES.c.synergy_id).where(ends)).scalars().all()
    connection.execute(AGREEMENTS.delete().where(AGREEMENTS.c.synergy_id.in_(synergies)))
    connection.execute(SYNERGIES.delete().where(ends))
    connection.execute(FIRMS.delete().where(FIRMS.c.firm_id == firm_id))
    past = or_(
        HISTORY.c.firm_id == firm_id,
        (HISTORY.c.kind == "firms") & (HISTORY.c.key == firm_id),
        (HISTORY.c.kind == "synergies") & HISTORY.c.key.in_(synergies),
    )
    rows = connection.execute(select(HISTORY).where(past)).all()
    names = people.names(connection)
    contacts = {str(firm["contact"])}
    for row in rows:
        said = json.loads(row.changes or "{}")
        contacts |= {names.get(ref or "", "") for ref in said.get("contact", ())}
    erased = audit.erase_history(connection, [row.seq for row in rows])
    _forget(connection, contacts)
    mark = _unpublish(connection, firm_id)
    counts = {"removed": len(lines), "erased": erased}
    audit.write(connection, who, "withdraw", ("firm", mark), counts)
    return len(lines)


def _forget(connection: Connection, contacts: set[str]) -> None:
    """Remove persons whom no account and no firm names any more."""
    used = select(FIRMS.c.contact).where(FIRMS.c.contact.in_(contacts))
    used_ = set(connection.execute(used).scalars())
    logins = select(USERS.c.login).where(USERS.c.login.in_(contacts))
    gone = contacts - used_ - set(connection.execute(logins).scalars()) - {""}
    connection.execute(PEOPLE.delete().where(PEOPLE.c.name.in_(gone)))


def _unpublish(connection: Connection, firm_id: str) -> str:
    """Put a mark for a firm behind the published figures, and no quantity; return the mark."""
    keyed.prepare(connection)
    mark = keyed.firm_mark(connection, firm_id)
    columns = [PUBLISHED_FIGURES.c[name] for name in ("group_id", "version", "atoms")]
    for group_id, version, text in connection.execute(select(*columns)).all():
        atoms = json.loads(text)
        if not any(atom[0] == firm_id for atom in atoms):
            continue
        kept = [[mark, *a[1:3], 0.0] if a[0] == firm_id else a for a in atoms]
        figure = PUBLISHED_FIGURES.c
        connection.execute(
            PUBLISHED_FIGURES.update()
            .where(figure.group_id == group_id, figure.version == version)
            .values(atoms=canonical(kept))
        )
    return mark


def erase(connection: Connection, who: Principal, name: str) -> Mentions:
    """Forget a person: the account, the contact, who did what, and notes that name them.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        An administrator.
    name
        A login or a contact, as it is written in the store. Free texts are searched for it and,
        of an account, for the name that people read (`mentions`).

    Returns
    -------
    Mentions
        What was done about those texts.

    Raises
    ------
    StorageError
        If the store knows nobody of this name.
    """
    require(who, Kind.ACCOUNT, Action.WRITE)
    user = connection.execute(select(USERS).where(USERS.c.login == name)).first()
    contact = select(FIRMS.c.firm_id).where(FIRMS.c.contact == name).limit(1)
    known = connection.execute(select(PEOPLE).where(PEOPLE.c.name == name)).first()
    if user is None and known is None and connection.execute(contact).first() is None:
        raise StorageError(say("The store knows nobody of this name."))
    reference = known.person_id if known else people.reference(connection, name)
    if user is not None:
        for table in (TOKENS, GRANTS, USERS):
            connection.execute(table.delete().where(table.c.user_id == user.user_id))
    connection.execute(UPLOADS.update().where(UPLOADS.c.by == name).values(by=reference))
    for column in (
        AGREEMENTS.c.by, SCENARIOS.c.changed_by, OVERRIDES.c.changed_by, SYNERGIES.c.changed_by,
    ):  # fmt: skip
        table = column.table
        connection.execute(
            table.update().where(column == name).values({column.name: people.NOBODY})
        )
    _blank_contacts(connection, name)
    connection.execute(SYNERGIES.update().where(SYNERGIES.c.owner == name).values(owner=""))
    connection.execute(PEOPLE.delete().where(PEOPLE.c.name == name))
    found = blot_out(connection, [name, user.name if user else ""])
    detail = {"user": user.user_id if user else "", "texts": found.texts, "erased": found.erased}
    audit.write(connection, who, "erase", ("person", reference), detail)
    return found


def _blank_contacts(connection: Connection, name: str) -> None:
    for column in (FIRMS.c.contact, SYNERGIES.c.offer_contact, SYNERGIES.c.need_contact):
        connection.execute(column.table.update().where(column == name).values({column.name: ""}))


def retain(connection: Connection, who: Principal) -> dict[str, int]:
    """Remove what has been kept for as long as it may be (the constants above).

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        An administrator.

    Returns
    -------
    dict
        How many ``tokens``, ``accounts``, ``contacts`` and rows of history (``erased``).
    """
    require(who, Kind.ACCOUNT, Action.WRITE)
    today = audit.moment(connection)
    ended = today - timedelta(days=TOKEN_DAYS)
    over = or_(TOKENS.c.expires_at < ended, TOKENS.c.revoked_at < ended)
    counts = {"tokens": connection.execute(TOKENS.delete().where(over)).rowcount}
    shut = _shut(connection, before=today - timedelta(days=ACCOUNT_DAYS))
    for login in shut:
        erase(connection, who, login)
    changed = select(UPLOADS.c.upload_id).where(UPLOADS.c.at < today - timedelta(days=CONTACT_DAYS))
    idle = FIRMS.c.firm_id.not_in(select(FLOWS.c.firm_id)) & FIRMS.c.changed_by.in_(changed)
    query = select(FIRMS.c.contact).where(idle, FIRMS.c.contact != "")
    contacts = set(connection.execute(query).scalars())
    connection.execute(FIRMS.update().where(idle).values(contact=""))
    _forget(connection, contacts)
    old = HISTORY.c.at < today - timedelta(days=HISTORY_DAYS)
    rows = connection.execute(select(HISTORY.c.seq).where(old, HISTORY.c.salt != "")).scalars()
    counts |= {"accounts": len(shut), "contacts": len(contacts)}
    counts["erased"] = audit.erase_history(connection, list(rows))
    if any(counts.values()):
        audit.write(connection, who, "retain", ("store", ""), counts)
    return counts


def _shut(connection: Connection, *, before: object) -> list[str]:
    """Return the logins of accounts that were shut before a moment."""
    last = (
        select(AUDIT.c.key, AUDIT.c.at)
        .where(AUDIT.c.action == "grant")
        .order_by(AUDIT.c.seq)
    )  # fmt: skip
    when = {row.key: row.at for row in connection.execute(last)}
    users = connection.execute(select(USERS).where(~USERS.c.active))
    return [u.login for u in users if when.get(u.user_id, u.created_at) < before]

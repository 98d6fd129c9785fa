"""The step at which two firms agree to meet; only then does each learn who the other is."""

from __future__ import annotations

from sqlalchemy import Connection, select

from symbiosis.errors import StorageError, say
from symbiosis.storage import audit
from symbiosis.storage.access import Action, Kind, require
from symbiosis.storage.principals import Principal
from symbiosis.storage.tables import AGREEMENTS, SYNERGIES, now


def agree(connection: Connection, who: Principal, synergy_id: str, firm_id: str) -> bool:
    """Write down that a firm agrees to meet its partner.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        The firm itself, or an officer of its territory who was told so (the log says which).
    synergy_id, firm_id
        Which synergy, and which of its two firms.

    Returns
    -------
    bool
        Whether both have now agreed, so that contact and quantities are open to the two.
    """
    row = connection.execute(
        select(SYNERGIES).where(SYNERGIES.c.synergy_id == synergy_id)
    ).mappings().first()  # fmt: skip
    ends = {} if row is None else {
        row["offer_firm_id"]: row["offer_territory"], row["need_firm_id"]: row["need_territory"]
    }  # fmt: skip
    require(who, Kind.AGREEMENT, Action.WRITE, firm_id=firm_id, territory=ends.get(firm_id, ""))
    if firm_id not in ends:
        raise StorageError(say("There is no such synergy of this firm on the worklist."))
    given = set(
        connection.execute(
            select(AGREEMENTS.c.firm_id).where(AGREEMENTS.c.synergy_id == synergy_id)
        ).scalars()
    )
    if firm_id not in given:
        connection.execute(
            AGREEMENTS.insert(),
            {"synergy_id": synergy_id, "firm_id": firm_id, "at": now(), "by": who.name},
        )
        audit.write(connection, who, "agree", ("synergy", synergy_id), {"firm": firm_id})
        given.add(firm_id)
        if given >= set(ends):
            audit.write(connection, who, "reveal", ("synergy", synergy_id), {"firms": sorted(ends)})
    return given >= set(ends)


def withdraw(connection: Connection, who: Principal, synergy_id: str, firm_id: str) -> None:
    """Take an agreement back: what was hidden before is hidden again."""
    row = connection.execute(
        select(SYNERGIES).where(SYNERGIES.c.synergy_id == synergy_id)
    ).mappings().first()  # fmt: skip
    ends = {} if row is None else {
        row["offer_firm_id"]: row["offer_territory"], row["need_firm_id"]: row["need_territory"]
    }  # fmt: skip
    require(who, Kind.AGREEMENT, Action.WRITE, firm_id=firm_id, territory=ends.get(firm_id, ""))
    connection.execute(
        AGREEMENTS.delete().where(
            AGREEMENTS.c.synergy_id == synergy_id, AGREEMENTS.c.firm_id == firm_id
        )
    )
    audit.write(connection, who, "withdraw", ("synergy", synergy_id), {"firm": firm_id})

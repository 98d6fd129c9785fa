"""The step at which two firms agree to meet; only then does each learn who the other is."""

from __future__ import annotations

import hashlib
import hmac

import pandas as pd
from sqlalchemy import Connection, select

from symbiosis.errors import StorageError, say
from symbiosis.storage import audit, matches, worklist
from symbiosis.storage.access import Action, Kind, require, require_any, scope
from symbiosis.storage.principals import Principal
from symbiosis.storage.tables import AGREEMENTS, now

# From the firm's own end: the other proposes, both agree, it proposed itself, nobody did.
STATES = ("asked", "agreed", "waiting", "none")
MEETING = (
    "meeting_id", "firm_id", "firm", "side", "material", "kind", "stage", "state", "hidden",
    "within_km", "partner", "contact", "quantity", "unit", "distance_km",
)  # fmt: skip


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
    ends = worklist.ends(connection, synergy_id)
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
    ends = worklist.ends(connection, synergy_id)
    require(who, Kind.AGREEMENT, Action.WRITE, firm_id=firm_id, territory=ends.get(firm_id, ""))
    gone = connection.execute(
        AGREEMENTS.delete().where(
            AGREEMENTS.c.synergy_id == synergy_id, AGREEMENTS.c.firm_id == firm_id
        )
    )
    if gone.rowcount:
        audit.write(connection, who, "withdraw", ("synergy", synergy_id), {"firm": firm_id})


def meetings(connection: Connection, who: Principal) -> pd.DataFrame:
    """Return the firms that a principal speaks for, each with a partner it may agree to meet.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    who
        Who asks: a firm, or an officer for the firms of the territory.

    Returns
    -------
    pandas.DataFrame
        The columns `MEETING`, what awaits an answer first. ``side`` is the firm's own end,
        ``offer`` or ``need``, and ``material`` its own. Of a hidden partner only ``within_km`` is
        said: ``partner`` and ``contact`` are empty, ``quantity`` and ``distance_km`` NaN.
    """
    require_any(who, Kind.AGREEMENT)
    table = _meetings(connection, who)
    kept = (table["stage"] != "dropped") | (table["state"] != "none")
    ranks = table["state"].map({state: rank for rank, state in enumerate(STATES)})
    # By nothing that tells of the partner: neither its worth, nor its place, nor its name.
    order = table.assign(rank=ranks)[kept].sort_values(["rank", "firm", "material", "meeting_id"])
    return order[list(MEETING)].reset_index(drop=True)


def _meetings(connection: Connection, who: Principal) -> pd.DataFrame:
    whole = worklist.reached(connection, who)
    shown = matches.seen(who, whole, whole["offer_agreed"] & whole["need_agreed"])
    shown["synergy_id"] = whole.loc[shown.index, "synergy_id"]
    spoken = scope(who, Kind.AGREEMENT, Action.WRITE)
    sides = []
    for side, other, material in (("offer", "need", "material"), ("need", "offer", "input")):
        # An end that is hidden is empty here, and an empty name is in nobody's reach.
        mine = shown[spoken.mask(shown[f"{side}_firm_id"], shown[f"{side}_territory"])]
        told = mine.assign(
            side=side, firm_id=mine[f"{side}_firm_id"], firm=mine[f"{side}_firm"],
            material=mine[material], hidden=mine["hidden"] == other,
            partner=mine[f"{other}_firm"],
            contact=mine[f"{other}_contact"].where(mine["offer_agreed"] & mine["need_agreed"], ""),
            state=_states(mine[f"{side}_agreed"], mine[f"{other}_agreed"]),
        )  # fmt: skip
        told["meeting_id"] = [
            handle(who, *pair) for pair in zip(told["synergy_id"], told["firm_id"], strict=True)
        ]
        sides.append(told[[*MEETING, "synergy_id"]])
    return pd.concat(sides, ignore_index=True)


def _states(ours: pd.Series, theirs: pd.Series) -> pd.Series:
    names = {(True, True): "agreed", (True, False): "waiting", (False, True): "asked"}
    pairs = zip(ours, theirs, strict=True)
    found = [names.get((bool(one), bool(other)), "none") for one, other in pairs]
    return pd.Series(found, index=ours.index, dtype=object)


def handle(who: Principal, synergy_id: str, firm_id: str) -> str:
    """Return what a principal calls one of its meetings: 32 hexadecimal digits.

    The name of a synergy is a digest of both flows, so that whoever guesses the hidden one could
    check the guess. This one is keyed by the account's number, 122 random bits that its own holder
    is never told.
    """
    said = f"{synergy_id}\x1f{firm_id}".encode()
    return hmac.new(who.user_id.encode(), said, hashlib.sha256).hexdigest()[:32]


def step(connection: Connection, who: Principal, meeting_id: str, *, agrees: bool) -> pd.DataFrame:
    """Agree to meet, or take it back, under the name that `meetings` gave.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        Who does it.
    meeting_id
        From the same person's `meetings`.
    agrees
        Whether the firm agrees from now on.

    Returns
    -------
    pandas.DataFrame
        The one row of `meetings` as it stands after that.

    Raises
    ------
    StorageError
        If it is none of theirs, whether or not it is another's.
    """
    require_any(who, Kind.AGREEMENT, Action.WRITE)
    table = _meetings(connection, who)
    found = table[table["meeting_id"] == meeting_id]
    if found.empty:
        raise StorageError(say("There is no such meeting of yours; read the list again."))
    change = agree if agrees else withdraw
    change(connection, who, found["synergy_id"].iloc[0], found["firm_id"].iloc[0])
    after = _meetings(connection, who)
    return after[after["meeting_id"] == meeting_id][list(MEETING)].reset_index(drop=True)

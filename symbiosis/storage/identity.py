"""Which firm and which line of the store a declared one is: the same from one file to the next."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from symbiosis.errors import DataError, Problems, say
from symbiosis.geography import great_circle_km
from symbiosis.storage import bulk
from symbiosis.storage.access import Scope
from symbiosis.storage.tables import FIRMS, FLOWS

# Identifiers that the reader makes for lines that have none (`flows.lines`).
_NUMBERED = r"L\d+|flow-\d+"
# Two sites of one name this far apart, without a SIRET that says otherwise, are two firms, km.
_ELSEWHERE_KM = 20.0


def name_firms(connection: Connection, reached: Scope, rows: pd.DataFrame) -> pd.Series:
    """Return the identifier that each declared firm has in the store.

    Two territories that never met may both call a firm "1". A firm is whichever the account already
    has under the identifier, as it is written or behind the code of a territory. One that it does
    not have gets its territory's code before the identifier, whether or not another territory has
    a firm of that name: that it is taken would tell of another's firm. Whoever reaches every firm,
    or was granted that very one, declares it as it is written.

    Parameters
    ----------
    connection
        Of the store.
    reached
        What the account may declare.
    rows
        As declared: columns ``firm_id`` and ``territory``.
    """
    if reached.everything:
        return rows["firm_id"]
    ids = rows["firm_id"].map(lambda firm: _granted(reached, firm)).astype("str")
    codes = sorted(reached.territories)
    if not codes:
        return ids
    behind = {f"{code}:{firm}" for code in codes for firm in ids}
    stored = bulk.fetch_in(connection, FIRMS, FIRMS.c.firm_id, pd.Series(sorted({*ids, *behind})))
    mine = reached.mask(stored["firm_id"], stored["territory"])
    own, taken = set(stored.loc[mine, "firm_id"]), set(stored["firm_id"])
    written = own & set(ids)
    made = []
    for firm, place in zip(ids, rows["territory"], strict=True):
        known = [f"{code}:{firm}" for code in (place, *codes) if f"{code}:{firm}" in own - written]
        if firm in own or firm in reached.firms or (not known and place not in codes):
            made.append(firm)
        else:
            made.append(known[0] if known else _free(place, firm, taken, apart=True))
            written.add(made[-1])
            taken.add(made[-1])
    return pd.Series(made, index=ids.index, dtype="str")


def _granted(reached: Scope, firm: str) -> str:
    """Return the one firm granted to an account that it may mean by a name without a territory."""
    behind = [own for own in reached.firms if own.endswith(f":{firm}")]
    return behind[0] if len(behind) == 1 and firm not in reached.firms else firm


def own_names(rows: pd.DataFrame) -> pd.Series:
    """Return what each line is called by its firm, so that it is known again in another file.

    A line without an identifier gets one from the reader, its row in the file, which means nothing
    in the next file: it is known by its direction, its material and its rank among these.
    """
    rank = rows.groupby(["firm_id", "direction", "material"]).cumcount() + 1
    natural = rows["direction"] + ":" + rows["material"] + ":" + rank.astype("str")
    numbered = rows["flow_id"].str.fullmatch(_NUMBERED)
    return rows["flow_id"].where(~numbered, natural)


def name_lines(
    connection: Connection, rows: pd.DataFrame, stored: pd.DataFrame, *, apart: bool
) -> pd.DataFrame:
    """Give each line the identifier that it has in the store.

    Two firms that never met may both call a line "1": a line is known by its firm and by its own
    name (`own_names`), and gets a longer identifier where the short one is taken.

    Parameters
    ----------
    connection
        Of the store.
    rows
        As declared.
    stored
        The lines of the same firms, as stored.
    apart
        Whether every new line gets the longer identifier, as those of an account do that does not
        see all: that the short one is taken would tell of another's line.
    """
    rows = rows.assign(declared_id=own_names(rows))
    owners = [stored["firm_id"].tolist(), stored["flow_id"].tolist()]
    known = dict(zip(zip(*owners, strict=True), owners[1], strict=True))
    own_ids = stored["declared_id"].tolist()
    known.update(zip(zip(owners[0], own_ids, strict=True), owners[1], strict=True))
    names = ("firm_id", "declared_id", "flow_id")
    lines = list(zip(*(rows[name].tolist() for name in names), strict=True))
    fresh = [(firm, flow) for firm, own, flow in lines if (firm, own) not in known]
    taken = set() if apart else _taken(connection, [flow for _, flow in fresh])
    often = {flow for flow, count in Counter(flow for _, flow in fresh).items() if count > 1}
    clash = {flow for _, flow in fresh} if apart else often | taken
    taken |= _taken(
        connection,
        [name for firm, flow in fresh if flow in clash for name in (f"{firm}:{flow}", flow)],
    )
    made = []
    for firm, own, flow in lines:
        found = known.get((firm, own)) or _free(firm, flow, taken, apart=apart)
        taken.add(found)
        made.append(found)
    ids = pd.Series(made, index=rows.index, dtype="str")
    # A line keeps the name under which it came first: an export calls it by its long identifier.
    first = dict(zip(owners[1], own_ids, strict=True))
    kept = [first.get(found, own) for found, (_, own, _) in zip(made, lines, strict=True)]
    return rows.assign(flow_id=ids, declared_id=pd.Series(kept, index=rows.index, dtype="str"))


def _taken(connection: Connection, names: list[str]) -> set[str]:
    """Return which identifiers are those of lines of the store."""
    if not names:
        return set()
    query = select(FLOWS.c.flow_id).where(bulk.among(connection, FLOWS.c.flow_id, names))
    return set(connection.execute(query).scalars())


def _free(firm: str, flow: str, taken: set[str], *, apart: bool) -> str:
    if flow not in taken and not apart:
        return flow
    first = flow if apart and flow.startswith(f"{firm}:") else f"{firm}:{flow}"
    name, count = first, 1
    while name in taken:
        count += 1
        name = f"{first}:{count}"
    return name


def refuse_namesakes(rows: pd.DataFrame, stored: pd.DataFrame) -> None:
    """Refuse a firm that has another firm's identifier, before one overwrites the other.

    Raises
    ------
    DataError
        If the SIRET differs, or if there is none and the place is far from the stored one.
    """
    if stored.empty:
        return
    names = ["firm_id", "siret", "longitude", "latitude"]
    known = stored[names]
    pairs = rows[names].reset_index().merge(known, on="firm_id", suffixes=("", "_stored"))
    both = (pairs["siret"] != "") & (pairs["siret_stored"] != "")
    distance = great_circle_km(
        pairs["longitude"].to_numpy(), pairs["latitude"].to_numpy(),
        pairs["longitude_stored"].to_numpy(), pairs["latitude_stored"].to_numpy(),
    )  # fmt: skip
    far = np.nan_to_num(distance) > _ELSEWHERE_KM
    other = (both & (pairs["siret"] != pairs["siret_stored"])) | (~both & far)
    problems = Problems()
    for row in pairs[other].to_dict("records"):
        problems.add(
            say("the store has another firm of this identifier"),
            say("give this one its SIRET and an identifier of its own in the column firm_id"),
            file="firms.csv", row=int(row["index"]) + 2, column="firm_id", value=row["firm_id"],
        )  # fmt: skip
    if len(problems):
        raise DataError(problems)

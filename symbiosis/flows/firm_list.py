"""The firms of all tables of a declaration as one list, and which of them each flow is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import say
from symbiosis.flows.checks import nearest
from symbiosis.flows.contract import fold
from symbiosis.flows.firms import PLACE_FIELDS, check_firms, distinct_ids, firms_of_flat
from symbiosis.flows.online import Ask
from symbiosis.flows.places import Communes
from symbiosis.flows.table import LinesByValue, Table

Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]
_COMPARED = 200
"""Unknown firms for which a like name is looked up; more than that is not a slip."""
_SAME_PLACE_DEG = 0.01
"""How far apart two tables may place one firm: about a kilometre."""


@dataclass(frozen=True)
class FirmList:
    """The firms of a declaration, and those of its flows.

    Parameters
    ----------
    checked
        One row a firm; columns of `model.FIRM_COLUMNS` but the geometry.
    bad
        Which have a problem, one a firm.
    of_lines
        For each table of flows the position of each line's firm, -1 when it is not known.
    bad_lines
        For each table of flows whether the description of each line's firm has a problem.
    """

    checked: pd.DataFrame
    bad: Mask
    of_lines: tuple[Positions, ...]
    bad_lines: tuple[Mask, ...]


@dataclass(frozen=True, eq=False)
class _Part:
    """The firms of one table, as they stand in it and as they were checked."""

    table: Table
    checked: pd.DataFrame

    @property
    def given(self) -> Mask:
        """Return which firms have an identifier of the user's."""
        return (self.table.column("firm_id") != "").to_numpy(dtype=bool)


def list_firms(
    firms: Sequence[Table], flows: Sequence[Table], communes: Communes | Ask | None
) -> FirmList:
    """Check the firms of all tables, and find the firm of each flow.

    Parameters
    ----------
    firms
        Tables that list firms alone.
    flows
        Tables of flows; those that describe their firms add the ones that are listed nowhere else.
    communes
        Where communes lie, or the address service.
    """
    parts = [_Part(table, check_firms(table, communes)) for table in firms]
    links = [_linked(table, _known(parts)) for table in flows]
    alone = not firms and (len(flows) == 1 or not any(table.holds_firms for table in flows))
    for placed_only in (True, False):
        for at, table in enumerate(flows):
            own = links[at] < 0
            if not alone:
                own &= table.holds_firms and (_placed(table) if placed_only else not firms)
            if own.any():
                part, codes = _described(table, np.flatnonzero(own), communes)
                links[at][own] = sum(len(other.checked) for other in parts) + codes
                parts.append(part)
                _say_added(table, own, firms)
        for at, table in enumerate(flows):
            lost = links[at] < 0
            if lost.any():
                links[at] = np.where(lost, _linked(table, _known(parts)), links[at])
    for at, table in enumerate(flows):
        _flag_unknown(table, links[at] < 0, _known(parts))
    return _merged(parts, links)


def _placed(table: Table) -> Mask:
    """Return which lines say where their firm is."""
    placed = np.zeros(len(table.rows), dtype=bool)
    for name in PLACE_FIELDS & set(table.cells.columns):
        placed |= (table.cells[name] != "").to_numpy(dtype=bool)
    return placed


def _described(
    table: Table, lines: Positions, communes: Communes | Ask | None
) -> tuple[_Part, Positions]:
    """Return the firms that some lines describe, and the number of each line's firm among them."""
    whole = len(lines) == len(table.rows)
    part = (
        table
        if whole
        else replace(
            table,
            cells=table.cells.iloc[lines].reset_index(drop=True),
            rows=table.rows[lines],
            bad=table.bad[lines],
        )
    )
    firms, codes = firms_of_flat(part)
    if not whole:
        table.bad[lines] |= part.bad
    return _Part(firms, check_firms(firms, communes)), codes


def _say_added(table: Table, own: Mask, firms: Sequence[Table]) -> None:
    """Note the firms that the table of firms lacks and their own lines describe."""
    if firms:
        table.remark(
            own,
            "firm_id" if "firm_id" in table.cells else "name",
            say("this firm is not in the table of firms: it was read from its own line"),
            say("write it as in the table of firms if it is one of those"),
        )


def _joined(parts: Sequence[_Part]) -> pd.DataFrame:
    """Return the firms of all parts one under the other."""
    nothing = pd.DataFrame({"firm_id": pd.Series(dtype="str"), "name": pd.Series(dtype="str")})
    return pd.concat([part.checked for part in parts], ignore_index=True) if parts else nothing


def _known(parts: Sequence[_Part]) -> pd.DataFrame:
    """Return the firms of all parts, each once; the index is the position in `_joined`."""
    firms = _joined(parts)
    if len(parts) < 2:
        return firms
    first, _ = _first_told(parts, firms)
    once: pd.DataFrame = firms[first == np.arange(len(firms))]
    return once


def _linked(flows: Table, firms: pd.DataFrame) -> Positions:
    """Return the position of each flow's firm by identifier, else by name; -1 when unknown."""
    codes, words = _wanted(flows)
    by_id = pd.Series(firms.index, index=firms["firm_id"])
    by_id = by_id[~by_id.index.duplicated()]
    names = pd.Series(firms.index, index=firms["name"].map(fold))
    names = names[~names.index.duplicated(keep=False)]
    place = [by_id.get(word, names.get(fold(str(word)), -1)) if word else -1 for word in words]
    return np.array(place, dtype=np.int64)[codes]


def _wanted(flows: Table) -> tuple[Positions, pd.Index]:
    """Return each line's firm as it is written, as a number of a list of words."""
    wanted = flows.column("firm_id")
    codes, words = pd.factorize(wanted.where(wanted != "", flows.column("name")))
    return codes, words


def _flag_unknown(flows: Table, lost: Mask, firms: pd.DataFrame) -> None:
    """Flag the lines of which no table knows the firm, with the name most like it."""
    if not lost.any() or not {"firm_id", "name"} & set(flows.cells.columns):
        return  # the missing column is told once
    column = "firm_id" if "firm_id" in flows.cells else "name"
    known = list(dict.fromkeys(firms["firm_id" if column == "firm_id" else "name"]))[:5000]
    codes, words = _wanted(flows)
    lines = LinesByValue(codes, len(words))
    numbers = [number for number in range(len(words)) if lost[lines[number]].any()]
    for number in numbers[:_COMPARED]:
        word = words[number]
        like = nearest(str(word), known)
        flows.flag(
            lines[number][lost[lines[number]]],
            column,
            say("no firm has this identifier") if word else say("no firm is named"),
            say("write “{like}” if that is meant, or add the firm", like=like)
            if like
            else say("add the firm to the table of firms"),
        )
    flows.flag(
        np.isin(codes, numbers[_COMPARED:]) & lost,
        column,
        say("no firm has this identifier"),
        say("add the firm to the table of firms"),
    )


def _merged(parts: Sequence[_Part], links: Sequence[Positions]) -> FirmList:
    """Return the firms of all parts, each once, and the lines that go with them."""
    checked = _joined(parts)
    first, others = _first_told(parts, checked)
    for firm, other in others:
        _flag_other(parts, firm, other)
    bad = np.concatenate([part.table.bad for part in parts]) if parts else np.zeros(0, dtype=bool)
    stays = np.flatnonzero(first == np.arange(len(checked)))
    new = np.full(len(checked) + 1, -1, dtype=np.int64)
    new[stays] = np.arange(len(stays))
    new[:-1] = new[first]
    bad_lines = tuple((link >= 0) & np.append(bad, False)[link] for link in links)
    checked = checked.iloc[stays].reset_index(drop=True)
    if len(parts) > 1:
        given = np.concatenate([part.given for part in parts])[stays]
        checked["firm_id"] = distinct_ids(checked["firm_id"], given)
    return FirmList(checked, bad[stays], tuple(new[link] for link in links), bad_lines)


def _first_told(
    parts: Sequence[_Part], checked: pd.DataFrame
) -> tuple[Positions, list[tuple[int, int]]]:
    """Return where each firm is told first, and the firms that are told otherwise there."""
    first = np.arange(len(checked))
    if len(parts) < 2:
        return first, []
    part_of = np.repeat(np.arange(len(parts)), [len(part.checked) for part in parts])
    given = np.concatenate([part.given for part in parts])
    where = checked[["longitude", "latitude"]].to_numpy(dtype=float)
    names = checked["name"].map(fold).to_numpy()
    ids, sirets = checked["firm_id"].to_numpy(), checked["siret"].to_numpy()
    known: dict[tuple[str, str], list[int]] = {}
    unlike = []
    for firm in range(len(checked)):
        keys = [("id", ids[firm])] * bool(given[firm])
        keys += [("siret", sirets[firm])] * bool(sirets[firm]) + [("name", names[firm])]
        for key in keys:
            others = [o for o in known.get(key, ()) if part_of[o] != part_of[firm]]
            # NaN, a firm without a place, is nobody's neighbour and may be anyone's namesake.
            near = [o for o in others if not np.abs(where[o] - where[firm]).max() > _SAME_PLACE_DEG]
            if key[0] == "name":
                others = [o for o in near if not (given[o] and given[firm])]
            if not others:
                continue
            first[firm] = first[others[0]]
            if others[0] not in near or names[others[0]] != names[firm]:
                unlike.append((firm, others[0]))
            break
        for key in keys:
            known.setdefault(key, []).append(firm)
    return first, unlike


def _flag_other(parts: Sequence[_Part], firm: int, other: int) -> None:
    """Flag a firm that an earlier table describes otherwise."""
    ends = np.cumsum([len(part.checked) for part in parts])
    part, earlier = (parts[int(np.searchsorted(ends, at, side="right"))] for at in (firm, other))
    at = firm - int(ends[parts.index(part)]) + len(part.checked)
    part.table.flag(
        np.array([at], dtype=np.int64),
        "firm_id" if "firm_id" in part.table.cells else "siret",
        say("this firm is described in another way in {file}", file=earlier.table.file),
        say("describe a firm the same way on each line, or give two firms two identifiers"),
    )

"""What the territory chose: its named scenarios, by version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import uuid4

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, select

from symbiosis.errors import StorageError, say
from symbiosis.scenario import Scenario
from symbiosis.storage import audit, declared
from symbiosis.storage.access import Action, Kind, require_any, scope
from symbiosis.storage.failures import Conflict
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import canonical, keepable
from symbiosis.storage.tables import SCENARIOS, now
from symbiosis.text_cleaning import clean

_LONGEST = 200
# What of a scenario names firms.
_PAIRS = ("forbidden", "pinned")


def label(text: str) -> str:
    """Return a name without what nobody sees of it, or refuse one that no database keeps."""
    if not keepable(text):
        raise StorageError(say("A name holds a character that no database keeps."))
    name = clean(text).strip()
    if not name or len(name) > _LONGEST:
        raise StorageError(say("A name has 1 to {limit} characters.", limit=_LONGEST))
    return name


def meanwhile(current: Mapping[str, object], version: int) -> None:
    """Go on if nobody changed a row since its reader saw it; 0 stands for no row."""
    if current and current["version"] != version:
        raise Conflict(
            say(
                "{who} changed this meanwhile; yours was not saved. Look at theirs, then save "
                "again.",
                who=current["changed_by"],
            ),
            current,
        )


def _found(connection: Connection, table: Table, where: ColumnElement[bool]) -> dict[str, object]:
    row = connection.execute(select(table).where(where)).mappings().first()
    return dict(row) if row else {}


def keep_scenario(
    connection: Connection, who: Principal, name: str, scenario: Scenario, version: int = 0
) -> int:
    """Keep a scenario under a name.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        An officer or an analyst.
    name, scenario
        What to keep.
    version
        The version that they had before their eyes; 0 for a new name.

    Returns
    -------
    int
        The new version.

    Raises
    ------
    Conflict
        If the name is taken, or was changed meanwhile.
    """
    require_any(who, Kind.SCENARIO, Action.WRITE)
    name = label(name)
    current = _found(connection, SCENARIOS, SCENARIOS.c.name == name)
    known = _known(connection, who)
    if current:
        before = Scenario.model_validate(json.loads(str(current["parameters"])))
        shown = canonical(_seen(before, known).model_dump(mode="json"))
        meanwhile({**current, "parameters": shown}, version)
        scenario = _with_hidden(scenario, before, known)
    else:
        meanwhile(current, version)
    parameters = canonical(scenario.model_dump(mode="json"))
    values = {"parameters": parameters, "changed_at": now(), "changed_by": who.name}
    if not current:
        row = {"scenario_id": uuid4().hex, "name": name, "version": 1, **values}
        connection.execute(SCENARIOS.insert(), row)
    elif current["parameters"] == parameters:
        return version
    else:
        _remember(connection, who, ("scenarios", str(current["scenario_id"])), current, values)
        connection.execute(
            SCENARIOS.update().where(SCENARIOS.c.name == name).values(version=version + 1, **values)
        )
    audit.write(connection, who, "keep", ("scenario", name))
    return version + 1


def _remember(
    connection: Connection,
    who: Principal,
    what: tuple[str, str],
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    kind, key = what
    changes = {
        name: [before[name], value] for name, value in after.items() if isinstance(value, str)
    }
    line = {"kind": kind, "key": key, "firm_id": "", "action": "changed",
            "version": before["version"], "changes": canonical(changes)}  # fmt: skip
    audit.remember(connection, who, "", pd.DataFrame([line]))


def _known(connection: Connection, who: Principal) -> frozenset[str] | None:
    """Return the firms that a principal may know of; None for all of them."""
    if scope(who, Kind.PRIVATE_FLOW).everything:
        return None
    return frozenset(declared.flows(connection, who).firms["firm_id"])


def _seen(scenario: Scenario, known: frozenset[str] | None) -> Scenario:
    """Return a scenario that names no pair of firms one of which is hidden."""
    if known is None:
        return scenario
    pairs = {n: tuple(p for p in getattr(scenario, n) if known.issuperset(p)) for n in _PAIRS}
    return scenario.model_copy(update=pairs)


def _with_hidden(scenario: Scenario, before: Scenario, known: frozenset[str] | None) -> Scenario:
    """Return a scenario with the pairs that its editor was not shown, which stay as they were."""
    if known is None:
        return scenario
    kept = {
        n: (*getattr(scenario, n), *(p for p in getattr(before, n) if not known.issuperset(p)))
        for n in _PAIRS
    }
    return scenario.model_copy(update=kept)


def scenarios(connection: Connection, who: Principal) -> dict[str, tuple[int, Scenario]]:
    """Return the kept scenarios: name → (version, parameters), by name.

    Pairs of firms one of which is hidden from the reader are left out.
    """
    require_any(who, Kind.SCENARIO)
    known = _known(connection, who)
    rows = connection.execute(select(SCENARIOS).order_by(SCENARIOS.c.name))
    return {
        row.name: (row.version, _seen(Scenario.model_validate(json.loads(row.parameters)), known))
        for row in rows
    }

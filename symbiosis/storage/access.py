"""The access rule: every read and every write of the store asks here, and nowhere else.

The rule is one table: for a kind of thing and an action, how far each role reaches. What a person
reaches is the union over the roles granted to them. Prices and costs reach the firm that gave them
and the officers of its territory, and nobody else; a private flow likewise, plus the analysts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
from sqlalchemy import ColumnElement, false, or_, true

from symbiosis.errors import say
from symbiosis.storage.failures import AccessDenied
from symbiosis.storage.principals import EVERYWHERE, Principal, Role


class Kind(StrEnum):
    """What can be asked for."""

    PUBLIC_FLOW = "public_flow"
    MEMBERS_FLOW = "members_flow"
    PRIVATE_FLOW = "private_flow"
    PRICE = "price"
    CONTACT = "contact"
    HISTORY = "history"
    SYNERGY = "synergy"
    AGREEMENT = "agreement"
    STUDY = "study"
    SCENARIO = "scenario"
    OVERRIDE = "override"
    AGGREGATE = "aggregate"
    ACCOUNT = "account"
    AUDIT = "audit"
    STORE = "store"


class Action(StrEnum):
    """What can be done with it."""

    READ = "read"
    WRITE = "write"


class Reach(StrEnum):
    """How far a role goes."""

    ALL = "all"
    OWN = "own"
    TERRITORY = "territory"


_V, _F, _O, _N, _A = Role.VISITOR, Role.FIRM, Role.OFFICER, Role.ANALYST, Role.ADMINISTRATOR
_READ, _WRITE = Action.READ, Action.WRITE
_OWNERS: Mapping[Role, Reach] = {_F: Reach.OWN, _O: Reach.TERRITORY}
_READERS: Mapping[Role, Reach] = {**_OWNERS, _N: Reach.TERRITORY}
_ADMINISTRATORS: Mapping[Role, Reach] = {_A: Reach.ALL}

RULE: Mapping[tuple[Kind, Action], Mapping[Role, Reach]] = {
    (Kind.PUBLIC_FLOW, _READ): dict.fromkeys(Role, Reach.ALL),
    (Kind.MEMBERS_FLOW, _READ): dict.fromkeys((_F, _O, _N, _A), Reach.ALL),
    (Kind.PRIVATE_FLOW, _READ): _READERS,
    (Kind.PUBLIC_FLOW, _WRITE): _OWNERS,
    (Kind.MEMBERS_FLOW, _WRITE): _OWNERS,
    (Kind.PRIVATE_FLOW, _WRITE): _OWNERS,
    (Kind.PRICE, _READ): _OWNERS,
    (Kind.PRICE, _WRITE): _OWNERS,
    (Kind.CONTACT, _READ): _OWNERS,
    (Kind.CONTACT, _WRITE): _OWNERS,
    (Kind.HISTORY, _READ): _OWNERS,
    (Kind.SYNERGY, _READ): _READERS,
    (Kind.SYNERGY, _WRITE): {_O: Reach.TERRITORY},
    (Kind.AGREEMENT, _READ): _OWNERS,
    (Kind.AGREEMENT, _WRITE): _OWNERS,
    (Kind.STUDY, _READ): _READERS,
    (Kind.STUDY, _WRITE): {_O: Reach.TERRITORY, _N: Reach.TERRITORY},
    (Kind.SCENARIO, _READ): {_O: Reach.ALL, _N: Reach.ALL},
    (Kind.SCENARIO, _WRITE): {_O: Reach.ALL, _N: Reach.ALL},
    (Kind.OVERRIDE, _READ): dict.fromkeys((_F, _O, _N, _A), Reach.ALL),
    (Kind.OVERRIDE, _WRITE): {_O: Reach.TERRITORY, _A: Reach.ALL},
    (Kind.AGGREGATE, _READ): dict.fromkeys(Role, Reach.ALL),
    (Kind.AGGREGATE, _WRITE): {_O: Reach.TERRITORY, _A: Reach.ALL},
    (Kind.ACCOUNT, _READ): _ADMINISTRATORS,
    (Kind.ACCOUNT, _WRITE): _ADMINISTRATORS,
    (Kind.AUDIT, _READ): _ADMINISTRATORS,
    (Kind.STORE, _READ): _ADMINISTRATORS,
    (Kind.STORE, _WRITE): _ADMINISTRATORS,
}

FLOW_KINDS: Mapping[str, Kind] = {
    "public": Kind.PUBLIC_FLOW,
    "members": Kind.MEMBERS_FLOW,
    "private": Kind.PRIVATE_FLOW,
}


@dataclass(frozen=True)
class Scope:
    """What a principal reaches of one kind: everything, or these firms and these territories."""

    everything: bool = False
    firms: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether it reaches nothing at all."""
        return not (self.everything or self.firms or self.territories)

    def covers(self, firm_id: str = "", territory: str = "") -> bool:
        """Return whether one thing is inside."""
        return self.everything or firm_id in self.firms or territory in self.territories

    def mask(self, firm_id: pd.Series, territory: pd.Series) -> pd.Series:
        """Return the same for a table: a boolean a row."""
        inside = firm_id.isin(self.firms) | territory.isin(self.territories)
        return inside | self.everything

    def clause(
        self, firm_id: ColumnElement[str], territory: ColumnElement[str]
    ) -> ColumnElement[bool]:
        """Return the same for the database: a condition on two columns."""
        if self.everything:
            return true()
        parts = []
        if self.firms:
            parts.append(firm_id.in_(sorted(self.firms)))
        if self.territories:
            parts.append(territory.in_(sorted(self.territories)))
        return or_(*parts) if parts else false()


def scope(who: Principal, kind: Kind, action: Action = Action.READ) -> Scope:
    """Return how far a principal goes.

    Parameters
    ----------
    who
        Who asks.
    kind, action
        For what, and to do what.

    Examples
    --------
    >>> from symbiosis.storage.principals import Grant, Principal, Role
    >>> lea = Principal("lea", (Grant(Role.OFFICER, "cud"),))
    >>> scope(lea, Kind.PRICE).covers(territory="cud"), scope(lea, Kind.PRICE).covers("x", "cap")
    (True, False)
    """
    rule = RULE.get((kind, action), {})
    everything = rule.get(Role.VISITOR) is Reach.ALL
    firms, territories = set(), set()
    for grant in who.grants:
        reach = rule.get(grant.role)
        if reach is None or not grant.scope:
            continue
        if reach is Reach.OWN:
            firms.add(grant.scope)
        elif reach is Reach.ALL or grant.scope == EVERYWHERE:
            everything = True
        else:
            territories.add(grant.scope)
    return Scope(everything, frozenset(firms), frozenset(territories))


def require(
    who: Principal,
    kind: Kind,
    action: Action = Action.READ,
    *,
    firm_id: str = "",
    territory: str = "",
) -> None:
    """Go on if the rule allows it.

    Raises
    ------
    AccessDenied
        In a sentence that says nothing about the thing itself.
    """
    if not scope(who, kind, action).covers(firm_id, territory):
        if action is Action.READ:
            raise AccessDenied(say("You may not read this; ask an administrator of the store."))
        raise AccessDenied(say("You may not change this; ask an administrator of the store."))


def require_any(who: Principal, kind: Kind, action: Action = Action.READ) -> Scope:
    """Return the scope, or refuse when it is empty.

    Raises
    ------
    AccessDenied
        When the principal reaches nothing of this kind.
    """
    reached = scope(who, kind, action)
    if reached.empty:
        require(who, kind, action)
    return reached


def visible(who: Principal, flows: pd.DataFrame) -> pd.Series:
    """Return which rows of a table of flows may be read.

    Parameters
    ----------
    who
        Who asks.
    flows
        With the columns ``firm_id``, ``territory`` and ``visibility``; an unknown visibility
        counts as private.
    """
    shown = pd.Series(False, index=flows.index)
    level = flows["visibility"].where(flows["visibility"].isin(list(FLOW_KINDS)), "private")
    for visibility, kind in FLOW_KINDS.items():
        reached = scope(who, kind).mask(flows["firm_id"], flows["territory"])
        shown |= (level == visibility) & reached
    return shown


def visible_clause(
    who: Principal,
    firm_id: ColumnElement[str],
    territory: ColumnElement[str],
    visibility: ColumnElement[str],
) -> ColumnElement[bool]:
    """Return the condition that `visible` states, for the database."""
    known = [name for name in FLOW_KINDS if name != "private"]
    parts = [
        (visibility == name) & scope(who, FLOW_KINDS[name]).clause(firm_id, territory)
        for name in known
    ]
    private = scope(who, Kind.PRIVATE_FLOW).clause(firm_id, territory)
    return or_(*parts, visibility.not_in(known) & private)

"""Who asks: people and programs with the roles that were granted to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EVERYWHERE = "*"


class Role(StrEnum):
    """What one may be; everyone, signed in or not, is also a visitor."""

    VISITOR = "visitor"
    FIRM = "firm"
    OFFICER = "officer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Grant:
    """One role over one scope.

    Parameters
    ----------
    role
        The role.
    scope
        A firm's identifier for a firm, a territory's code for an officer or an analyst;
        `EVERYWHERE` for all of them.
    """

    role: Role
    scope: str = EVERYWHERE


@dataclass(frozen=True)
class Principal:
    """Who asks.

    Parameters
    ----------
    name
        What the history and the audit log write down; a login or ``local:NAME``.
    grants
        The roles; none for a visitor.
    user_id
        The row of the account, "" without one.

    Examples
    --------
    >>> Principal("lea@ville.fr", (Grant(Role.OFFICER, "200018158"),)).signed_in
    True
    """

    name: str
    grants: tuple[Grant, ...] = ()
    user_id: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether this is anybody at all."""
        return bool(self.grants)


VISITOR = Principal("visitor")


def operator(name: str) -> Principal:
    """Return whoever runs a command beside the database, which they hold in their hands anyway."""
    return Principal(f"operator:{name}", (Grant(Role.ADMINISTRATOR),))


def local(name: str = "local") -> Principal:
    """Return the one person of a machine without accounts, who may do everything."""
    return Principal(
        name if name.startswith("local") else f"local:{name}",
        (Grant(Role.OFFICER), Grant(Role.ADMINISTRATOR)),
    )

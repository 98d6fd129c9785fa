"""Declarations in the store: saved whole or not at all, and read back as one may see them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from symbiosis.catalogue import Catalogue, load
from symbiosis.errors import DataError, StorageError
from symbiosis.flows import Flows
from symbiosis.pages import worklist
from symbiosis.pages.caching import shared
from symbiosis.pages.once import begin, once
from symbiosis.storage import Principal, Receipt

AS_DECLARED = ""
VISIBILITIES = (AS_DECLARED, "private", "members", "public")


def save(
    declared: Flows, origin: str, visibility: str = AS_DECLARED, *, replaces: bool = False
) -> tuple[Receipt | None, str]:
    """Save a declaration in one transaction.

    Parameters
    ----------
    declared
        The good lines of what was received.
    origin
        The name of the file, for the history.
    visibility
        Who may see these flows, one of `VISIBILITIES`; ``""`` leaves what the table says.
    replaces
        Whether the saved flows of these firms that the declaration does not name are removed.

    Returns
    -------
    tuple
        What was done and ``""``; or None and the sentence that says why nothing was.
    """
    try:
        rows = shown_to(declared, visibility)
        receipt = worklist.store().save(worklist.who(), rows, origin=origin, replace=replaces)
        begin()
        return receipt, ""
    except DataError as error:
        return None, worklist.told(error)
    except StorageError as error:
        return None, worklist.sentence(error)


def own_firms() -> pd.DataFrame:
    """Return the saved firms that this person may declare for; none where the store is silent."""
    try:
        return worklist.store().own_firms(worklist.who())
    except (StorageError, ImportError):
        return pd.DataFrame({"firm_id": [], "name": [], "flows": []})


def reopened(firm_ids: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what some firms declared: their own lines, and those of their flows.

    Raises
    ------
    StorageError
        If the store does not answer, or this person may declare nothing any more.
    """
    return worklist.store().reopened(worklist.who(), firm_ids)


def compared(declared: Flows, visibility: str) -> pd.DataFrame | None:
    """Return what saving a declaration would change (`Store.compare`); None where it is refused."""
    try:
        return worklist.store().compare(worklist.who(), shown_to(declared, visibility))
    except (DataError, StorageError, ImportError):
        return None  # saving says why


def shown_to(declared: Flows, visibility: str) -> Flows:
    """Return a declaration whose every flow is for these eyes."""
    if not visibility:
        return declared
    return replace(
        declared,
        offers=declared.offers.assign(visibility=visibility),
        needs=declared.needs.assign(visibility=visibility),
    )


def alone() -> bool:
    """Return whether this machine has no accounts: whoever uses it sees everything."""
    return not worklist.store().has_accounts()


def stamp() -> str:
    """Return a text that changes with whatever changes what this person may read; "" for nothing.

    The roles are in it, and every upload of anybody: a flow that its firm makes private, or a role
    that is taken back, is gone from the next page, not from the next start of the server.
    """
    return once("stamp", _stamp)


def _stamp() -> str:
    try:
        who = worklist.who()
        moment = worklist.store().moment(who)
    except (StorageError, ImportError):
        return ""
    roles = ",".join(f"{grant.role}:{grant.scope}" for grant in who.grants)
    return f"saved:{worklist.account(who)}:{roles}:{moment}" if moment else ""


def catalogue() -> Catalogue:
    """Return the catalogue with the territory's own values, for whoever may read them."""
    return once("catalogue", _catalogue)


def _catalogue() -> Catalogue:
    try:
        return worklist.store().catalogue(worklist.who())
    except (StorageError, ImportError):
        return load()


def flows(key: str) -> Flows:
    """Return what was saved, as this person may see it; ``key`` is its `stamp`."""
    return _flows(key, worklist.who())


@shared(4)
def _flows(key: str, _who: Principal) -> Flows:  # noqa: ARG001 (the cache's key)
    return worklist.store().flows(_who)

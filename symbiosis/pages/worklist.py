"""The officer's worklist, kept in the store; pages see tables and sentences, never a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd

from symbiosis.errors import DataError, Problem, StorageError
from symbiosis.language import translator
from symbiosis.pages import provider
from symbiosis.pages.caching import shared
from symbiosis.pages.once import once
from symbiosis.pages.words import language
from symbiosis.storage import VISITOR, AccessDenied, Principal, Role, Store, matches, open_store
from symbiosis.study import Study

T = TypeVar("T")
LINK = ("offer_firm_id", "offer_flow", "need_firm_id", "need_flow", "pathway")


@shared(1)
def _store() -> Store:
    return open_store(create=True)


def store() -> Store:
    """Return the store of this server, opened at its first use."""
    return _store()


def reachable() -> str:
    """Return "" when the store answers, else why it does not."""
    return once("reachable", _reachable)


def _reachable() -> str:
    try:
        _store().has_accounts()
    except (StorageError, ImportError) as error:
        return sentence(error)
    return ""


def sentence(error: BaseException) -> str:
    """Return an error as a sentence in the reader's language."""
    said = error.args[0] if error.args else ""
    render: Callable[..., str] | None = getattr(said, "render", None)
    return render(translator(language())) if render else str(error)


def who() -> Principal:
    """Return the person of this visit: signed in, alone on this machine, or a visitor.

    Raises
    ------
    AccessDenied
        When the provider knows the person and this store does not, or not any more.
    """
    return once("who", _who)


def _who() -> Principal:
    store = _store()
    if provider.configured():
        # Even before the first account: a server that asks who is there takes nobody's word.
        claims = provider.claims()
        return store.signed_in(claims) if claims else VISITOR
    return VISITOR if store.has_accounts() else store.only_person()


def account(person: Principal | None = None) -> str:
    """Return what tells one person's things from another's, in every key of a cache.

    Parameters
    ----------
    person
        Whose; that of this visit when None. Whoever is no one is the same no one everywhere.
    """
    if person is None:
        try:
            person = who()
        except (StorageError, ImportError):
            person = VISITOR
    return f"{person.user_id}\x1f{person.name}"


def may_change() -> bool:
    """Return whether this person follows synergies: an officer, of whatever territory."""
    return any(grant.role is Role.OFFICER for grant in who().grants)


def of_study(study: Study) -> pd.DataFrame:
    """Return the part of the worklist that concerns the firms of a study, best first."""
    table = _store().worklist(who())
    firms = set(study.flows.firms["firm_id"])
    mine = table["offer_firm_id"].isin(firms) & table["need_firm_id"].isin(firms)
    # As text on both sides: a table without a row holds no text.
    keys = pd.DataFrame(study.match.shipments)[[*LINK, "shipment_id"]].astype("str")
    joined = table[mine].astype(dict.fromkeys(LINK, "str")).merge(keys, on=list(LINK), how="left")
    return joined.assign(shipment_id=joined["shipment_id"].fillna(""))


def of_exchange(row: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return the synergy of one exchange as this person may see it; empty where none is followed.

    Parameters
    ----------
    row
        A row of the atlas.
    """
    if reachable():
        return {}
    from symbiosis.storage.worklist import identify  # needs the database's libraries

    try:
        found = _store().worklist(who(), identify(tuple(str(row[name]) for name in LINK)))
    except StorageError:  # a visitor sees no worklist
        return {}
    return found.iloc[0].to_dict() if len(found) else {}


def follow(study: Study) -> str:
    """Put the exchanges of a study on the worklist; return "" or why none was put."""
    try:
        _store().follow(who(), study)
    except StorageError as error:
        return sentence(error)
    return ""


def update(synergy_id: str, version: int, changes: Mapping[str, Any]) -> str:
    """Change one synergy; return "" or the sentence that says why it was refused."""
    try:
        _store().update_synergy(who(), synergy_id, version, changes)
    except DataError as error:
        return told(error)
    except StorageError as error:
        return sentence(error)
    return ""


def told(error: DataError) -> str:
    """Return every problem with its cure, in the reader's language."""
    return " ".join(_told(problem) for problem in error.problems)


def _told(problem: Problem) -> str:
    translate = translator(language())
    return f"{problem.problem.render(translate)} ({problem.cure.render(translate)})."


def public_map() -> gpd.GeoDataFrame:
    """Return the figures last published, for anyone."""
    return _store().public_map()


def publish() -> int | str:
    """Publish today's figures: how many are new, or the sentence that says why none is."""
    try:
        return _store().publish(who())
    except StorageError as error:
        return sentence(error)


def history(synergy_id: str) -> pd.DataFrame | None:
    """Return what happened to a synergy, newest first; None when it is the officers' affair."""
    try:
        return _store().synergy_history(who(), synergy_id)
    except AccessDenied:
        return None


def meetings() -> pd.DataFrame:
    """Return the partners that this person's firms may agree to meet; empty for all others."""
    try:
        return _store().meetings(who())
    except StorageError:
        return pd.DataFrame()


def hint(side: str, within_km: float) -> str:
    """Return what is said of the hidden partner of whoever stands on one side."""
    other = "need" if side == "offer" else "offer"
    return matches.hint(other, within_km).render(translator(language()))


def meet(meeting_id: str, *, agrees: bool) -> str:
    """Agree to a meeting or take it back; return "" or why it was refused."""
    try:
        _store().meet(who(), meeting_id, agrees=agrees)
    except StorageError as error:
        return sentence(error)
    return ""


def progress() -> pd.DataFrame | None:
    """Return what is potential, expected and realised on the worklist; None without one."""
    if reachable():
        return None
    try:
        table = _store().progress(who())
    except StorageError:
        return None
    return table if table["synergies"].sum() else None

"""The door of the store: opened by its address, with one small verb for each thing people do."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import geopandas as gpd
import pandas as pd
from sqlalchemy import URL, Engine

from symbiosis.catalogue import Catalogue
from symbiosis.flows import Flows
from symbiosis.scenario import Scenario
from symbiosis.storage import (
    accounts,
    agreements,
    audit,
    backups,
    checking,
    choices,
    declared,
    exports,
    following,
    mentions,
    migrating,
    overrides,
    personal,
    publications,
    schema,
    seen,
    status,
    studies,
    uploads,
    worklist,
)
from symbiosis.storage.access import Action, Kind, require, require_any
from symbiosis.storage.engine import reading, writing
from symbiosis.storage.failures import AccessDenied
from symbiosis.storage.principals import VISITOR, Grant, Principal
from symbiosis.storage.rows import Declaration
from symbiosis.study import Study


@dataclass(frozen=True)
class Store:
    """A store: every verb takes who asks, and is one transaction.

    Parameters
    ----------
    url
        Where it is.
    engine
        Its connections.
    backup_before
        The backup that was made when this opening brought it up to date, "" for none.

    Examples
    --------
    >>> from symbiosis.storage import LOCAL, open_store
    >>> with open_store("sqlite://", create=True) as store:
    ...     len(store.worklist(LOCAL))
    0
    """

    url: URL
    engine: Engine
    backup_before: str = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    # -- who asks ------------------------------------------------------------------------------

    def only_person(self) -> Principal:
        """Return the one person of a store without accounts; refuse when it has some."""
        with reading(self.engine) as connection:
            return accounts.only_person(connection, getpass.getuser())

    def has_accounts(self) -> bool:
        """Return whether people must sign in."""
        with reading(self.engine) as connection:
            return accounts.count(connection) > 0

    def signed_in(self, claims: Mapping[str, Any]) -> Principal:
        """Return the account of whom an identity provider vouches for (`accounts.signed_in`)."""
        with reading(self.engine) as connection:
            return accounts.signed_in(connection, claims)

    def bearer(self, token: str) -> Principal:
        """Return the account of a token (`accounts.bearer`)."""
        with reading(self.engine) as connection:
            if not accounts.just_expired(connection, token):
                return accounts.bearer(connection, token)
        with writing(self.engine) as connection:
            accounts.end(connection, token)
        raise AccessDenied(accounts.REFUSED)

    def grant(self, who: Principal, login: str, grants: Iterable[Grant], name: str = "") -> str:
        """Make an account or replace its roles (`accounts.grant`)."""
        with writing(self.engine) as connection:
            return accounts.grant(connection, who, login, grants, name)

    def issue_token(self, who: Principal, login: str, *, label: str = "", days: float = 90) -> str:
        """Return a new token, shown once (`accounts.issue`)."""
        with writing(self.engine) as connection:
            return accounts.issue(connection, who, login, label=label, days=days)

    def revoke_token(self, who: Principal, token_id: str) -> None:
        """End a token now (`accounts.revoke`)."""
        with writing(self.engine) as connection:
            accounts.revoke(connection, who, token_id)

    def accounts(self, who: Principal) -> pd.DataFrame:
        """Return the accounts and their roles (`accounts.listed`)."""
        with reading(self.engine) as connection:
            return accounts.listed(connection, who)

    def tokens(self, who: Principal) -> pd.DataFrame:
        """Return the tokens without their secret (`accounts.tokens`)."""
        with reading(self.engine) as connection:
            return accounts.tokens(connection, who)

    # -- what is declared ----------------------------------------------------------------------

    def may_declare(self, who: Principal) -> None:
        """Go on if a principal may declare anything at all, before its file is even read."""
        require_any(who, Kind.PRIVATE_FLOW, Action.WRITE)

    def save(
        self, who: Principal, flows: Flows, *, origin: str = "", replace: bool = False
    ) -> uploads.Receipt:
        """Save an upload: all of it, or nothing (`uploads.save`)."""
        rows = Declaration.of(flows)  # before the others have to wait
        with writing(self.engine) as connection:
            return uploads.save(connection, who, rows, origin=origin, replace=replace)

    def compare(self, who: Principal, flows: Flows) -> pd.DataFrame:
        """Return what saving an upload would change (`uploads.compare`)."""
        rows = Declaration.of(flows)
        with reading(self.engine) as connection:
            return uploads.compare(connection, who, rows)

    def own_firms(self, who: Principal) -> pd.DataFrame:
        """Return the saved firms that a principal may declare for (`declared.own_firms`)."""
        with reading(self.engine) as connection:
            return declared.own_firms(connection, who)

    def reopened(
        self, who: Principal, firm_ids: Iterable[str]
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what some firms declared, as tables to be changed (`declared.reopened`)."""
        with reading(self.engine) as connection:
            return declared.reopened(connection, who, list(firm_ids))

    def flows(self, who: Principal) -> Flows:
        """Return what a principal may see of what was declared (`declared.flows`)."""
        with reading(self.engine) as connection:
            return declared.flows(connection, who)

    def moment(self, who: Principal) -> str:
        """Return a text that changes with every change of what is declared (`declared.moment`)."""
        with reading(self.engine) as connection:
            return declared.moment(connection, who)

    def forget(self, who: Principal, flow_ids: Iterable[str]) -> int:
        """Remove flows that are the principal's to declare (`declared.forget`)."""
        with writing(self.engine) as connection:
            return declared.forget(connection, who, list(flow_ids))

    def history(self, who: Principal, flow_id: str = "") -> pd.DataFrame:
        """Return what happened to flows and firms (`declared.history`)."""
        with reading(self.engine) as connection:
            return declared.history(connection, who, flow_id)

    def uploads(self, who: Principal) -> pd.DataFrame:
        """Return the uploads, newest first (`declared.uploads`)."""
        with reading(self.engine) as connection:
            return declared.uploads(connection, who)

    def take_out(self, who: Principal, firm_id: str, folder: Path) -> None:
        """Write all that the store holds of one firm to a folder (`personal.own`)."""
        with reading(self.engine) as connection:
            flows, past = personal.own(connection, who, firm_id)
        exports.export(flows, folder, past)

    def withdraw_firm(self, who: Principal, firm_id: str) -> int:
        """Take everything of one firm out (`personal.withdraw`)."""
        with writing(self.engine) as connection:
            return personal.withdraw(connection, who, firm_id)

    def erase_person(self, who: Principal, name: str) -> mentions.Mentions:
        """Forget a person, and tell of the texts that named them (`personal.erase`)."""
        with writing(self.engine) as connection:
            return personal.erase(connection, who, name)

    def retain(self, who: Principal) -> dict[str, int]:
        """Remove what has been kept as long as it may be (`personal.retain`)."""
        with writing(self.engine) as connection:
            return personal.retain(connection, who)

    # -- studies and what is chosen ------------------------------------------------------------

    def keep_study(self, who: Principal, study: Study, name: str) -> str:
        """Keep a study for ever and return its identifier (`studies.save`)."""
        with writing(self.engine) as connection:
            return studies.save(connection, who, study, name)

    def studies(self, who: Principal) -> pd.DataFrame:
        """Return the kept studies, newest first (`studies.listed`)."""
        with reading(self.engine) as connection:
            return studies.listed(connection, who)

    def study(self, who: Principal, study_id: str = "") -> Study:
        """Return a kept study, the newest if none is named, as a principal may see it."""
        with reading(self.engine) as connection:
            return seen.study_seen(connection, who, studies.load(connection, study_id))

    def keep_scenario(self, who: Principal, name: str, scenario: Scenario, version: int = 0) -> int:
        """Keep a scenario under a name (`choices.keep_scenario`)."""
        with writing(self.engine) as connection:
            return choices.keep_scenario(connection, who, name, scenario, version)

    def scenarios(self, who: Principal) -> dict[str, tuple[int, Scenario]]:
        """Return the kept scenarios: name → (version, parameters)."""
        with reading(self.engine) as connection:
            return choices.scenarios(connection, who)

    # -- the catalogue -------------------------------------------------------------------------

    def catalogue(self, who: Principal) -> Catalogue:
        """Return the catalogue with the territory's own values (`overrides.catalogue`)."""
        with reading(self.engine) as connection:
            return overrides.catalogue(connection, who)

    def override(self, who: Principal, cells: Iterable[overrides.Cell]) -> int:
        """Put the territory's own values in the catalogue's cells (`overrides.put`)."""
        with writing(self.engine) as connection:
            return overrides.put(connection, who, cells)

    def drop_override(self, who: Principal, table_name: str, row_id: str) -> int:
        """Go back to the bundled row of the catalogue (`overrides.drop`)."""
        with writing(self.engine) as connection:
            return overrides.drop(connection, who, table_name, row_id)

    def overrides(self, who: Principal) -> pd.DataFrame:
        """Return the territory's own values of the catalogue."""
        with reading(self.engine) as connection:
            return overrides.listed(connection, who)

    def override_history(self, who: Principal) -> pd.DataFrame:
        """Return what happened to the territory's own values (`overrides.history`)."""
        with reading(self.engine) as connection:
            return overrides.history(connection, who)

    # -- the worklist --------------------------------------------------------------------------

    def follow(self, who: Principal, study: Study, study_id: str = "") -> int:
        """Put a study's exchanges on the worklist and return how many are new (`following.add`)."""
        with writing(self.engine) as connection:
            return following.add(connection, who, study, study_id)

    def worklist(self, who: Principal, synergy_id: str = "") -> pd.DataFrame:
        """Return the worklist, the most promising first (`worklist.read`)."""
        with reading(self.engine) as connection:
            return worklist.read(connection, who, synergy_id)

    def update_synergy(
        self, who: Principal, synergy_id: str, version: int, changes: Mapping[str, Any]
    ) -> int:
        """Change one synergy unless someone else just did (`worklist.update`)."""
        with writing(self.engine) as connection:
            return worklist.update(connection, who, synergy_id, version, changes)

    def synergy_history(self, who: Principal, synergy_id: str) -> pd.DataFrame:
        """Return what happened to one synergy, newest first (`worklist.history`)."""
        with reading(self.engine) as connection:
            return worklist.history(connection, who, synergy_id)

    def progress(self, who: Principal) -> pd.DataFrame:
        """Return what is potential, expected and realised (`worklist.progress`)."""
        with reading(self.engine) as connection:
            return worklist.progress(connection, who)

    def agree(self, who: Principal, synergy_id: str, firm_id: str) -> bool:
        """Write down that a firm agrees to meet; True once both do (`agreements.agree`)."""
        with writing(self.engine) as connection:
            return agreements.agree(connection, who, synergy_id, firm_id)

    def withdraw(self, who: Principal, synergy_id: str, firm_id: str) -> None:
        """Take an agreement back (`agreements.withdraw`)."""
        with writing(self.engine) as connection:
            agreements.withdraw(connection, who, synergy_id, firm_id)

    def meetings(self, who: Principal) -> pd.DataFrame:
        """Return the partners that one's firms may agree to meet (`agreements.meetings`)."""
        with reading(self.engine) as connection:
            return agreements.meetings(connection, who)

    def meet(self, who: Principal, meeting_id: str, *, agrees: bool) -> pd.DataFrame:
        """Agree to a meeting or take it back; return its row (`agreements.step`)."""
        with writing(self.engine) as connection:
            return agreements.step(connection, who, meeting_id, agrees=agrees)

    # -- what everyone may see -----------------------------------------------------------------

    def publish(self, who: Principal) -> int:
        """Publish today's figures, those that reveal no firm (`publications.publish`)."""
        with writing(self.engine) as connection:
            return publications.publish(connection, who)

    def public_map(self, who: Principal = VISITOR) -> gpd.GeoDataFrame:
        """Return the figures last published, for anyone (`publications.public_map`)."""
        with reading(self.engine) as connection:
            return publications.public_map(connection, who)

    # -- the store itself ----------------------------------------------------------------------

    def backup(self, who: Principal, path: Path) -> dict[str, int]:
        """Write every row of this moment to a file (`backups.backup`)."""
        require(who, Kind.STORE)
        return backups.backup(self.engine, path)

    def restore(self, who: Principal, path: Path) -> dict[str, int]:
        """Take a backup back into this empty store (`backups.restore`)."""
        require(who, Kind.STORE, Action.WRITE)
        return backups.restore(self.engine, path)

    def export(self, who: Principal, folder: Path) -> None:
        """Write what a principal may see as a declaration folder (`exports.export`)."""
        exports.export(self.flows(who), folder)

    def status(self, who: Principal) -> status.Status:
        """Return the state of the tables, how much they hold, and whether the past is whole."""
        require(who, Kind.STORE)
        with reading(self.engine) as connection:
            return status.status(connection, self.url)

    def holds(self, who: Principal, head: str) -> bool:
        """Return whether the log still has the line that was its end (`Status.head`)."""
        require(who, Kind.STORE)
        with reading(self.engine) as connection:
            return checking.holds(connection, head)

    def migrate(
        self, who: Principal, revision: str = "head", *, lose_rows: bool = False
    ) -> schema.Schema:
        """Bring the tables to a link of the migration chain, up or down (`schema.migrate`)."""
        require(who, Kind.STORE, Action.WRITE)
        return migrating.migrate(self.engine, self.url, who, revision, lose_rows=lose_rows)

    # -- the log -------------------------------------------------------------------------------

    def audit_log(self, who: Principal, limit: int = 1000) -> pd.DataFrame:
        """Return the last lines of the audit log, newest first (`audit.read`)."""
        require(who, Kind.AUDIT)
        with reading(self.engine) as connection:
            return audit.read(connection, limit)

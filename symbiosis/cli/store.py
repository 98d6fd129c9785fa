"""``symbiosis store``: the database of a territory, from its making to its backups."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from symbiosis.cli._options import Communes, DataPath, MaxMb, ScenarioFile
from symbiosis.cli._show import show_table, tell
from symbiosis.cli._store_catalogue import again, catalogue, override, studies
from symbiosis.cli._store_door import opened, operator_of, person_of, tell_backup
from symbiosis.cli._store_people import erase, retain, take_out, withdraw
from symbiosis.errors import N_, StorageError, say
from symbiosis.storage.principals import Grant, Role

BackupFile = Annotated[Path, typer.Argument(help="The backup.", metavar="FILE")]


def init() -> None:
    """Make the store, or bring it up to date; what it holds is untouched.

    It is a file in your data folder, or the database that SYMBIOSIS_DATABASE_URL names.

    Example: symbiosis store init
    """
    with opened(create=True) as store:
        status = store.status(operator_of(store))
    tell_backup(store.backup_before)
    tell(say("The store is ready: {address}", address=status.address), style="green")


def status(
    *,
    head: Annotated[
        str,
        typer.Option("--head", help="An earlier end of the audit log, that was kept elsewhere."),
    ] = "",
) -> None:
    """Say where the store is, what it holds, and whether its past is whole.

    Keep the end of the audit log that it prints on another machine: whoever owns the database can
    rewrite all of it, and only a copy from elsewhere, given with --head, shows that.

    Example: symbiosis store status
    """
    from symbiosis.storage.schema import REFUSALS, State

    with opened(check=False) as store:
        found = store.status(operator_of(store))
        ready = found.schema.state is State.READY
        held = not head or not ready or store.holds(operator_of(store), head)
    tell(say("Store: {address}", address=found.address))
    tell(
        say(
            "State: {state} (version {revision} of {head})",
            state=found.schema.state.value, revision=found.schema.revision or "-",
            head=found.schema.head,
        )
    )  # fmt: skip
    if found.rows:
        rows = pd.DataFrame([(n, f"{c:,}") for n, c in found.rows.items()], columns=["t", "n"])
        show_table(rows, {"t": "table", "n": "rows"}, right=["n"])
    for name in found.schema.missing:
        tell(say("Missing: {name}", name=name), style="red")
    if found.broken_at is not None:
        raise StorageError(
            say("Line {line} of the audit log was altered or removed.", line=found.broken_at)
        )
    if found.schema.state in REFUSALS:
        raise StorageError(REFUSALS[found.schema.state])
    for fault in found.faults:
        tell(fault, style="red")
    if found.faults:
        raise StorageError(say("The past of this store was altered; see above."))
    if not held:
        raise StorageError(say("The audit log was rewritten: the given end is no line of it."))
    if found.head:
        tell(say("End of the audit log: {head}", head=found.head))
    tell("The audit log is whole.", style="green")


def migrate(
    to: Annotated[
        str, typer.Option("--to", help="Version to go to, up or down; the newest by default.")
    ] = "head",
    *,
    lose_rows: Annotated[
        bool,
        typer.Option("--lose-rows", help="Go back even where that removes what the store holds."),
    ] = False,
) -> None:
    """Bring an older store to this version, or back to an older one.

    A backup is made before, beside the store's file or in your data folder.

    Example: symbiosis store migrate
    """
    with opened(check=False) as store:
        found = store.migrate(operator_of(store), to, lose_rows=lose_rows)
    tell_backup(found.backup)
    tell(say("The store is at version {revision}.", revision=found.revision or "-"), style="green")


def backup(file: BackupFile) -> None:
    """Write everything to one file, that a store of either kind takes back.

    A store of an older version can be saved as it is, before it is migrated.

    Example: symbiosis store backup 2026-11-23.symbiosis
    """
    with opened(check=False) as store:
        counts = store.backup(operator_of(store), file)
    tell(say("{rows} rows saved in {file}", rows=sum(counts.values()), file=file), style="green")


def restore(file: BackupFile) -> None:
    """Take a backup back into a new, empty store.

    Example: symbiosis store restore 2026-11-23.symbiosis
    """
    with opened(check=False) as store:
        counts = store.restore(operator_of(store), file)
    tell(say("{rows} rows restored from {file}", rows=sum(counts.values()), file=file),
         style="green")  # fmt: skip


def import_(
    path: DataPath,
    *,
    communes: Communes = None,
    max_mb: MaxMb = 100,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Remove the flows of these firms that PATH leaves out."),
    ] = False,
) -> None:
    """Save declarations: all of them, or none.

    The same declarations again change nothing.

    Example: symbiosis store import datasets/littoral
    """
    from symbiosis import read  # pandas and geopandas take a second to load

    with opened() as store:
        who = person_of(store)
        store.may_declare(who)
        flows = read(path, communes=communes, max_mb=max_mb, extra=store.catalogue(who))
        receipt = store.save(who, flows, origin=path.name, replace=replace)
    tell(
        say(
            "{added} added, {changed} changed, {removed} removed, {unchanged} unchanged.",
            added=receipt.added, changed=receipt.changed, removed=receipt.removed,
            unchanged=receipt.unchanged,
        ),
        style="green",
    )  # fmt: skip
    if receipt.kept:
        tell(
            say(
                "{count} flows of these firms are in the store and not in the file; they stay "
                "(--replace removes them).",
                count=receipt.kept,
            )
        )


def export(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")],
) -> None:
    """Write what you may see as a declaration that “symbiosis check” reads back.

    Example: symbiosis store export declarations
    """
    with opened() as store:
        store.export(person_of(store), folder)
    tell(say("The declarations stand in {folder}", folder=folder), style="green")


def study(
    name: Annotated[str, typer.Argument(help="What to call it.", metavar="NAME")],
    *,
    scenario: ScenarioFile = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Put its exchanges on the worklist too.")
    ] = False,
) -> None:
    """Match what the store holds, and keep the result for ever.

    The catalogue is the store's, with the territory's own values in it.

    Example: symbiosis store study "November 2026"
    """
    from symbiosis import Scenario, run  # the engine takes a second or two to load
    from symbiosis.reports import read_scenario

    with opened() as store:
        who = person_of(store)
        parameters = read_scenario(scenario) if scenario else Scenario()
        done = run(store.flows(who), parameters, catalogue=store.catalogue(who))
        study_id = store.keep_study(who, done, name)
        new = store.follow(who, done, study_id) if follow else 0
    tell(
        say("Study {id}: {count} exchanges.", id=study_id, count=len(done.match.shipments)),
        style="green",
    )
    if follow:
        tell(say("{count} new on the worklist.", count=new))


def publish() -> None:
    """Refresh the public map: only figures that reveal no firm.

    Example: symbiosis store publish
    """
    with opened() as store:
        count = store.publish(person_of(store))
    tell(say("{count} figures are new on the public map.", count=count), style="green")


def user(
    login: Annotated[str, typer.Argument(help="E-mail address.", metavar="LOGIN")],
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            help="firm:FIRM_ID, officer:TERRITORY, analyst:TERRITORY (* for everywhere) or "
            "administrator; repeat for several. None shuts the account.",
        ),
    ] = None,
) -> None:
    """Make an account, or replace its roles.

    Example: symbiosis store user lea@ville.example --role officer:200018158
    """
    grants = [_grant(text) for text in role or []]
    with opened() as store:
        store.grant(operator_of(store), login, grants)
    if grants:
        tell(say("{login} may now sign in.", login=login), style="green")
    else:
        tell(say("The account {login} is shut.", login=login))


def _grant(text: str) -> Grant:
    name, _, scope = text.partition(":")
    if name not in set(Role) - {Role.VISITOR}:
        raise StorageError(
            say("“{name}” is no role: firm, officer, analyst or administrator.", name=name)
        )
    return Grant(Role(name), scope or ("*" if name != Role.FIRM else ""))


def token(
    login: Annotated[str, typer.Argument(help="Whose.", metavar="LOGIN")],
    *,
    days: Annotated[float, typer.Option("--days", help="How long it lasts.")] = 90,
    label: Annotated[str, typer.Option("--label", help="What for.")] = "",
) -> None:
    """Print a new token for the command line or the API; it is shown this once.

    Example: symbiosis store token lea@ville.example --days 30
    """
    with opened() as store:
        made = store.issue_token(operator_of(store), login, label=label, days=days)
    typer.echo(made)


def revoke(
    token_id: Annotated[str, typer.Argument(help="From “symbiosis store tokens”.", metavar="ID")],
) -> None:
    """End a token now.

    Example: symbiosis store revoke 5f3a…
    """
    with opened() as store:
        store.revoke_token(operator_of(store), token_id)
    tell("The token is ended.", style="green")


def tokens() -> None:
    """List the tokens, without what would let anyone use them.

    Example: symbiosis store tokens
    """
    with opened() as store:
        rows = store.tokens(operator_of(store))
    for name in ("created_at", "expires_at", "revoked_at"):
        rows[name] = pd.to_datetime(rows[name], utc=True).dt.strftime("%Y-%m-%d").fillna("")
    show_table(rows, {name: name for name in map(str, rows)})


def bench(
    url: Annotated[
        str,
        typer.Option("--url", help="Address of an empty store to fill; a temporary file if none."),
    ] = "",
    flows: Annotated[int, typer.Option("--flows", min=10, help="How many flows.")] = 50_000,
    firms: Annotated[int, typer.Option("--firms", min=1, help="How many firms.")] = 5_000,
) -> None:
    """Measure the store on this machine with made-up firms.

    “seconds” pass on the clock; “processor” are those of symbiosis alone, whatever else runs here.

    Example: symbiosis store bench
    """
    import os
    from tempfile import TemporaryDirectory

    from symbiosis.storage.measure import measure

    with TemporaryDirectory(prefix="symbiosis-") as folder:
        where = url or f"sqlite:///{Path(folder) / 'bench.db'}"
        rows = measure(where, flows=flows, firms=firms)
    for name in ("seconds", "cpu_s"):
        rows[name] = rows[name].map("{:.3f}".format)
    rows["must_s"] = rows["must_s"].map(lambda most: f"< {most:g}" if pd.notna(most) else "")
    headings = {"figure": "figure", "seconds": "seconds", "cpu_s": "processor",
                "must_s": "must be"}  # fmt: skip
    show_table(rows, headings, right=["seconds", "cpu_s", "must_s"])
    if hasattr(os, "getloadavg"):
        load, cores = f"{os.getloadavg()[0]:.1f}", os.cpu_count()
        tell(say("Work waiting on this machine: {load}, for {cores} processors.",
                 load=load, cores=cores))  # fmt: skip


HELP = N_("Keep declarations, studies and the worklist in a database.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(no_args_is_help=True, help=HELP)
    for command in (init, status, migrate, backup, restore, export, study, studies, again,
                    override, catalogue, publish, user, token, tokens, revoke, take_out, withdraw,
                    erase, retain, bench):  # fmt: skip
        group.command()(command)
    group.command("import")(import_)
    app.add_typer(group, name="store")

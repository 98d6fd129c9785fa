"""``symbiosis store …``: what is a firm's own, and what is kept of persons."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symbiosis.cli._show import tell
from symbiosis.cli._store_door import opened, operator_of, person_of
from symbiosis.errors import say

FirmId = Annotated[str, typer.Argument(help="Identifier of the firm.", metavar="FIRM_ID")]


def take_out(
    firm_id: FirmId,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")],
) -> None:
    """Write all that the store holds of one firm: its declaration and its history.

    Example: symbiosis store take-out F12 our-data
    """
    with opened() as store:
        store.take_out(person_of(store), firm_id, folder)
    tell(say("All that the store holds of the firm stands in {folder}", folder=folder),
         style="green")  # fmt: skip


def withdraw(
    firm_id: FirmId,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")] = False,
) -> None:
    """Take everything of one firm out of the store, its past included.

    Sums of several firms that were published, and studies that were kept, stay.

    Example: symbiosis store withdraw F12
    """
    with opened() as store:
        who = person_of(store)
        if not yes:
            typer.confirm(str(say("Take everything of this firm out for ever?")), abort=True)
        count = store.withdraw_firm(who, firm_id)
    tell(say("The firm is gone from the store, with {count} flows.", count=count), style="green")


def erase(
    name: Annotated[
        str, typer.Argument(help="A login or a contact, as the store writes it.", metavar="NAME")
    ],
) -> None:
    """Forget a person: account, contact, the name in notes and in the past, which stays whole.

    Example: symbiosis store erase lea@ville.example
    """
    with opened() as store:
        found = store.erase_person(operator_of(store), name)
    tell("The person is forgotten.", style="green")
    tell(
        say(
            "Taken out of {texts} notes and other free texts, and {erased} lines of the history "
            "that named the person no longer say anything.",
            texts=found.texts, erased=found.erased,
        )
    )  # fmt: skip
    if found.studies:
        tell(
            say(
                "{count} kept studies still name the person: a kept study stays as it was.",
                count=found.studies,
            ),
            style="yellow",
        )


def retain() -> None:
    """Remove what has been kept as long as it may be; a server does so each day.

    Ended tokens after 30 days, shut accounts after a year, contacts of firms that declare nothing
    after two years, what the history says after five.

    Example: symbiosis store retain
    """
    with opened() as store:
        counts = store.retain(operator_of(store))
    tell(
        say(
            "{tokens} tokens, {accounts} accounts, {contacts} contacts and {erased} lines of "
            "history were removed.",
            **counts,
        ),
        style="green",
    )  # fmt: skip

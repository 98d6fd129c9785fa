"""Digests that nobody can compare with a guess: keyed by a secret of the store and by the account.

The plain digest of a declaration is a test of every guess at it: a price is one of a few thousand
numbers. Whoever may not read all that was digested gets this in its place. It still tells whether
two of them are alike, to the same account.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

import pandas as pd
from sqlalchemy import Connection, select

from symbiosis.storage.principals import Principal
from symbiosis.storage.tables import STORE_KEYS

_DIGESTS = "digests"


def prepare(connection: Connection) -> None:
    """Make the secret of the store where there is none; inside `engine.writing`."""
    if not _secret(connection):
        connection.execute(STORE_KEYS.insert(), {"name": _DIGESTS, "value": secrets.token_hex(32)})


def _secret(connection: Connection) -> str:
    query = select(STORE_KEYS.c.value).where(STORE_KEYS.c.name == _DIGESTS)
    return str(connection.execute(query).scalar() or "")


def marked(connection: Connection, who: Principal | None, digests: pd.Series) -> pd.Series:
    """Return what stands for each digest before the eyes of an account: 64 hexadecimal digits.

    Parameters
    ----------
    connection
        Inside `engine.reading` or `engine.writing`.
    who
        Before whose eyes; None for the log, which everyone reads alike.
    digests
        Plain ones; "" stays "".

    Returns
    -------
    pandas.Series
        "" throughout while the store has no secret: nothing is better than a plain digest.
    """
    secret = _secret(connection)
    if not secret:
        return digests.where(digests == "", "")
    account = (who.user_id or who.name) if who else ""
    made = [_mark(secret, account, digest) if digest else "" for digest in digests]
    return pd.Series(made, index=digests.index, dtype="str")


def study_mark(connection: Connection, digest: str) -> str:
    """Return what the log says of a kept study's digest; "" while the store has no secret."""
    secret = _secret(connection)
    return f"k:{_mark(secret, 'study', digest)}" if secret else ""


def firm_mark(connection: Connection, firm_id: str) -> str:
    """Return what stands for a firm that was withdrawn; "" while the store has no secret."""
    secret = _secret(connection)
    return f"w:{_mark(secret, 'firm', firm_id)[:32]}" if secret else ""


def _mark(secret: str, account: str, digest: str) -> str:
    said = f"{account}\x1f{digest}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()

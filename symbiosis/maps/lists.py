"""Likelihoods and moments as people write them."""

from __future__ import annotations

import re

import pandas as pd
from babel.dates import format_datetime


def hundredths(shares: pd.Series) -> pd.Series:
    """Return shares of one in per cent.

    Examples
    --------
    >>> hundredths(pd.Series([0.23, None, 1])).tolist()
    [23.0, nan, 100.0]
    """
    return (pd.to_numeric(shares, errors="coerce") * 100).round(4)


def share(hundred: float | None) -> float | None:
    """Return per cent as a share of one; None where nothing is written.

    Examples
    --------
    >>> share(23), share(None)
    (0.23, None)
    """
    return None if hundred is None or pd.isna(hundred) else round(float(hundred) / 100, 6)


def moment(at: object, lang: str) -> str:
    """Return a date and time as the language writes them.

    Examples
    --------
    >>> moment("2026-11-28T09:05:00+00:00", "fr"), moment("2026-11-28T09:05", "en")
    ('28/11/2026 09:05', '28 Nov 2026 09:05')
    """
    pattern = "dd/MM/yyyy HH:mm" if lang == "fr" else "d MMM yyyy HH:mm"
    found = pd.Timestamp(str(at)).to_pydatetime()
    return str(format_datetime(found, pattern, locale="fr_FR" if lang == "fr" else "en_GB"))


def day(iso: object) -> str:
    """Return a kept date as both languages write it; nothing for none.

    Examples
    --------
    >>> day("2026-12-01"), day("")
    ('01/12/2026', '')
    """
    return "/".join(reversed(str(iso or "").split("-")))


def kept(text: str) -> str:
    """Return a written date as it is kept; what is no date comes back as it is, to be refused.

    Examples
    --------
    >>> kept("1/12/2026"), kept("2026-12-01"), kept(" demain "), kept("")
    ('2026-12-01', '2026-12-01', 'demain', '')
    """
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip())
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else text.strip()

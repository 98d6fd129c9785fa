"""How numbers are written in a reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable

from symbiosis.errors import N_

SAMPLE = N_("1,234.5")
"""Its translation shows the separators of a language."""

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")


def localise(text: str, translate: Callable[[str], str]) -> str:
    """Return a text whose numbers have the separators of a language.

    Examples
    --------
    >>> localise("12,500.25 t", {"1,234.5": "1 234,5"}.get)
    '12 500,25 t'
    """
    sample = translate(SAMPLE)
    if sample == SAMPLE:
        return text
    thousands, decimal = sample[1], sample[-2]
    return _THOUSANDS.sub(thousands, _DECIMAL.sub("\0", text)).replace("\0", decimal)

"""The language of the session: French unless the reader chose English, kept in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TypeVar

import streamlit as st

from symbiosis.language import LANGUAGES, translations

LANG = "lang"
K = TypeVar("K")


def language() -> str:
    """Return ``fr`` or ``en``: the reader's choice, else the address, else French."""
    chosen = st.session_state.get(LANG) or st.query_params.get(LANG)
    return chosen if chosen in LANGUAGES else "fr"


def _(text: str) -> str:
    """Return a text in the session's language."""
    said = translations(language()).gettext(text)
    return spaced(said) if language() == "fr" else said


@cache
def spaced(text: str) -> str:
    """Return French with no-break spaces before its marks and inside its quotes.

    Examples
    --------
    >>> spaced("Et si… ?") == "Et si…\u202f?"
    True
    """
    wide = re.sub(r" ([:»])", "\u00a0\\1", text).replace("« ", "«\u00a0")
    return re.sub(r" ([;!?€%])", "\u202f\\1", wide)


def distinct(names: Mapping[K, str]) -> dict[K, str]:
    """Return names of which no two are the same: the browser hands back a name, not its key.

    Examples
    --------
    >>> distinct({"a": "Verrerie", "b": "Verrerie", "c": "Usine"})
    {'a': 'Verrerie', 'b': 'Verrerie (2)', 'c': 'Usine'}
    """
    found: dict[K, str] = {}
    taken: set[str] = set()
    for key, name in names.items():
        count, said = 1, name
        while said in taken:
            count += 1
            said = f"{name} ({count})"
        taken.add(said)
        found[key] = said
    return found


def n_(one: str, many: str, count: int) -> str:
    """Return the singular or the plural of a text in the session's language."""
    if language() == "fr":
        return spaced(translations("fr").ngettext(one, many, count))
    return one if count == 1 else many

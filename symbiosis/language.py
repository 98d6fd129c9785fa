"""French and English words of the interface, by gettext catalogues compiled in memory.

Each room keeps its own ``symbiosis/locale/fr/<domain>.po``; they are merged at first use, so that
no binary file has to be committed or can go stale. English is the language of the source.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("fr", "en")


@cache
def translations(lang: str) -> gettext.NullTranslations:
    """Return the merged catalogue of a language; English is the identity.

    Parameters
    ----------
    lang
        One of `LANGUAGES`; anything else falls back to English.
    """
    merged = gettext.NullTranslations()
    folder = files("symbiosis").joinpath("locale", lang)
    if lang == "en" or not folder.is_dir():
        return merged
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".po"):
            compiled = BytesIO()
            write_mo(compiled, read_po(BytesIO(entry.read_bytes()), locale=lang))
            compiled.seek(0)
            catalogue = gettext.GNUTranslations(compiled)
            catalogue.add_fallback(merged)
            merged = catalogue
    return merged


def preferred(accepted: str) -> str:
    """Return which of `LANGUAGES` an ``Accept-Language`` header names first, English if none.

    Examples
    --------
    >>> preferred("de, fr-FR;q=0.9, en;q=0.8"), preferred("en-GB,fr"), preferred("")
    ('fr', 'en', 'en')
    """
    named = (part.split(";")[0].split("-")[0].strip().lower() for part in accepted.split(","))
    return next((lang for lang in named if lang in LANGUAGES), "en")


def translator(lang: str) -> Callable[[str], str]:
    """Return the gettext function of a language.

    Examples
    --------
    >>> translator("en")("firm")
    'firm'
    """
    return translations(lang).gettext

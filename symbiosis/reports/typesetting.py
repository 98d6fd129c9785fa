"""From a template and its words to a PDF that a screen reader can follow."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import typst

from symbiosis import bundled
from symbiosis.errors import InternalError
from symbiosis.reports.figures import NO_BREAK, Speaker
from symbiosis.text_cleaning import printable

# The sentences that a template marks with #tr("…").
MARKED = re.compile(r'\btr\("((?:[^"\\]|\\.)*)"\)')
_CODE = re.compile(r"(?<!\d)\d\d \d\d \d\d(?!\d)")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
STANDARD: Final = "ua-1"
"""PDF/UA-1, ISO 14289-1: tagged, titled, every picture described."""


def typographic(content: Any, lang: str) -> Any:
    """Return content as a printer sets it: waste codes on one line, and French apostrophes.

    What has no shape, as a study of before may hold, becomes U+FFFD: no PDF/UA may contain it.
    Keys are left alone: they are names, for the template.

    Examples
    --------
    >>> typographic(["l'Ophrys"], "fr")
    ['l’Ophrys']
    """
    if isinstance(content, dict):
        return {name: typographic(value, lang) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [typographic(item, lang) for item in content]
    if not isinstance(content, str):
        return content
    text = _CODE.sub(lambda code: code[0].replace(" ", NO_BREAK), printable(content))
    return _APOSTROPHE.sub("’", text) if lang == "fr" else text


def typeset(
    template: str, content: Mapping[str, Any], pictures: Mapping[str, bytes], speaker: Speaker
) -> bytes:
    """Return a PDF/UA-1 document.

    Parameters
    ----------
    template
        Name of a bundled ``reports/….typ``.
    content
        What it prints, as plain JSON values; no text of it is ever read as markup.
    pictures
        SVG files by the name that the template or the content gives them.
    speaker
        The language.

    Raises
    ------
    InternalError
        If the template does not compile, which is our fault.
    """
    sources = {name: bundled.text(f"reports/{name}") for name in (template, "style.typ")}
    marked = {text for source in sources.values() for text in MARKED.findall(source)}
    words = {text: speaker.tr(text) for text in sorted(marked)}
    study = typographic({**content, "lang": speaker.lang, "words": words}, speaker.lang)
    # matplotlib, which draws the maps, carries the one sans-serif face; typst carries the others.
    faces = Path(mpl.get_data_path()) / "fonts" / "ttf"
    files: Any = {
        "main.typ": sources[template].encode(),
        "style.typ": sources["style.typ"].encode(),
        "study.json": json.dumps(study, ensure_ascii=False).encode(),
        **pictures,
    }
    try:
        made = typst.compile(
            files, font_paths=[str(faces)], ignore_system_fonts=True, pdf_standards=[STANDARD]
        )
    except typst.TypstError as error:
        raise InternalError(f"{template}: {error}") from error
    return bytes(made)

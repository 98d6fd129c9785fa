"""Codes of the List of Waste in a text, however they are written.

``17 05 03*``, ``LoW 170503``, ``« 17.05.03 * »``, ``170503.0`` of a number cell and ``10306`` of
one that lost its first zero are codes. A text that holds a code means that code, and is never read
as another one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_QUOTES = re.compile("[\"'`´‘’‚“”„«»‹›=]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("∗⁎✱⋆★", "*"))
_APART = r"(?: ?[.\-/_] ?| )?"
_PREFIX = re.compile(
    r"^(?:(?:low|ewc|eural|ced|ler|cer|avv|eak|codes?|rubriques?|nomenclature|d[ée]chets?|waste|list"
    r"|of|europ[ée]en(?:ne)?|num[ée]ro|n°|nº|n|no|nr|num|the|le|la|du|de)\b[.:°º]*\s*|[°:#\-]\s*)*",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"(?P<before>\*?) ?(?:(?P<a>[0-9]{{1,2}}){_APART}(?P<b>[0-9]{{2}}){_APART}(?P<c>[0-9]{{2}})"
    rf"|(?P<thousands>[0-9]{{3}})[ .,](?P<units>[0-9]{{3}}))(?:[.,]0+)? ?(?P<after>\(?\*?\)?)"
)
_WITHIN = re.compile(
    r"(?<![0-9])(?<![^0-9][0-9]{2}[ .,\-_/])"
    r"(?P<a>[0-9]{2})(?P<apart>[ .\-_]?)(?P<b>[0-9]{2})[ .\-_]?(?P<c>[0-9]{2})"
    r"(?:[.,]0+(?![0-9]))?(?![0-9]|[ .,\-_/][0-9]{2}(?![0-9]))(?P<after> ?\(?\*?)"
)
_BEGUN = re.compile(r"(?<![0-9])[0-9]{2}[ .\-_/]?[0-9]{2}[ .\-_/]?[0-9]{2}")
_OTHER_THAN = re.compile(
    r"(?:autres? que|other than|mentioned|vis[ée]e?s?|sauf|except|hors|excluding|différente?s?)"
    r"[^0-9]{0,60}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WrittenCode:
    """A code as somebody wrote it.

    Parameters
    ----------
    code
        In the form ``17 05 03``; it may be none of the list.
    starred
        Whether a star stands by it.
    alone
        Whether nothing else stands in the text but words such as « code » or LoW.
    padded
        Whether a zero was put in front of five digits.
    excluded
        Whether the text says « other than those mentioned in » it.
    spaced
        Whether its pairs are parted.
    """

    code: str
    starred: bool = False
    alone: bool = True
    padded: bool = False
    excluded: bool = False
    spaced: bool = True


@lru_cache(maxsize=65_536)
def codes_in(text: str) -> tuple[WrittenCode, ...]:
    r"""Return the complete codes that a text holds, each once.

    Examples
    --------
    >>> [(code.code, code.starred) for code in codes_in("LoW 17\u00a005\u00a003*")]
    [('17 05 03', True)]
    >>> [code.code for code in codes_in("10306.0")], codes_in("12 rue du Port"), codes_in("17 05")
    (['01 03 06'], (), ())
    """
    plain = " ".join(_QUOTES.sub(" ", _plain(text)).split())
    single = _ALONE.fullmatch(_PREFIX.sub("", plain, count=1))
    if single:
        digits = "".join(part or "" for part in single.group("a", "b", "c", "thousands", "units"))
        code = _spelled(digits.zfill(6))
        starred = "*" in single["before"] + single["after"]
        return (WrittenCode(code, starred, padded=len(digits) == 5),)
    codes: dict[str, WrittenCode] = {}
    for match in _WITHIN.finditer(f" {plain}"):
        code = _spelled(match["a"] + match["b"] + match["c"])
        excluded = bool(_OTHER_THAN.search(f" {plain}"[: match.start()]))
        written = WrittenCode(
            code, "*" in match["after"], False, excluded=excluded, spaced=bool(match["apart"])
        )
        codes.setdefault(code, written)
    return tuple(codes.values())


def resembles_code(text: str) -> bool:
    """Return whether a text that holds no code was meant as one: its nearest name is no answer.

    Examples
    --------
    >>> resembles_code("17 05 03/04"), resembles_code("170"), resembles_code("sable 0/4")
    (True, True, False)
    """
    plain = _plain(text)
    return bool(_BEGUN.search(plain)) or not any(letter.isalpha() for letter in plain)


def _plain(text: str) -> str:
    """Return a text without what nobody sees, its digits and signs in their usual form."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_SIGNS)


def _spelled(digits: str) -> str:
    return f"{digits[:2]} {digits[2:4]} {digits[4:]}"

"""Characters that nobody sees: taken off what is read, replaced in what is printed.

Control characters, marks of byte order in the middle of a text, code points that are no characters,
and marks that turn the direction of writing break documents, hide one name behind another, and are
never meant.
"""

from __future__ import annotations

import re

_NO_CHARACTERS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}"
                         for plane in range(0x10000, 0x110000, 0x10000))  # fmt: skip
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # marks of format
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff" + _NO_CHARACTERS + "\U000e0000-\U000e007f"
)
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_BREAKS = "\x0b\x0c\x85\u2028\u2029"

UNSEEN = re.compile(f"[{_UNSEEN}{_BREAKS}]")
"""What `clean` changes."""
_ONLY_UNSEEN = re.compile(f"[{_UNSEEN}]")
_ONLY_BREAKS = re.compile(f"[{_BREAKS}]")
_UNPRINTABLE = re.compile(f"[{_UNSEEN}{_PRIVATE}]")


def clean(text: str) -> str:
    r"""Return a text without the characters that nobody sees; odd line breaks become spaces.

    Examples
    --------
    >>> clean("\ufeffCimenterie\x7f du\x0bCap")
    'Cimenterie du Cap'
    """
    if not UNSEEN.search(text):
        return text
    return _ONLY_BREAKS.sub(" ", _ONLY_UNSEEN.sub("", text)).strip()


def printable(text: str) -> str:
    r"""Return a text that every document can hold: U+FFFD for what has no shape.

    Examples
    --------
    >>> printable("Acier\ue000\ufeff")
    'Acier\ufffd\ufffd'
    """
    if not _UNPRINTABLE.search(text) and not _ONLY_BREAKS.search(text):
        return text
    return _UNPRINTABLE.sub("\ufffd", _ONLY_BREAKS.sub(" ", text))

"""What of a large territory is drawn, in words: nothing is left out in silence."""

from __future__ import annotations

import pydeck as pdk

from symbiosis.maps import Picture, numbers
from symbiosis.maps.crowd import sent
from symbiosis.pages import parts
from symbiosis.pages.words import language, n_


def left_out(deck: pdk.Deck, picture: Picture) -> None:
    """Say how many exchanges and firms of a picture are drawn, where it is not all of them.

    Parameters
    ----------
    deck, picture
        The map, and the rows that it was made of.
    """
    drawn = sent(deck)
    if drawn["exchanges"] < len(picture.shipments):
        parts.note(
            n_(
                "{shown} exchange drawn of {all}, the largest of its unit; the figures count all.",
                "{shown} exchanges drawn of {all}, the largest of each unit; "
                "the figures count all.",
                drawn["exchanges"],
            ).format(**_said(drawn["exchanges"], len(picture.shipments)))
        )
    if drawn["firms"] < len(picture.firms):
        parts.note(
            n_(
                "{shown} firm drawn of {all}: choose a territory or a commune to see all of its "
                "firms.",
                "{shown} firms drawn of {all}: the heaviest, and the ends of the exchanges drawn. "
                "Choose a territory or a commune to see all of its firms.",
                drawn["firms"],
            ).format(**_said(drawn["firms"], len(picture.firms)))
        )


def _said(shown: int, of: int) -> dict[str, str]:
    return {"shown": numbers.number(shown, language()), "all": numbers.number(of, language())}

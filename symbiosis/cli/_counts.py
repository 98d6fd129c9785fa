"""How many there are of something, in the words of its number: no firm, 1 firm, 2 firms."""

from __future__ import annotations

from symbiosis.errors import Message, say


def firms(number: int) -> Message:
    """Return a count of firms in words."""
    if not number:
        return say("no firm")
    return say("1 firm") if number == 1 else say("{number} firms", number=number)


def offers(number: int) -> Message:
    """Return a count of offers in words."""
    if not number:
        return say("no offer")
    return say("1 offer") if number == 1 else say("{number} offers", number=number)


def needs(number: int) -> Message:
    """Return a count of needs in words."""
    if not number:
        return say("no need")
    return say("1 need") if number == 1 else say("{number} needs", number=number)

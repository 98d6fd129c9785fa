"""How far a matching is, in words that mean something to whoever waits."""

from __future__ import annotations

from symbiosis.maps import numbers
from symbiosis.matching.progress import Step
from symbiosis.pages.words import _, language

WORTH_SAYING = (0.001, 1.0)
"""Gaps between which the distance from the best is told: beyond them the number says nothing."""


def said(step: Step) -> str:
    """Return which part and round a matching is at, and how far from the best at most.

    Parameters
    ----------
    step
        What the matching tells.
    """
    least, most = WORTH_SAYING
    text = _("Part {part} of {parts}, round {round}")
    if least <= step.relative_gap < most:
        text = _("Part {part} of {parts}, round {round}: at most {gap} below the best")
    gap = numbers.percent(step.relative_gap, language(), 1)
    return text.format(part=step.part, parts=step.parts, round=step.round, gap=gap)

"""The line that changes while the user waits."""

import math

import pytest

from symbiosis.cli._progress import Waiting
from symbiosis.matching.progress import Step


class Line:
    """Stands for rich's status: keeps what it was last told."""

    def update(self, text):
        self.text = text.plain


@pytest.mark.parametrize(
    ("lang", "first", "later"),
    [
        (
            "en",
            "Matching: part 1 of 1,200, round 1, proven gap – over 4,000,000 possible pairs",
            "Matching: part 1 of 1,200, round 2, proven gap 7.87% over 4,000,000 possible pairs",
        ),
        (
            "fr",
            "Appariement\u00a0: partie 1 sur 1\u202f200, tour 1, écart prouvé – sur"
            " 4\u202f000\u202f000 paires possibles",
            "Appariement\u00a0: partie 1 sur 1\u202f200, tour 2, écart prouvé 7,87\u202f% sur"
            " 4\u202f000\u202f000 paires possibles",
        ),
    ],
)
def test_a_step_tells_part_round_gap_and_pairs(monkeypatch, lang, first, later):
    monkeypatch.setenv("LC_ALL", lang)
    line = Line()
    waiting = Waiting(line, None)
    waiting.step(Step(1, 1200, 1, 0.0, math.inf, 4_000_000))
    assert line.text == first
    waiting.step(Step(1, 1200, 2, 9.5, 0.0787, 4_000_000))
    assert line.text == later

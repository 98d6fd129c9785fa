"""How far parts have come, told from one process to another."""

from __future__ import annotations

import math
from multiprocessing import get_context

from symbiosis.matching.board import Board
from symbiosis.matching.progress import Step


def test_news_are_the_rounds_since_one_last_asked():
    board = Board(get_context("spawn"), 3)
    assert board.news() == []
    first, second = Step(2, 3, 1, 10.0, math.inf, 400), Step(2, 3, 2, 12.5, 0.25, 400)
    board.write(first)
    assert board.news() == [first]
    assert board.news() == []
    other = Step(3, 3, 7, 1.0, 0.0, 2**40)
    board.write(second)
    board.write(other)
    assert board.news() == [second, other]

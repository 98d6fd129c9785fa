"""Words while a study runs: what is being done, and how far the proof has come."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.status import Status
from rich.text import Text

from symbiosis.cli._show import console, language, plain, words
from symbiosis.errors import Message, say

if TYPE_CHECKING:
    from symbiosis.matching.progress import Step


class Waiting:
    """One line that changes while the user waits; in a file or a pipe, one line a stage."""

    def __init__(self, status: Status | None, screen: Console) -> None:
        self._status = status
        self._screen = screen
        self._translate = words()

    def stage(self, message: Message) -> None:
        """Say what begins now."""
        text = Text(plain(message.render(self._translate)))
        if self._status is None:
            self._screen.print(text, soft_wrap=True)
        else:
            self._status.update(text)

    def step(self, step: Step) -> None:
        """Say how far the matching has come; only where the line can change in place."""
        if self._status is None:
            return
        # The engine, which a command loads once it works, speaks of numbers.
        from symbiosis.reports.figures import Speaker

        speaker = Speaker(language())
        gap = "–" if math.isinf(step.relative_gap) else speaker.percent(step.relative_gap, 2)
        message = say(
            "Matching: part {part} of {parts}, round {round}, proven gap {gap} over {pairs}"
            " possible pairs",
            part=speaker.number(step.part), parts=speaker.number(step.parts), round=step.round,
            gap=gap, pairs=speaker.number(step.pairs_covered),
        )  # fmt: skip
        self._status.update(Text(plain(message.render(self._translate))))


@contextmanager
def waiting() -> Iterator[Waiting]:
    """Give a `Waiting` on the standard error, and clear its line at the end."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield Waiting(None, screen)
        return
    with screen.status("") as status:
        yield Waiting(status, screen)

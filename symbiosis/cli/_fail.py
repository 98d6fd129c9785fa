"""How an error leaves the command line: words for the user, a status for the script."""

from __future__ import annotations

import traceback

from symbiosis.cli._show import console, plain, show_problems, tell
from symbiosis.errors import DataError, InternalError, Message, SymbiosisError, say

USER = 2
OURS = 1


def fail(error: BaseException, *, debug: bool = False) -> int:
    """Print what went wrong on the standard error and return the exit status.

    Parameters
    ----------
    error
        What a command raised.
    debug
        Whether the traceback of a fault of ours is printed too.

    Returns
    -------
    int
        2 when the user can mend it, 1 when only we can.
    """
    if isinstance(error, DataError) and len(error.problems):
        show_problems(error.problems)
        tell(_count(len(error.problems)), stderr=True, style="bold red")
        return USER
    if isinstance(error, SymbiosisError) and not isinstance(error, InternalError):
        said = error.args[0] if error.args else ""
        if isinstance(said, Message):
            tell(said, stderr=True, style="bold red")
        else:
            _line(str(error))
        return USER
    if debug:
        console(stderr=True).print(
            plain("".join(traceback.format_exception(error))), soft_wrap=True
        )
    kind = type(error).__name__
    tell(say("Our fault: {kind}: {error}", kind=kind, error=error), stderr=True, style="bold red")
    if not debug:
        tell("Run it again as “symbiosis --debug …” to see where.", stderr=True)
    return OURS


def _count(number: int) -> Message:
    if number == 1:
        return say("One problem; nothing was written.")
    return say("{number} problems; nothing was written.", number=number)


def _line(text: str) -> None:
    console(stderr=True).print(plain(text), style="bold red", soft_wrap=True)

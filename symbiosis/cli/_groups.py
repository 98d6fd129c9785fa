"""Options that belong together, declared as one frozen dataclass and received as one argument."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

Command = Callable[..., Any]


def grouped(name: str, kind: type) -> Callable[[Command], Command]:
    """Return a decorator that gives a command the options of a dataclass as one argument.

    Parameters
    ----------
    name
        The argument that receives them.
    kind
        A dataclass whose fields are annotated as options; every field has a default.
    """
    kinds = inspect.signature(kind, eval_str=True).parameters
    options = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in kinds.values()]

    def with_options(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True)

        @wraps(command)
        def wrapped(*args: Any, **given: Any) -> Any:
            group = kind(**{field: given.pop(field) for field in kinds})
            return command(*args, **{name: group}, **given)

        kept = [each for each in own.parameters.values() if each.name != name]
        parameters = [*kept, *options]
        wrapped.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        wrapped.__annotations__ = {each.name: each.annotation for each in parameters}
        return wrapped

    return with_options

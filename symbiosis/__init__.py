"""Industrial-symbiosis matchmaking: declare, connect, match, assess.

Examples
--------
>>> import symbiosis as sy
>>> sy.Scenario().preset
'value'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbiosis.flows import Flows, read
    from symbiosis.graph import Graph, connect
    from symbiosis.impacts import Impact, assess
    from symbiosis.matching import Match, match
    from symbiosis.scenario import Scenario
    from symbiosis.study import Study, run

__version__ = "0.1.0"

_HOMES = {
    "Flows": "flows",
    "read": "flows",
    "Graph": "graph",
    "connect": "graph",
    "Match": "matching",
    "match": "matching",
    "Impact": "impacts",
    "assess": "impacts",
    "Scenario": "scenario",
    "Study": "study",
    "run": "study",
}

__all__ = [
    "Flows",
    "Graph",
    "Impact",
    "Match",
    "Scenario",
    "Study",
    "assess",
    "connect",
    "match",
    "read",
    "run",
]


def __getattr__(name: str) -> Any:
    """Load a verb or a type at its first use, so that the import stays under a second."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symbiosis' has no attribute {name!r}")
    return getattr(import_module(f"symbiosis.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

"""The mathematics: problem, solver, certificate."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbiosis.matching.matcher import match
    from symbiosis.matching.model import Match, MatchCertificate
    from symbiosis.matching.plan import Certificate, Places, Plan
    from symbiosis.matching.transportation import transport

_HOMES = {
    "Certificate": "plan",
    "Match": "model",
    "MatchCertificate": "model",
    "Places": "plan",
    "Plan": "plan",
    "match": "matcher",
    "transport": "transportation",
}

__all__ = ["Certificate", "Match", "MatchCertificate", "Places", "Plan", "match", "transport"]


def __getattr__(name: str) -> Any:
    """Load a name at its first use: the transport problem alone takes no library of maps."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symbiosis.matching' has no attribute {name!r}")
    return getattr(import_module(f"symbiosis.matching.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

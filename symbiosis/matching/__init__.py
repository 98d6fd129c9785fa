"""The mathematics: problem, solver, certificate."""

from symbiosis.matching.matcher import match
from symbiosis.matching.model import Match, MatchCertificate
from symbiosis.matching.plan import Certificate, Places, Plan
from symbiosis.matching.transport import transport

__all__ = ["Certificate", "Match", "MatchCertificate", "Places", "Plan", "match", "transport"]

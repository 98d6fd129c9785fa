"""The mathematics: problem, solver, certificate."""

from symbiosis.matching.matcher import match
from symbiosis.matching.model import Match, MatchCertificate

__all__ = ["Match", "MatchCertificate", "match"]

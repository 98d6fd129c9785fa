"""How fast, how much memory, how good: the engine beside other exact solvers."""

from symbiosis.bench.table import CASES, Growth, Row, growth, run

__all__ = ["CASES", "Growth", "Row", "growth", "run"]

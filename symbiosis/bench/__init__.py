"""How fast, how much memory, how good: the engine beside other exact solvers."""

from symbiosis.bench.table import CASES, Row, run

__all__ = ["CASES", "Row", "run"]

"""Who could send what to whom, at what value."""

from symbiosis.graph.model import Graph, Lane, connect

__all__ = ["Graph", "Lane", "connect"]

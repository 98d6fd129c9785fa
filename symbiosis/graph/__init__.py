"""Who could send what to whom, at what value."""

from symbiosis.graph.model import Graph, Lane

__all__ = ["Graph", "Lane"]

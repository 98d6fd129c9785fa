"""The links of the chain, oldest first by their number."""

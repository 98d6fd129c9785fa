"""The declaration contract: reading, checking, template, imports."""

from symbiosis.flows.model import Flows

__all__ = ["Flows"]

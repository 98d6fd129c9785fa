"""The store over HTTP, beside the app: for firms' own systems and for analysts' scripts.

Examples
--------
>>> from symbiosis.api import create_app
>>> from symbiosis.storage import open_store
>>> app = create_app(open_store("sqlite://", create=True))
>>> app.title
'symbiosis'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symbiosis.errors import StorageError, say

if TYPE_CHECKING:
    from symbiosis.api.app import create_app
    from symbiosis.api.guard import Guard, Limits

_HOMES = {"Guard": "guard", "Limits": "guard", "create_app": "app"}

__all__ = ["Guard", "Limits", "create_app"]


def __getattr__(name: str) -> Any:
    """Load what needs the server's libraries at its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symbiosis.api' has no attribute {name!r}")
    try:
        return getattr(import_module(f"symbiosis.api.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"fastapi", "starlette", "uvicorn"}:
            raise
        raise StorageError(
            say("The server needs more libraries: run “pip install 'symbiosis[db]'”.")
        ) from error

"""Starlette's test client, whose newest version asks for another HTTP library by a warning."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient, WebSocketDisconnect

__all__ = ["TestClient", "WebSocketDisconnect"]

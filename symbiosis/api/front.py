"""One port for both: the HTTP interface under ``/api`` and ``/health``, the app everywhere else."""

from __future__ import annotations

from symbiosis.api.guard import App, Receive, Scope, Send


class Front:
    """ASGI application that hands each request to the one whose address it is.

    Parameters
    ----------
    api
        The HTTP interface.
    app
        The app; its start and stop are those of the server.
    """

    def __init__(self, api: App, app: App) -> None:
        self.api, self.app = api, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        path = str(scope.get("path", ""))
        ours = scope["type"] == "http" and (path.startswith("/api/") or path == "/health")
        await (self.api if ours else self.app)(scope, receive, send)

"""``symbiosis serve``: the app and the HTTP interface on one port, for a small server."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated, Any

import typer

from symbiosis.cli._show import tell
from symbiosis.cli._store_door import tell_backup
from symbiosis.errors import StorageError, say

# What a page tells the server at once is some clicks and corrected cells, in bytes.
_LARGEST_MESSAGE = 4_000_000
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    *,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; this machine only by default.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port.")] = 8501,
    single_user: Annotated[
        bool,
        typer.Option(
            "--single-user",
            help="Serve other machines without any sign-in: whoever reaches the port may do "
            "everything.",
        ),
    ] = False,
    proxy: Annotated[
        str,
        typer.Option(
            "--proxy",
            help="Address of the reverse proxy in front, whose word on the caller's address is "
            "taken; none by default.",
        ),
    ] = "",
    api_per_minute: Annotated[
        int, typer.Option("--api-per-minute", min=1, help="Requests of one address to the API.")
    ] = 300,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            help="A name under which this server is reached in single-user mode, besides the "
            "machine's own and its address in digits; may be repeated.",
        ),
    ] = None,
    api_only: Annotated[bool, typer.Option("--api-only", help="Leave the app out.")] = False,
) -> None:
    r"""Serve the app and the HTTP interface (/api/v1, described by /api/openapi.json; /health).

    The store is made at the first start. With an \[auth] section in .streamlit/secrets.toml people
    sign in with your identity provider; without it the server is for one person of this machine.

    Example: symbiosis serve --port 8501
    """
    # The server's libraries are optional, and take a second to load.
    from symbiosis.api import Guard, Limits, create_app
    from symbiosis.api.connections import Connections, protocol
    from symbiosis.api.front import Front
    from symbiosis.api.logs import to_stderr
    from symbiosis.api.retention import retained
    from symbiosis.storage import open_store
    from symbiosis.storage.serving import only_server

    if not api_only and find_spec("streamlit") is None:
        raise StorageError(
            say("The app needs Streamlit: run “pip install 'symbiosis[app]'”, or say --api-only.")
        )
    limits = Limits(api_per_minute=api_per_minute)
    with open_store(create=True) as store, only_server(store.url), retained(store):
        tell_backup(store.backup_before)
        alone = not (api_only or _signs_in())
        # Behind a proxy everybody comes from this machine.
        here = host in LOOPBACK and not proxy
        if alone and not here and not single_user:
            raise StorageError(
                say(
                    "No sign-in is configured, so only this machine may be served: add an [auth] "
                    "section to .streamlit/secrets.toml, or say --single-user."
                )
            )
        if alone:
            tell("No sign-in is configured: single-user mode.", stderr=True, style="yellow")
        api = create_app(store, limits=limits, single_user=alone and here)
        whole = api if api_only else Front(api, _app(name or []))
        tell(say("Serving http://{host}:{port}", host=host, port=port), stderr=True)
        to_stderr()
        _listen(
            Guard(whole, limits), host=host, port=port, log_config=None, access_log=False,
            server_header=False, proxy_headers=bool(proxy), forwarded_allow_ips=proxy or None,
            timeout_keep_alive=15, timeout_graceful_shutdown=10,
            http=protocol(Connections(limits, proxy)), ws_max_size=_LARGEST_MESSAGE,
        )  # fmt: skip


def _listen(app: Any, **options: Any) -> None:
    import uvicorn  # loaded once `symbiosis.api` has said what is missing

    uvicorn.run(app, **options)


def _signs_in() -> bool:
    from symbiosis.pages.served import signs_in  # loads Streamlit

    return signs_in()


def _app(names: list[str]) -> Any:
    from symbiosis.pages.served import application  # loads Streamlit

    return application(frozenset(name.lower().rstrip(".") for name in names))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)

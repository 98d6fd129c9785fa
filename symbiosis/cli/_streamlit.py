"""Starting the app: one child process, on this machine only unless the user says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from symbiosis import bundled
from symbiosis.cli._show import tell
from symbiosis.errors import SymbiosisError, say

LOOPBACK = "127.0.0.1"


def start(
    path: Path | None, *, address: str = LOOPBACK, port: int | None = None, browser: bool = True
) -> None:
    """Run the app until it is stopped (Ctrl-C).

    Parameters
    ----------
    path
        The data that it opens first; the demonstration territory if None.
    address, port
        Where it listens; Streamlit's next free port if None.
    browser
        Whether the user's browser is opened where there is a display.

    Raises
    ------
    SymbiosisError
        If Streamlit is not installed, or the app stops by itself with an error.
    """
    if find_spec("streamlit") is None:
        raise SymbiosisError("The app needs Streamlit: pip install 'symbiosis[app]'")
    home = bundled.home()
    command = [sys.executable, "-m", "streamlit", "run", str(home / "app.py")]
    options = {
        "server.address": address,
        "server.headless": "false" if browser and has_display() else "true",
        "server.showEmailPrompt": "false",
        "browser.gatherUsageStats": "false",
    }
    if port is not None:
        options["server.port"] = str(port)
    command += [f"--{name}={value}" for name, value in options.items()]
    environment = dict(os.environ)
    if path is not None:
        environment["SYMBIOSIS_PATH"] = str(path.resolve())
    tell("Opening the map; stop it with Ctrl-C.", stderr=True)
    try:
        # Streamlit reads .streamlit/config.toml from the working directory.
        status = subprocess.run(command, env=environment, cwd=home, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return
    if status > 0:
        raise SymbiosisError(str(say("The app stopped with status {status}.", status=status)))


def has_display() -> bool:
    """Whether a browser window could open: Windows, macOS, or where X or Wayland runs."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

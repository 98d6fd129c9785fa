"""A server of our own and a real Chromium, for the tests and for the pictures."""

import math
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from symbiosis.maps.window import first_view

ROOT = Path(__file__).parents[2]
HARDWARE = ["--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"]
SOFTWARE = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PATIENCE_MS = 60_000
PAGES = ["", "declarer", "synergies", "scenarios", "impact", "donnees"]


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(port: int = 0, **environment: str) -> Iterator[str]:
    """Serve app.py on this port, or a free one of this machine; yields its address."""
    port = port or free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port),
        "--server.headless", "true", "--server.address", "127.0.0.1",
        "--server.fileWatcherType", "none",
    ]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:  # in the middle of a matching, on a busy machine
            server.kill()
            server.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium with WebGL."""
    egl = Path("/usr/lib/x86_64-linux-gnu/libEGL.so.1").exists()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox", *(HARDWARE if egl else SOFTWARE)],
        )
        yield browser
        browser.close()


def settled(page: Page) -> None:
    """Wait until the script has run to its end."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]',
                           timeout=PATIENCE_MS)  # fmt: skip


def open_map(page: Page, address: str) -> Locator:
    """Open the map and return its canvas once it is there."""
    page.goto(address)
    page.wait_for_selector(".sy-figure", timeout=PATIENCE_MS)
    canvas = page.get_by_test_id("stDeckGlJsonChart")
    canvas.wait_for(timeout=PATIENCE_MS)
    settled(page)
    return canvas


def pixel(
    place: tuple[float, float], centre: tuple[float, float], zoom: float, box: dict[str, float]
) -> tuple[float, float]:
    """Return where a longitude and latitude stand on the screen (Web Mercator, 512 px tiles)."""
    scale = 512 * 2**zoom

    def flat(longitude: float, latitude: float) -> tuple[float, float]:
        y = math.asinh(math.tan(math.radians(latitude)))
        return longitude / 360 * scale, -y / (2 * math.pi) * scale

    (x, y), (x0, y0) = flat(*place), flat(*centre)
    return box["x"] + box["width"] / 2 + x - x0, box["y"] + box["height"] / 2 + y - y0


def choose(page: Page, label: str, option: str, button: str) -> None:
    """Choose from a list until its button answers; a redraw may close the list or empty it."""
    for _ in range(12):
        page.get_by_label(label).press("ArrowDown")
        try:
            page.get_by_role("option", name=option).click(timeout=5_000)
            settled(page)
            expect(page.get_by_role("button", name=button)).to_be_enabled(timeout=5_000)
            return
        except (PlaywrightTimeout, AssertionError):
            page.keyboard.press("Escape")
            settled(page)
    raise AssertionError(f"the list {label} never kept {option}")


def click_firm(page, canvas, atlas, firm_id):
    """Click where a firm stands on the whole map."""
    longitude, latitude, zoom = first_view(atlas.firms, 700, 470)
    firm = atlas.firms.set_index("firm_id").loc[firm_id]
    centre = (round(longitude, 4), round(latitude, 4))
    box = canvas.bounding_box()
    page.mouse.click(*pixel((firm["longitude"], firm["latitude"]), centre, round(zoom, 2), box))


def open_firm(page, canvas, atlas, firm):
    """Click a firm until its card is there: a busy machine paints late, and elsewhere first."""
    heading = page.get_by_role("heading", name=firm["name"])
    for _ in range(6):
        page.wait_for_timeout(1500)
        click_firm(page, canvas, atlas, firm["firm_id"])
        settled(page)
        if heading.count():
            break
    heading.wait_for()


def loneliest(atlas):
    """Return the firm with exchanges that stands farthest from any other: a sure click."""
    xy = atlas.firms[["longitude", "latitude"]].to_numpy()
    apart = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    alone = atlas.firms.assign(apart=apart.min(axis=1))
    return alone[alone["exchanges"] > 0].sort_values("apart").iloc[-1]

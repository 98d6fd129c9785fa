"""Every sentence that a room shows, gathered from its sources."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKERS = {"_", "N_", "say", "tell", "tr", "translate", "plural"}
IN_TEMPLATES = re.compile(r"""(?:\b_|#?\btr)\(\s*(["'])(.*?)\1\s*\)""", re.S)


def in_python(path: Path) -> set[str]:
    """Return the first arguments of the functions that mark a sentence."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if name in MARKERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value)
    return found


def in_template(path: Path) -> set[str]:
    """Return the sentences that a template marks."""
    return {text for _, text in IN_TEMPLATES.findall(path.read_text(encoding="utf-8"))}


def of_room(room: str) -> set[str]:
    """Return every sentence of a room and of its templates."""
    found: set[str] = set()
    for path in (ROOT / "symbiosis" / room).rglob("*.py"):
        found |= in_python(path)
    for path in (ROOT / "symbiosis" / "data" / room).glob("*"):
        if path.suffix in {".html", ".typ"}:
            found |= in_template(path)
    return found - {""}

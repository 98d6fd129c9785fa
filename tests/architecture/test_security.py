"""Every claim of docs/SECURITY.md names a test that is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "SECURITY.md").read_text(encoding="utf-8")
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
FREE = "(no claim"
"""In the heading of a section that says what is not held, or what others must do."""


@cache
def functions(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def claims(page: str) -> list[str]:
    """Return each table row, bullet and paragraph of the sections that claim something."""
    page = re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S)
    blocks = []
    for section in page.split("\n## ")[1:]:
        heading, _, body = section.partition("\n")
        if FREE in heading:
            continue
        for block in re.split(r"\n(?=- |\|)|\n\s*\n", body):
            if block.strip() and not re.match(r"\|(-|.*\| held by \|$)", block.strip()):
                blocks.append(" ".join(block.split()))
    return blocks


def unheld(claim: str) -> str:
    """Return what the claim lacks; "" when its tests stand at its end and exist."""
    held = (
        claim.rstrip("| ").rsplit("|", 1)[-1] if claim.startswith("|") else claim.rpartition("→")[2]
    )
    named = TEST.findall(held)
    if not named or TEST.sub("", held).strip(" ,"):
        return "its end is not a list of tests"
    return ", ".join(
        f"{file}::{name} is not there"
        for file, name in named
        if not (ROOT / file).is_file() or (name and name not in functions(file))
    )


def test_every_claim_names_a_test_that_is_there():
    assert {claim: unheld(claim) for claim in claims(PAGE) if unheld(claim)} == {}


def test_the_page_is_read_as_claims():
    assert len(claims(PAGE)) > 40
    assert "What a deployment must add (no claim" in PAGE


@pytest.mark.parametrize(
    "claim",
    [
        "- Nothing is ever lost.",
        "- Nothing is ever lost. → `tests/storage/test_no_such_file.py`",
        "- Nothing is ever lost. → `tests/architecture/test_security.py::test_none`",
        "- It holds. → `tests/architecture/test_security.py` And this too.",
        "| who | what | |",
        "Prose between the lists.",
    ],
)
def test_a_claim_that_nothing_holds_is_seen(claim):
    (seen,) = claims(f"# Security\n\n## A section\n\n{claim}\n")
    assert unheld(seen)


def test_a_section_that_claims_nothing_needs_no_test():
    assert not claims("# Security\n\n## Yours (no claim: it is yours)\n\n- Lock the door.\n")

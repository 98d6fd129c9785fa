"""Every sentence of the store has its French, with the same fields."""

import ast
import re
from pathlib import Path

import pytest

from symbiosis.language import translator

PACKAGE = Path(__file__).parents[2] / "symbiosis"
FILES = [
    *sorted((PACKAGE / "storage").rglob("*.py")), *sorted((PACKAGE / "api").rglob("*.py")),
    PACKAGE / "cli" / "store.py", PACKAGE / "cli" / "_store_catalogue.py",
    PACKAGE / "cli" / "_store_people.py", PACKAGE / "cli" / "_store_door.py",
    PACKAGE / "cli" / "serve.py",
]  # fmt: skip
SPEAKERS = {"say", "tell", "N_"}


def sentences():
    found = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if named and node.func.id in SPEAKERS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return sorted(found)


@pytest.mark.parametrize("sentence", sentences())
def test_each_sentence_has_its_french(sentence):
    french = translator("fr")(sentence)
    assert french != sentence
    fields = re.compile(r"\{\w+\}")
    assert sorted(set(fields.findall(french))) == sorted(set(fields.findall(sentence)))

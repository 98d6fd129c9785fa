"""The page of the manual says what the contract says."""

from pathlib import Path

from symbiosis.flows.contract import fields
from symbiosis.flows.manual import page

PAGE = Path(__file__).parents[2] / "docs" / "DECLARATIONS.md"


def test_the_page_is_that_of_the_contract():
    """When this fails: python -m symbiosis.flows.manual docs/DECLARATIONS.md."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_field_is_on_the_page():
    text = page()
    assert not [name for name in fields() if f"`{name}`" not in text and "quantity_" not in name]

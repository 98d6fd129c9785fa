"""The door of the room: each name loads, and none is hidden by a module of the same name."""

from pathlib import Path

import pytest

from symbiosis import reports


@pytest.mark.parametrize("name", reports.__all__)
def test_every_name_loads(name):
    assert getattr(reports, name) is not None


def test_no_module_hides_a_name():
    modules = {path.stem for path in Path(reports.__file__).parent.glob("*.py")}
    assert not modules & set(reports.__all__)


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="nonsense"):
        reports.nonsense  # noqa: B018

"""A small declaration, and the means to spoil it."""

import pytest

HEADER = "Entreprise;Sens;Matière;Quantité;Unité;Longitude;Latitude"
GOOD = "Verrerie des Dunes;sortie;10 11 12;1 200,5;t/an;2,3768;51,0344"


@pytest.fixture
def flat(tmp_path):
    """Return a function that writes a flat file of lines and returns its path."""

    def write(*lines, header=HEADER, name="flux.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return path

    return write


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes firms.csv and flows.csv and returns the folder."""

    def write(firms, flows):
        (tmp_path / "firms.csv").write_text("\n".join(firms) + "\n", encoding="utf-8")
        (tmp_path / "flows.csv").write_text("\n".join(flows) + "\n", encoding="utf-8")
        return tmp_path

    return write

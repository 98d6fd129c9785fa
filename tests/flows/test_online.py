"""Addresses placed online: each answer is noted with its precision; nothing is asked unasked."""

import sys

import pytest

import symbiosis as sy
from symbiosis.errors import DataError
from symbiosis.flows import online, reader
from symbiosis.flows.online import Answer, read_answer
from tests.flows.conftest import GOOD, HEADER

PLACES = HEADER.replace("Longitude;Latitude", "Adresse;Code postal;Commune")
LINE = GOOD.replace("2,3768;51,0344", "12 quai des Brumes;59140;Dunkerque")


def feature(kind="housenumber", score=0.9):
    about = {"type": kind, "score": score, "label": "12 Quai des Brumes 59140 Dunkerque"}
    return {"geometry": {"coordinates": [2.37, 51.04]}, "properties": about}


@pytest.mark.parametrize(("kind", "metres"), [("housenumber", 20), ("municipality", 3000)])
def test_the_precision_follows_the_kind_of_answer(kind, metres):
    assert read_answer(feature(kind)).precision_m == metres


def test_an_unlikely_answer_is_none():
    assert read_answer(feature(score=0.2)) is None


def test_each_address_is_asked_once_and_noted(flat, monkeypatch):
    asked = []

    def ask(address):
        asked.append(address)
        return read_answer(feature())

    monkeypatch.setattr(reader, "national_service", lambda: ask)
    flows = sy.read(flat(LINE, LINE.replace("sortie", "entrée"), header=PLACES), communes="online")
    assert asked == ["12 quai des Brumes 59140 Dunkerque"]
    assert flows.firms.loc[0, ["longitude", "latitude", "place_precision_m"]].tolist() == [
        2.37, 51.04, 20,
    ]  # fmt: skip
    assert "to about 20 m" in flows.notes.loc[0, "problem"]


def test_without_an_answer_the_commune_is_the_place_and_an_unknown_one_a_problem(flat, monkeypatch):
    monkeypatch.setattr(reader, "national_service", lambda: lambda address: None)
    firm = sy.read(flat(LINE, header=PLACES), communes="online").firms.iloc[0]
    assert (firm["longitude"], firm["latitude"]) == (2.3431, 51.0292)
    assert firm["place_precision_m"] > 1000
    with pytest.raises(DataError, match="cannot be placed"):
        sy.read(flat(LINE.replace("Dunkerque", "Ys"), header=PLACES), communes="online")


def test_nothing_is_asked_unless_told_to(flat, monkeypatch):
    monkeypatch.setattr(reader, "national_service", lambda: pytest.fail("asked"))
    assert sy.read(flat(LINE, header=PLACES)).firms["insee"].tolist() == ["59183"]


def test_a_silent_service_and_a_missing_library_are_sentences(monkeypatch):
    monkeypatch.setattr(online, "SERVICE", "127.0.0.1:9")
    with pytest.raises(DataError, match="does not answer"):
        online.national_service()("Dunkerque")
    monkeypatch.setitem(sys.modules, "geopy.geocoders", None)
    with pytest.raises(DataError, match="geopy"):
        online.national_service()
    assert isinstance(read_answer(feature()), Answer)

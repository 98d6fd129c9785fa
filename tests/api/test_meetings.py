"""Two firms agree to meet through the interface; nobody else learns of it."""

import json

import pytest

PATH = "/api/v1/meetings"


def listed(client, headers, **of):
    found = client.get(PATH, headers=headers).json()["meetings"]
    return [row for row in found if all(row[name] == value for name, value in of.items())]


def test_two_firms_propose_accept_and_see_each_other_and_a_third_does_not(client, as_):
    (ours,) = listed(client, as_("ash"), hidden=True)
    assert (ours["state"], ours["side"], ours["within_km"]) == ("none", "offer", 200.0)
    assert (ours["partner"], ours["contact"], ours["quantity"]) == ("", "", None)
    assert "cedar" not in client.get(PATH, headers=as_("ash")).text.lower()
    (theirs,) = listed(client, as_("cedar"))
    proposed = client.post(f"{PATH}/{ours['meeting_id']}", headers=as_("ash"))
    assert (proposed.status_code, proposed.json()["state"]) == (200, "waiting")
    assert proposed.json()["contact"] == ""
    assert listed(client, as_("cedar"))[0]["state"] == "asked"
    accepted = client.post(f"{PATH}/{theirs['meeting_id']}", headers=as_("cedar")).json()
    assert [accepted[n] for n in ("state", "partner", "contact", "quantity", "unit")] == [
        "agreed", "Ash", "ash@phone", 9.0, "t",
    ]  # fmt: skip
    (open_,) = listed(client, as_("ash"), state="agreed")
    assert (open_["partner"], open_["contact"], open_["quantity"]) == ("Cedar", "cedar@phone", 9.0)
    for name in ("beech", "analyst"):
        assert "cedar" not in client.get(PATH, headers=as_(name)).text.lower()
    assert "cedar@phone" not in client.get("/api/v1/matches", headers=as_("analyst")).text
    back = client.delete(f"{PATH}/{theirs['meeting_id']}", headers=as_("cedar")).json()
    assert (back["state"], back["contact"]) == ("asked", "")
    assert "cedar" not in client.get(PATH, headers=as_("ash")).text.lower()
    client.delete(f"{PATH}/{ours['meeting_id']}", headers=as_("ash"))
    assert {row["state"] for row in listed(client, as_("ash"))} == {"none"}


@pytest.mark.parametrize("method", ["post", "delete"])
@pytest.mark.parametrize(
    ("name", "status"),
    [(None, 403), ("analyst", 403), ("administrator", 403), ("ash", 404), ("officer", 404)],
)
def test_another_s_meeting_is_nobody_else_s(client, as_, method, name, status):
    (theirs,) = listed(client, as_("cedar"))
    answer = getattr(client, method)(f"{PATH}/{theirs['meeting_id']}", headers=as_(name))
    assert answer.status_code == status, answer.text
    assert listed(client, as_("cedar"))[0]["state"] == "none"


def test_an_officer_speaks_for_the_firms_of_the_territory(client, as_):
    assert {row["firm_id"] for row in listed(client, as_("officer"))} == {"ash", "beech"}


def test_the_taker_of_a_private_offer_has_no_digest_to_try_a_guess_on(client, as_):
    (match,) = client.get("/api/v1/matches", headers=as_("beech")).json()["matches"]
    assert match["shipment_id"] == ""
    assert "ash" not in json.dumps(listed(client, as_("beech"))).lower()

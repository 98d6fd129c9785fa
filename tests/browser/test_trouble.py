"""What goes wrong ends in a sentence, and loses nothing."""

import io
import re

import openpyxl
import pytest

from tests.browser import driver
from tests.browser.driver import PATIENCE_MS, choose, settled
from tests.browser.test_journeys import MESSY, drop, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NO_EXCUSE = ["Traceback", "Connection error", "Page not found", "not allowed", "or smaller"]


def words_after(page, selector):
    """Return what the style sheet writes after an element."""
    return page.evaluate(
        f"getComputedStyle(document.querySelector({selector!r}), '::after').content"
    )


def never_in_english(page):
    for words in NO_EXCUSE:
        assert not [one for one in page.get_by_text(words).all() if one.is_visible()], words


def test_a_lost_server_is_told_in_words_and_comes_back(browser, tmp_path):
    port = driver.free_port()
    store = f"sqlite:///{tmp_path}/store.db"
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    with driver.served(port=port, SYMBIOSIS_DATABASE_URL=store, SYMBIOSIS_PATH="") as address:
        visit(page, address, "donnees")
    lost = page.get_by_role("alert").filter(has_text="ne répond plus")
    lost.wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(4000)  # Streamlit opens a dialog of its own by now
    never_in_english(page)
    with driver.served(port=port, SYMBIOSIS_DATABASE_URL=store, SYMBIOSIS_PATH=""):
        lost.wait_for(state="hidden", timeout=PATIENCE_MS)
        settled(page)
        page.get_by_role("heading", name="Données et méthode").wait_for()
        never_in_english(page)
    context.close()


def test_a_reload_midway_loses_no_correction(page, address):
    visit(page, address, "declarer")
    drop(page, "flux.csv", MESSY.encode())
    page.get_by_label("Qu’est-ce que « boues très bizarres »").click()
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Utiliser").click()
    page.get_by_role("tab", name="À corriger (1)").wait_for()
    settled(page)
    page.wait_for_url(re.compile("draft="))
    page.reload()
    page.get_by_text("votre tableau est toujours là").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("tab", name="À corriger (1)").wait_for()


def test_a_draft_is_not_another_reader_s(browser, page, address):
    visit(page, address, "declarer")
    drop(page, "flux.csv", MESSY.encode())
    page.wait_for_url(re.compile("draft="))
    other = browser.new_context(locale="fr-FR", user_agent="Another browser")
    stranger = other.new_page()
    stranger.goto(page.url)
    stranger.wait_for_selector("h1", timeout=PATIENCE_MS)
    settled(stranger)
    stranger.get_by_text("1. Une ligne par flux").wait_for()
    assert not stranger.get_by_text("Verrerie du Cap").count()
    other.close()


@pytest.mark.parametrize("size", [300 << 20, 5000], ids=["300 MB", "a picture"])
def test_what_the_browser_refuses_is_told_in_our_words(page, address, tmp_path, size):
    file = tmp_path / ("big.csv" if size > 10**6 else "photo.png")
    with file.open("wb") as out:
        out.truncate(size)
    visit(page, address, "declarer")
    page.locator("input[type=file]").set_input_files(file)
    page.locator('[data-testid="stFileUploader"] [aria-invalid="true"]').wait_for()
    assert "Ce fichier n’a pas été envoyé" in words_after(page, '[data-testid="stFileUploader"]')
    never_in_english(page)


def test_an_empty_workbook_is_told_in_words(page, address):
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    visit(page, address, "declarer")
    drop(page, "vide.xlsx", book.getvalue(), "application/octet-stream")
    page.get_by_text("Ce jeu de données ne peut pas servir tel quel").wait_for()
    never_in_english(page)


def test_two_people_save_one_synergy_and_the_second_is_told(browser, own_address):
    contexts = [browser.new_context(locale="fr-FR") for _ in range(2)]
    one, two = (context.new_page() for context in contexts)
    visit(one, own_address, "synergies")
    one.get_by_role("button", name="Suivre").click()
    one.get_by_role("heading", name="Une synergie").wait_for()
    visit(two, own_address, "synergies")
    two.get_by_role("heading", name="Une synergie").wait_for()
    for page, stage in ((one, "En marche"), (two, "Contact")):
        page.get_by_role("button", name="Fiche à imprimer (PDF)").wait_for()
        settled(page)
        choose(page, "Faire avancer", stage, "Enregistrer le suivi")
        settled(page)
    for page in (one, two):
        page.get_by_role("button", name="Enregistrer le suivi").click()
        settled(page)
    two.get_by_text("entre-temps").first.wait_for()
    never_in_english(two)
    for context in contexts:
        context.close()


def test_a_declaration_is_saved_with_a_button(page, address):
    visit(page, address, "declarer")
    drop(page, "flux.csv", MESSY.encode())
    page.get_by_role("heading", name="Enregistrer cette déclaration").wait_for()
    settled(page)
    page.get_by_text("Mon territoire seulement").click()
    settled(page)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.get_by_text("Enregistré : ").wait_for()
    page.get_by_role("button", name="Ouvrir toutes les déclarations enregistrées").click()
    page.get_by_role("heading", name="Ce que nos entreprises peuvent échanger").wait_for()

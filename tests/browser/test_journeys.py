"""What people come for: declare a messy file, carry a synergy, compare, leave with documents."""

import io
import zipfile

import openpyxl
import pytest

from tests.browser.driver import PATIENCE_MS, choose, open_map, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MESSY = """Raison sociale;Commune;Longitude;Latitude;Sens;Matière;Quantité;Unité
Verrerie du Cap;Calais;1,86;50,95;sortie;calcin;1 200;t/an
Verrerie du Cap;Calais;1,86;50,95;sortie;boues très bizarres;40;t/an
Verrerie du Cap;Calais;1,86;50,95;entrée;sable;cinq mille;t
"""


def visit(page, address, path):
    page.goto(f"{address}/{path}")
    page.wait_for_selector("h1", timeout=PATIENCE_MS)
    settled(page)


def drop(page, name, content, kind="text/csv"):
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )


def drop_all(page, files):
    page.locator("input[type=file]").set_input_files(
        [{"name": n, "mimeType": "application/octet-stream", "buffer": b} for n, b in files.items()]
    )


def test_the_example_of_the_page_is_accepted_as_it_stands(page, address):
    """Journey A: what the first page shows as an example is copied into a file and dropped."""
    visit(page, address, "declarer")
    rows = page.locator("table tr")
    rows.nth(2).wait_for()
    cells = [row.locator("th,td").all_inner_texts() for row in rows.all()]
    table = "\n".join(";".join(cell for cell in row) for row in cells)
    assert len(cells) == 3
    drop(page, "exemple.csv", table.encode())
    page.get_by_text("Toutes les lignes sont bonnes.").wait_for()
    page.get_by_text("1 offre, 1 besoin").wait_for()
    page.get_by_role("heading", name="Vos meilleurs partenaires").wait_for()


def test_three_files_at_once_are_one_declaration(page, address):
    """Journey B: firms, what goes out and what comes in, in three files."""
    visit(page, address, "declarer")
    drop_all(page, {
        "entreprises.csv": b"Identifiant;Raison sociale;Commune\nV;Verrerie;59140 Dunkerque\n",
        "sorties.csv": "Identifiant;Matière;Quantité;Unité\nV;calcin;1200;t/an\n".encode(),
        "entrees.csv": "Identifiant;Matière;Quantité;Unité\nV;sable;5000;t/an\n".encode(),
    })  # fmt: skip
    page.get_by_text("Toutes les lignes sont bonnes.").wait_for()
    page.get_by_text("1 offre, 1 besoin").wait_for()
    page.get_by_role("tab", name="Toutes les lignes (3)").wait_for()


def test_a_workbook_with_sheets_of_what_goes_out_and_in(page, address):
    """Journey C: the names of the sheets say the direction."""
    book = openpyxl.Workbook()
    for name, material, quantity in (("Sorties", "calcin", 1200), ("Entrées", "sable", 5000)):
        sheet = book.create_sheet(name)
        sheet.append(["Entreprise", "Commune", "Matière", "Quantité", "Unité"])
        sheet.append(["Verrerie", "59140 Dunkerque", material, quantity, "t/an"])
    del book["Sheet"]
    held = io.BytesIO()
    book.save(held)
    visit(page, address, "declarer")
    drop_all(page, {"flux.xlsx": held.getvalue()})
    page.get_by_text("Toutes les lignes sont bonnes.").wait_for()
    page.get_by_text("1 offre, 1 besoin").wait_for()


def test_a_list_of_firms_leads_to_estimates_that_are_asked_for(page, address):
    """Journey D: no flow is declared, and the page says how to go on."""
    visit(page, address, "declarer")
    drop(page, "entreprises.csv",
         b"Raison sociale;Commune;NAF\nVerrerie;59140 Dunkerque;23.13Z\n")  # fmt: skip
    page.get_by_text("Aucun flux n’est encore déclaré").wait_for()
    page.get_by_role("button", name="Ajouter les flux habituels comme estimations").click()
    page.get_by_text("1 entreprise a des flux estimés d’après son activité").wait_for()
    settled(page)
    page.get_by_text("Avec les flux estimés").click()
    page.get_by_role("heading", name="Vos meilleurs partenaires").wait_for()
    page.get_by_text("Elles comptent ici").wait_for()


def test_what_was_saved_is_opened_again_and_compared(page, own_address):
    visit(page, own_address, "declarer")
    drop(page, "flux.csv", MESSY.split("\n", 2)[0].encode() + b"\n" + MESSY.split("\n")[1].encode())
    page.get_by_text("Toutes les lignes sont bonnes.").wait_for()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.get_by_text("2 ajouts").wait_for()
    visit(page, own_address, "declarer")
    page.get_by_label("Entreprises enregistrées").click()
    page.get_by_role("option", name="Verrerie du Cap (1 flux)").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Rouvrir").click()
    page.get_by_text("rien ne change").wait_for()


def test_a_messy_french_file_is_corrected_and_finds_its_takers(page, address):
    visit(page, address, "declarer")
    drop(page, "flux.csv", MESSY.encode("cp1252"))
    page.get_by_role("tab", name="À corriger (2)").wait_for()
    page.get_by_text("Qu’est-ce que « boues très bizarres »").wait_for()
    page.get_by_role("heading", name="Vos meilleurs partenaires").wait_for()

    page.get_by_label("Qu’est-ce que « boues très bizarres »").click()
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Utiliser").click()
    page.get_by_role("tab", name="À corriger (1)").wait_for()

    settled(page)
    page.get_by_role("button", name="Voir sur la carte").click()
    page.get_by_role("heading", name="Verrerie du Cap").wait_for()
    settled(page)
    page.get_by_text("Échanges (").wait_for()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vide.csv", b"", "vide|empty"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "."),
        ("rien.xlsx", b"not a workbook", "."),
    ],
)
def test_a_file_that_is_no_table_is_told_in_words(page, address, name, content, words):
    visit(page, address, "declarer")
    drop(page, name, content, "application/octet-stream")
    page.get_by_text("Ce jeu de données ne peut pas servir tel quel").wait_for()
    assert page.get_by_text("Traceback").count() == 0


def test_a_declaration_outlives_a_reload_of_nothing_and_the_back_button(page, address):
    visit(page, address, "declarer")
    drop(page, "flux.csv", MESSY.encode())
    page.get_by_role("tab", name="À corriger (2)").wait_for()
    page.get_by_role("link", name="Impact").click()
    page.get_by_role("heading", name="Ce que changent les échanges").wait_for()
    page.go_back()
    page.get_by_role("tab", name="À corriger (2)").wait_for()


def test_a_synergy_goes_from_idea_to_running_and_is_realised(page, own_address):
    visit(page, own_address, "synergies")
    page.get_by_role("button", name="Suivre").click()
    page.get_by_role("heading", name="Une synergie").wait_for()
    page.get_by_role("button", name="Fiche à imprimer (PDF)").wait_for()
    settled(page)
    choose(page, "Faire avancer", "En marche", "Enregistrer le suivi")
    page.get_by_role("button", name="Enregistrer le suivi").click()
    page.get_by_text("Étape : Idée → En marche").wait_for()
    page.get_by_role("link", name="Impact").click()
    row = page.get_by_role("row", name="Échanges")
    row.get_by_text("1", exact=True).wait_for()


def test_two_scenarios_side_by_side(page, address):
    visit(page, address, "scenarios")
    distance = page.get_by_label("Distance routière maximale (km, 0 pour aucune)")
    freight = page.get_by_label("Transport (€ par tonne et par kilomètre)")
    distance.click()
    distance.press("Control+a")
    page.keyboard.type("20,5")  # key by key, as on a French keyboard
    freight.fill("0.08")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Lancer et comparer").click()
    page.get_by_role("tab", name="Disparaissent (").wait_for(timeout=PATIENCE_MS)
    page.get_by_text("Autre scénario").wait_for()
    settled(page)
    assert (distance.input_value(), freight.input_value()) == ("20,5", "0,08")


def test_the_documents_open(page, address):
    visit(page, address, "impact")
    pages = {"Rapport (PDF)": b"%PDF", "Classeur (Excel)": b"PK", "hors ligne (HTML)": b"<!"}
    for name, start in pages.items():
        with page.expect_download(timeout=PATIENCE_MS) as waiting:
            page.get_by_role("button", name=name).click()
        content = waiting.value.path().read_bytes()
        assert content[:200].lstrip().lower().startswith(start.lower())
        if start == b"PK":
            assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_an_exchange_of_the_list_opens_and_closes_beside_the_map(page, address):
    """How soon is measured by “symbiosis bench app”."""
    open_map(page, address)
    page.locator('[class*="st-key-go_"] button').first.click()
    back = page.get_by_role("button", name="Retour au territoire")
    back.click()
    back.wait_for(state="detached")

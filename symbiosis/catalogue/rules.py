"""What every row of the catalogue's tables must keep, as data: the check and the manual read it."""

from __future__ import annotations

KEYS = {
    "low": "code", "naf": "code", "materials": "id", "pathways": "id", "synonyms": "",
    "operations": "code", "families": "id", "contaminants": "id", "activities": "",
}  # fmt: skip
"""Tables of the catalogue and the column that names a row; ``""`` where several do."""

UNIQUE = {name: (key,) for name, key in KEYS.items() if key} | {
    "synonyms": ("term", "lang", "target"),
    "activities": ("division", "residue"),
}
"""Columns that together name a row."""

_YIELD = ("yield_low", "yield_central", "yield_high")
_COST = ("treatment_low_eur", "treatment_central_eur", "treatment_high_eur")
_PRICE = ("price_low_eur", "price_central_eur", "price_high_eur")
NUMBERS: dict[str, tuple[str, ...]] = {
    "low": ("density_t_per_m3",),
    "materials": ("density_t_per_m3", "lhv_mwh_per_t", *_PRICE),
    "pathways": (
        *_YIELD, *_COST, "energy_kwh", "water_m3", "max_moisture_pct", "min_purity_pct",
        "min_temperature_c", "blending_limit",
    ),
    "activities": ("sites",),
}  # fmt: skip
"""Columns that hold numbers; they are floats in a `Catalogue`."""

RANGES = {"materials": (_PRICE,), "pathways": (_YIELD, _COST)}
"""Low, central, high: in this order in every row."""

REQUIRED = {
    "low": ("code", "hazardous", "family", "label_en", "label_fr"),
    "naf": ("code", "label_fr"),
    "materials": ("id", "kind", "unit", "family", "label_en", "label_fr", *_PRICE),
    "pathways": (
        "id", "residue", "input", "operation", "label_en", "label_fr", *_YIELD, *_COST,
        "legal_status", "hierarchy", "maturity",
    ),
    "synonyms": ("term", "lang", "target"),
    "operations": ("code", "label_en", "label_fr", "hierarchy"),
    "families": ("id", "label_en", "label_fr"),
    "contaminants": ("id", "label_en", "label_fr"),
    "activities": ("division", "residue", "sites"),
}  # fmt: skip
"""Columns that no row leaves empty, beside ``source`` and ``year``."""

HIERARCHY = ("reuse", "feed", "recycling", "recovery", "energy", "disposal")
"""What becomes of a residue, in the order of preference, best first.

Directive 2008/98/EC, article 4, and Code de l'environnement, L541-1 and L541-15-4: food is given
before it is fed, and fed before it is digested or composted. The law puts these last two on one
rank; here digestion (``recycling``) stands before compost (``recovery``), since it gives energy
and a fertiliser.
"""

ALLOWED: dict[str, dict[str, tuple[str, ...]]] = {
    "low": {"hazardous": ("0", "1")},
    "materials": {
        "kind": ("material", "heat", "steam", "water", "co2", "energy", "service"),
        "unit": ("t", "MWh", "m3"),
    },
    "pathways": {
        "operation": (
            "direct", "mechanical", "sorting", "dismantling", "reuse", "drying", "digestion",
            "composting", "feed", "distillation", "regeneration", "thermal", "energy",
            "heat_exchange", "compression",
        ),
        "legal_status": ("waste", "by_product", "end_of_waste", "hazardous", "none"),
        "hierarchy": HIERARCHY,
        "maturity": ("industrial", "demonstrated", "research"),
    },
    "operations": {"hierarchy": HIERARCHY},
    "synonyms": {"lang": ("fr", "en")},
}  # fmt: skip
"""Words that a column may hold."""

PATTERNS = {
    "low": {"code": r"\d\d \d\d \d\d"},
    "materials": {"id": r"[a-z][a-z0-9_]*"},
    "pathways": {"id": r"[a-z][a-z0-9_]*"},
}
"""Forms of identifiers; a pathway ``site:R5`` is made by the engine and never written."""

LIMITS = {
    "max_moisture_pct": (0.0, 100.0), "min_purity_pct": (0.0, 100.0), "blending_limit": (0.0, 1.0),
    "density_t_per_m3": (0.0, 25.0), "lhv_mwh_per_t": (0.0, 40.0),
    "min_temperature_c": (-273.15, 3000.0),
}  # fmt: skip
"""Bounds of numbers; from 0 upwards where none are given."""

POINTERS = (
    ("low", "family", "families"),
    ("materials", "family", "families"),
    ("pathways", "residue", "residues"),
    ("pathways", "input", "materials"),
    ("pathways", "operation_code", "operations"),
    ("pathways", "consumer_nace", "divisions"),
    ("pathways", "excluded_contaminants", "contaminants"),
    ("synonyms", "target", "entries"),
    ("activities", "division", "divisions"),
    ("activities", "residue", "codes"),
)
"""Table, column, and what each of its values (joined by ``|``) must name; empty is allowed."""

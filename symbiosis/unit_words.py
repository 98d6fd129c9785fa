"""The words of units in French and English, and what each unit is worth."""

from __future__ import annotations

import re

DEFINITIONS = (
    "tonne = [mass] = t",
    "kg = 0.001 tonne",
    "g = 1e-6 tonne",
    "quintal = 0.1 tonne",
    "kilotonne = 1000 tonne",
    "megatonne = 1e6 tonne",
    "m3 = [volume]",
    "litre = 0.001 m3",
    "hectolitre = 0.1 m3",
    "short_ton = 907.18474 kg",
    "long_ton = 1016.0469088 kg",
    "pound = 0.45359237 kg",
    "cubic_foot = 0.028316846592 m3",
    "cubic_yard = 0.764554857984 m3",
    "us_gallon = 0.003785411784 m3",
    "thousand_m3 = 1000 m3",
    "million_m3 = 1e6 m3",
    "Nm3 = [normal_volume]",
    "thousand_Nm3 = 1000 Nm3",
    "million_Nm3 = 1e6 Nm3",
    "Sm3 = 273.15 / 288.15 Nm3",
    "thousand_Sm3 = 1000 Sm3",
    "million_Sm3 = 1e6 Sm3",
    "MWh = [energy]",
    "kWh = 0.001 MWh",
    "Wh = 1e-6 MWh",
    "GWh = 1000 MWh",
    "TWh = 1e6 MWh",
    "mmbtu = 0.29307107017 MWh",
    "GJ = 1/3.6 MWh",
    "MJ = 0.001 GJ",
    "TJ = 1000 GJ",
    "PJ = 1e6 GJ",
    "toe = 11.63 MWh",
    "ktoe = 1000 toe",
    "Mtoe = 1e6 toe",
    "MW = [power]",
    "kW = 0.001 MW",
    "GW = 1000 MW",
    "year = [time]",
    "quarter = 0.25 year",
    "month = 1/12 year",
    "day = 1/365 year",
    "week = 7 day",
)
"""Own definitions: pint's defaults read ``kt`` as knot and know no Nm3; a year has 365 days here.
The tonne of oil equivalent is 41.868 GJ = 11.63 MWh (IEA/Eurostat convention). A normal cubic metre
is taken at 0 °C, a standard one at 15 °C, both at 101.325 kPa (ISO 13443): of an ideal gas, one
Sm3 is 273.15 / 288.15 Nm3."""

AMOUNTS = {
    "tonne": "t|tonne|tonnes|mg (megagram)|tonne metrique|tonnes metriques|metric ton|metric tons"
    "|metric tonne|metric tonnes",
    "short_ton": "short ton|short tons|us ton|us tons|us short ton|us short tons|ton (us)|tons (us)"
    "|tonne courte|tonnes courtes|sh tn",
    "long_ton": "long ton|long tons|uk ton|uk tons|imperial ton|imperial tons|ton (uk)|tons (uk)"
    "|tonne longue|tonnes longues",
    "pound": "lb|lbs|pound|pounds|livre|livres",
    "kg": "kg|kgs|kilo|kilos|kilogramme|kilogrammes|kilogram|kilograms",
    "g": "g|gramme|grammes|gram|grams",
    "quintal": "q|quintal|quintaux|quintals",
    "kilotonne": "kt|kilotonne|kilotonnes|ktonnes|milliers de tonnes|milliers de t|1000 t"
    "|1000 tonnes|x1000 t|x 1000 t|thousand tonnes|thousand t",
    "megatonne": "megatonne|megatonnes|millions de tonnes|millions de t|million tonnes"
    "|million de tonnes",
    "m3": "m3|m^3|metre cube|metres cubes|cubic metre|cubic metres|cubic meter|cubic meters"
    "|m cube|m cubes",
    "litre": "l|litre|litres|liter|liters|dm3",
    "hectolitre": "hl|hectolitre|hectolitres|hectoliter|hectoliters",
    "cubic_foot": "ft3|cubic foot|cubic feet|cu ft|cuft|pied cube|pieds cubes",
    "cubic_yard": "yd3|cubic yard|cubic yards|cu yd|yard cube|yards cubes",
    "us_gallon": "us gallon|us gallons|us gal|gallon (us)|gallons (us)",
    "thousand_m3": "km3 (1000 m3)|1000 m3|milliers de m3|thousand m3|dam3",
    "million_m3": "million m3|millions de m3|million de m3|hm3|hectometre cube|hectometres cubes",
    "Nm3": "nm3|normo m3|normometre cube|normo metre cube|normal m3|m3(n)|m3n|mn3|m3 (n)|n.m3"
    "|normal cubic metre|normal cubic metres|normal cubic meter|normal cubic meters",
    "Sm3": "sm3|standard m3|standard cubic metre|standard cubic metres|standard cubic meter"
    "|standard cubic meters|m3 standard|m3(s)|m3 (s)|m3 (15 °c)|m3 (15°c)",
    "thousand_Sm3": "ksm3|1000 sm3|milliers de sm3",
    "million_Sm3": "millions de sm3|million sm3",
    "thousand_Nm3": "knm3|1000 nm3|milliers de nm3",
    "million_Nm3": "mnm3|million nm3|millions de nm3",
    "MWh": "mwh|mwhth|mwhe|mwh th|mwh e|mwh elec|megawattheure|megawattheures"
    "|megawatt heure|megawatt heures|megawatt-heure|megawatt-heures|megawatt hour|megawatt hours",
    "kWh": "kwh|kwhth|kwhe|kwh th|kwh e|kwh elec|kilowattheure|kilowattheures"
    "|kilowatt heure|kilowatt-heure|kilowatt-heures|kilowatt hour|kilowatt hours",
    "Wh": "wh",
    "GWh": "gwh|gwhth|gwhe|gwh th|gigawattheure|gigawattheures|gigawatt hour|gigawatt hours",
    "TWh": "twh",
    "GJ": "gj|gigajoule|gigajoules",
    "mmbtu": "mmbtu|million btu",
    "MJ": "mj|megajoule|megajoules",
    "TJ": "tj|terajoule|terajoules",
    "PJ": "pj|petajoule|petajoules",
    "toe": "toe|tep|tonne equivalent petrole|tonnes equivalent petrole|tonne of oil equivalent"
    "|tonnes of oil equivalent",
    "ktoe": "ktoe|ktep",
    "Mtoe": "mtoe|mtep",
    "MW": "mw|mwth|megawatt|megawatts",
    "kW": "kw|kwth|kilowatt|kilowatts",
    "GW": "gw",
}
EXACT = {
    "Mg": "tonne", "Mt": "megatonne", "Mm3": "million_m3", "km3": "", "MNm3": "million_Nm3",
    "MSm3": "million_Sm3",
}  # fmt: skip
BASES = (
    ("dry", re.compile(r" ?\(?\b(?:ms|m\.s\.|dm|ds|dry|dry matter|dry solids|dry basis|seche?s?"
                       r"|secs?|de matiere seche|matiere seche|de ms)\b\)?|(?<=^t)ms\b")),
    ("raw", re.compile(r" ?\(?\b(?:mb|m\.b\.|brute?s?|de matiere brute|matiere brute|de mb|raw|wet"
                       r"|as received|humides?)\b\)?|(?<=^t)mb\b")),
    ("gross", re.compile(r" ?\(?(?:\b|(?<=wh)|(?<=gj))(?:pcs|hhv|gcv)\b\)?")),
    ("net", re.compile(r" ?\(?(?:\b|(?<=wh)|(?<=gj))(?:pci|lhv|ncv)\b\)?")),
)  # fmt: skip
"""Words that say on what an amount is counted: dry or raw matter, higher or lower heating value."""
PLURAL = re.compile(r"\((?:s|es)\)")
PERIODS = {
    "year": "an|ans|annee|annees|a|year|years|yr|y|p.a.|pa|annum|annuel|annuelle|annual|yearly"
    "|annuellement|an-1|a-1|1an",
    "quarter": "trimestre|quarter|trim",
    "month": "mois|month|months|mo|mensuel|mensuelle|monthly|mois-1",
    "week": "semaine|semaines|sem|week|weeks|wk|hebdomadaire|hebdo|weekly",
    "day": "jour|jours|j|day|days|d|quotidien|quotidienne|journalier|daily|j-1|d-1",
    "hour": "heure|heures|h|hour|hours|hr|hrs|horaire|hourly|h-1",
}

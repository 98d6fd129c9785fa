"""Units of figures other than quantities: °C, km, hours a year, t/m3, %, heads, EUR per unit.

A header (« Température (K) ») or a cell (« 393 K ») may carry a unit that is not the field's. It is
converted by the tables of this module, or refused with its name; a currency other than the euro is
refused, since no rate is guessed. What is no unit (« Distance (aller) ») is a remark of the user's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from symbiosis.errors import Message, UnitError, say
from symbiosis.flows.contract import MONTHS, fields
from symbiosis.units import parse, period_of

QUANTITIES = frozenset({"quantity", "minimum_lot", *MONTHS})
PRICES = frozenset({"route_cost_eur_per_unit", "price_eur_per_unit"})
PERIODS_A_YEAR = {"year": 1.0, "quarter": 4.0, "month": 12.0, "week": 52.0, "day": 365.0}
"""Times that hours of operation or a price are counted a year: a year has 52 weeks of work."""

_TABLES = {
    "temperature": {
        "c|°c|degc|deg c|degres c|degres celsius|degre celsius|celsius|°|degres": (1.0, 0.0),
        "k|kelvin|kelvins|°k|degres kelvin": (1.0, -273.15),
        "f|°f|degf|deg f|fahrenheit|degres fahrenheit": (5 / 9, -160 / 9),
    },
    "length": {
        "km|kms|kilometre|kilometres|kilometer|kilometers": (1.0, 0.0),
        "m|metre|metres|meter|meters": (0.001, 0.0),
        "mi|mile|miles": (1.609344, 0.0),
        "hm|hectometre|hectometres": (0.1, 0.0),
    },
    "density": {
        "t/m3|kg/l|g/cm3|g/ml|kg/dm3|t/nm3|tonne/m3|tonnes/m3|mg/m3 (megagram)": (1.0, 0.0),
        "kg/m3|g/l|g/dm3|kg/nm3": (0.001, 0.0),
        "kg/hl": (0.01, 0.0),
        "lb/ft3|lbs/ft3|pcf": (0.45359237 / 28.316846592, 0.0),
        "lb/yd3|lbs/yd3": (0.45359237 / 764.554857984, 0.0),
    },
    "share": {
        "%|pct|percent|pourcent|pour cent|pourcentage|% masse|% massique|% m/m|% w/w|%m|% mb|%mb"
        "|% brut|% de la matiere brute|wt%|wt %|% poids": (1.0, 0.0),
        "‰|g/kg|kg/t|pour mille": (0.1, 0.0),
        "g/100g|g/100 g": (1.0, 0.0),
        "ppm|mg/kg|g/t": (1e-4, 0.0),
        "kg/kg|t/t|g/g|0-1|0 a 1|fraction": (100.0, 0.0),
    },
    "count": {
        "etp|fte|salaries|salarie|personnes|personne|pers|pers.|employes|employees|people|heads"
        "|nb|nombre|nbre": (1.0, 0.0),
    },
    "angle": {
        "°|deg|dd|degres|degrees|degres decimaux|decimal degrees|wgs84|wgs 84|epsg:4326|gps"
        "|decimal|decimaux|e|n|est|nord": (1.0, 0.0),
        },
    "hours": {"h|heure|heures|hours|hour|hrs": (1.0, 0.0)},
}  # fmt: skip
_KIND = {
    "temperature_c": ("temperature", 1.0),
    "route_distance_km": ("length", 1.0),
    "place_precision_m": ("length", 1000.0),
    "x": ("length", 1000.0),
    "y": ("length", 1000.0),
    "density_t_per_m3": ("density", 1.0),
    "moisture_pct": ("share", 1.0),
    "purity_pct": ("share", 1.0),
    "employees": ("count", 1.0),
    "longitude": ("angle", 1.0),
    "latitude": ("angle", 1.0),
    "hours_per_year": ("hours", 1.0),
}
"""Kind of unit of each field, and how many of the field's unit make one of the table's."""
_MULTIPLES = {
    "milliers|en milliers|millier|thousand|thousands|in thousands|k|x1000|x 1000|x 1 000|*1000|10^3"
    "|10e3|1000": 1e3,
    "millions|en millions|million|in millions|x1000000|10^6|10e6": 1e6,
}
_REFUSED = (
    "in|inch|ft|feet|pied|pieds|yd|yard|yards|nmi|nautical miles|rad|gon|grad|dms|°r|rankine|j"
    "|jour|jours|day|days|minutes|mol|mol/l|g/m3|mg/l|mg/m3|lb/gal|% vol|%vol|% v/v|vol%|% ms"
    "|%ms|% sec|% sur sec|% db|% de ms|dry basis|sur sec|db|bar|pa|kpa|psi|ha|m2|km2|cm|mm|dm"
    "|bq/kg|mj/kg|kj/kg|kcal/kg|kwh/kg|u|unites|pieces|bennes|palettes|camions|fts|futs"
)
"""Units that the tables do not convert: they are refused with their name."""
_ODD = frozenset(_REFUSED.split("|"))
_CURRENCIES = (
    r"£|\$|¥|₣|us\$|ca\$|gbp|usd|chf|cad|aud|jpy|yen|cny|pln|zl|dkk|sek|nok|kr|czk|huf|ron|bgn"
    r"|mad|dh|tnd|xof|xaf|f ?cfa|frf|ff|f|francs?(?: suisses?)?|dollars?|pounds?|livres?|pence"
    r"|roubles?|rub"
)
_EURO = r"€|eur|euros?"
_CENTS = r"c€|c ?eur|cts?(?: ?€)?|cents?(?: d'euros?)?|centimes?(?: d'euros?)?|eurocents?|c"
_MONEY = re.compile(
    rf"(?:(?P<cents>{_CENTS})|(?P<multiple>[km]|milliers d'|millions d')? ?"
    rf"(?:(?P<euro>{_EURO})|(?P<other>{_CURRENCIES})))"
    r" ?(?P<tax>ht|htva|hors taxes?|hors tva|ttc|tva incluse|excl\.? vat|incl\.? vat)?"
    r"(?: ?(?:/|\bpar\b|\bper\b|\ba la\b|\bla\b) ?(?P<unit>.+?))?"
    r" ?(?P<after>ht|htva|hors taxes?|hors tva|ttc)?"
)
_PER = re.compile(r"(?:/|par |per |a la |la |le )\s*(.+)")
_INVERSE = re.compile(r"(.+?)[\s.·*]+(\S+?)-1")
_ACCENTS = str.maketrans({"³": "3", "²": "2", "⁻": "-", "¹": "1", "º": "°", "’": "'", "−": "-"})


@dataclass(frozen=True)
class Measure:
    """What is done to the figures under a unit.

    Parameters
    ----------
    text
        The unit as written.
    scale, offset
        The field's unit is ``figure * scale + offset``.
    unit
        Unit of a quantity for `units.parse`, ``"/mois"`` where only a period is given; for a price
        what follows ``€/``.
    per_year
        For a price of the whole flow: how many times a year it is paid; 0 for a price per unit.
    refusal
        Problem and cure where the unit is not converted.
    doubt
        What is said of a unit that is converted with a choice.
    money
        Whether it names a currency.
    bare
        Whether it is money that says neither for what nor for how long (« k€ »).
    """

    text: str
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    per_year: float = 0.0
    refusal: tuple[Message, Message] | None = None
    doubt: tuple[Message, Message] | None = None
    money: bool = False
    bare: bool = False


def folded(text: str) -> str:
    """Return a unit in lower case, without accents or spaces around its strokes.

    Examples
    --------
    >>> folded(" € / Tonne "), folded("kg·m⁻³ "), folded("Degrés C")
    ('€/tonne', 'kg·m-3', 'degres c')
    """
    plain = unicodedata.normalize("NFKD", text.translate(_ACCENTS)).lower()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"\s*/\s*", "/", " ".join(plain.split()))


@lru_cache(maxsize=8192)
def read_measure(field: str, text: str) -> Measure | None:
    """Return what a unit does to the figures of a field; None when it is no unit, but a remark.

    Parameters
    ----------
    field
        Name of the field.
    text
        The unit as written, without brackets.

    Examples
    --------
    >>> read_measure("temperature_c", "K").offset
    -273.15
    >>> read_measure("price_eur_per_unit", "c€/kg").scale
    0.01
    >>> str(read_measure("route_cost_eur_per_unit", "£/t").refusal[0])
    '“£/t” is not in euros, and no rate is guessed'
    >>> read_measure("route_distance_km", "aller")
    """
    text = re.sub(r"^(?:en|in)\s+", "", text.strip(), flags=re.IGNORECASE)
    word = folded(text)
    if not word:
        return None
    if field in QUANTITIES:
        return _of_quantity(text, word)
    if field in PRICES:
        return _of_price(text, word)
    return _of_table(field, text, word) if field in _KIND else None


def _of_table(field: str, text: str, word: str) -> Measure | None:
    """Return what the table of a field's kind says of a unit."""
    kind, size = _KIND[field]
    for words, (scale, offset) in _TABLES[kind].items():
        if word in words.split("|"):
            return Measure(text, scale * size, offset)
    if kind == "hours":
        period = period_of(re.sub(r"^(?:h|heures?|hours?|hrs?)?(?:/|par |per )", "", word))
        if period in PERIODS_A_YEAR and word not in ("j", "d", "a", "y"):
            return Measure(text, PERIODS_A_YEAR[period])
    if kind == "count" and _multiple(word):
        return Measure(text, _multiple(word))
    remark = kind == "count" and word in ("h/f", "f/h")  # men and women
    return _refused(text, fields()[field].unit) if is_unit(text) and not remark else None


def is_unit(text: str) -> bool:
    """Return whether a text is a unit of any kind, also one that no table converts."""
    word = folded(text)
    known = {name for table in _TABLES.values() for words in table for name in words.split("|")}
    if word in known - {"e", "n", "est", "nord", "gps", "decimal", "nb", "nombre", "nbre"}:
        return True
    if word in _ODD or _multiple(word) or _parses(text) or _MONEY.fullmatch(word):
        return True
    parts = [part.strip() for part in word.split("/")]
    return len(parts) == 2 and any(
        part in known | _ODD or _parses(part) or bool(_MONEY.fullmatch(part)) for part in parts
    )


def _parses(text: str) -> bool:
    try:
        parse(text.strip())
    except UnitError as error:
        return "country" in next(iter(error.problems)).problem.template  # « ton »: a unit, unclear
    return True


def _multiple(word: str) -> float:
    return next((size for words, size in _MULTIPLES.items() if word in words.split("|")), 0.0)


def _refused(text: str, unit: str) -> Measure:
    problem = say("“{unit}” cannot be converted here", unit=text[:40])
    return Measure(text, refusal=(problem, say("give the figures in {unit}", unit=unit or "-")))


def _of_quantity(text: str, word: str) -> Measure | None:
    """Return the unit, the multiple or the period of a quantity."""
    try:
        return Measure(text, unit=parse(text.strip()).text)
    except UnitError as error:
        refusal = next(iter(error.problems))
    if _multiple(word):
        doubt = (
            say("the figures of this column are in thousands or millions, as its header says"),
            say("write the unit out, such as kt, if that is wrong"),
        )
        return Measure(text, _multiple(word), doubt=doubt)
    period = _PER.fullmatch(word)
    if period and period_of(period[1]):
        return Measure(text, unit=f"/{period[1]}")
    if not is_unit(text):
        return None
    return Measure(text, refusal=(refusal.problem, refusal.cure))


def _of_price(text: str, word: str) -> Measure | None:
    """Return the scale of a price and what it is for: a unit, or the whole flow of a year."""
    inverse = _INVERSE.fullmatch(word)
    money = _MONEY.fullmatch(f"{inverse[1]}/{inverse[2]}" if inverse else word)
    per = _PER.fullmatch(word)
    if money is None:
        if per and _parses(per[1]) and not period_of(per[1]):
            return Measure(text, unit=per[1])
        return _refused(text, "EUR/t") if is_unit(text) else None
    if money["other"] or (money["multiple"] == "m" and text[0] == "m"):
        return Measure(text, refusal=_odd_money(text, foreign=bool(money["other"])))
    scale = 0.01 if money["cents"] else {"k": 1e3, "m": 1e6}.get((money["multiple"] or "")[:1], 1.0)
    if (money["multiple"] or "").startswith("mill"):
        scale = 1e3 if money["multiple"].startswith("millier") else 1e6
    unit = (money["unit"] or "").strip()
    times = PERIODS_A_YEAR.get(period_of(unit), 0.0) if unit else 0.0
    if unit and not times and not _parses(unit):
        return _refused(text, "EUR/t")
    taxed = "ttc" in word or "inclus" in word or "incl" in word
    if not unit:
        return _of_bare_money(text, scale)
    doubt = (say("this price includes VAT"), say("give it without VAT")) if taxed else None
    return Measure(text, scale, unit="" if times else unit, per_year=times, doubt=doubt, money=True)


def _odd_money(text: str, *, foreign: bool) -> tuple[Message, Message]:
    """Return problem and cure of another currency, or of « m€ », thousands to some."""
    if foreign:
        problem = say("“{unit}” is not in euros, and no rate is guessed", unit=text[:40])
        return problem, say("give the figures in EUR")
    problem = say("“{unit}” may be thousands or millions of euros", unit=text[:40])
    return problem, say("write k€ or M€")


def _of_bare_money(text: str, scale: float) -> Measure:
    """Return what « (€) », « (k€) » or « (c€) » mean over a price: k€ are paid for a year."""
    cure = say("write €/t, €/MWh or €/m3 in the header, or €/an for the whole flow")
    plain = Measure(text, scale, money=True, bare=True)
    if scale < 1:
        return replace(plain, refusal=(say("“{unit}” does not say for what", unit=text[:40]), cure))
    if scale > 1:
        doubt = (say("these amounts were read as paid for the whole flow of a year"), cure)
        return replace(plain, per_year=1.0, doubt=doubt)
    return replace(plain, doubt=(say("these prices were read in EUR per t, MWh or m3"), cure))

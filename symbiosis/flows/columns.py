"""Columns of the tables of `Flows`; documented in ``symbiosis/data/columns/flows.csv``."""

FIRM_COLUMNS = (
    "firm_id", "name", "siret", "naf", "kind", "employees", "insee", "commune", "postcode",
    "longitude", "latitude", "place_precision_m", "territory", "contact", "source", "geometry",
)  # fmt: skip

_FLOW_COLUMNS = (
    "flow_id", "firm_id", "material", "kind", "quantity", "unit", "moisture_pct", "purity_pct",
    "temperature_c", "form", "contaminants", "packaging", "minimum_lot", "visibility", "status",
    "case", "source", "year", "note",
)  # fmt: skip
OFFER_COLUMNS = (*_FLOW_COLUMNS, "route", "route_cost_eur_per_unit", "route_distance_km", "months")
NEED_COLUMNS = (*_FLOW_COLUMNS, "operation", "price_eur_per_unit", "authorised", "months")

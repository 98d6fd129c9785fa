"""The tables of the store, alike on SQLite and PostgreSQL.

Identifiers are text and counters are given out under the writer's lock, so that a row has the same
key in either kind of database and after a restore. Times are UTC. JSON is canonical text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from symbiosis.flows.model import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS

# Numbers among the columns of the flows' contract; all others are text.
NUMBERS = frozenset(
    {
        "employees", "longitude", "latitude", "place_precision_m", "quantity", "moisture_pct",
        "purity_pct", "temperature_c", "minimum_lot", "year", "route_cost_eur_per_unit",
        "route_distance_km", "price_eur_per_unit",
    }
)  # fmt: skip
# The columns of the first migration. The contract may grow at its end: what has no column of its
# own is kept in ``extra``, so that nothing is lost before the next migration.
FIRM_FIELDS = tuple(name for name in FIRM_COLUMNS[:15])
FLOW_FIELDS = tuple(
    dict.fromkeys((*OFFER_COLUMNS[:23], *NEED_COLUMNS[:23])),
)
KEYS = frozenset({"firm_id", "flow_id"})


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Return what a cell is in Python."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse a time without a zone."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time of the store needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Return it in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, default: str | None = "", **more: Any) -> Column[Any]:
    return Column(name, Text, nullable=False, server_default=default, **more)


def _contract(names: tuple[str, ...]) -> list[Column[Any]]:
    return [
        Column(name, Double) if name in NUMBERS else _text(name)
        for name in names
        if name not in KEYS
    ]


UPLOADS = Table(
    "uploads", METADATA,
    Column("upload_id", Text, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    _text("by"), _text("origin"), _text("digest", index=True),
    Column("added", Integer, nullable=False), Column("changed", Integer, nullable=False),
    Column("removed", Integer, nullable=False), Column("unchanged", Integer, nullable=False),
)  # fmt: skip

FIRMS = Table(
    "firms", METADATA,
    Column("firm_id", Text, primary_key=True),
    *_contract(FIRM_FIELDS), _text("extra", "{}"),
    Column("position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("added_by", Text, ForeignKey("uploads.upload_id"), nullable=False),
    Column("changed_by", Text, ForeignKey("uploads.upload_id"), nullable=False),
    Index(None, "territory"),
)  # fmt: skip

FLOWS = Table(
    "flows", METADATA,
    Column("flow_id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firms.firm_id"), nullable=False, index=True),
    _text("declared_id"), _text("direction", "offer"),
    Column("position", BigInteger, nullable=False),
    *_contract(FLOW_FIELDS), _text("extra", "{}"),
    Column("version", Integer, nullable=False),
    Column("added_by", Text, ForeignKey("uploads.upload_id"), nullable=False),
    Column("changed_by", Text, ForeignKey("uploads.upload_id"), nullable=False),
    UniqueConstraint("firm_id", "declared_id"),
    CheckConstraint("direction in ('offer', 'need')", name="direction"),
    Index(None, "material"),
)  # fmt: skip

TERRITORIES = Table(
    "territories", METADATA,
    Column("code", Text, primary_key=True), _text("name"),
    Column("geometry", LargeBinary, nullable=False),
)  # fmt: skip

HISTORY = Table(
    "history", METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _text("kind"), _text("key"), _text("firm_id"), _text("action"),
    Column("version", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    _text("by"), _text("upload_id"), _text("changes", "{}"), _text("salt"), _text("digest"),
    Index(None, "kind", "key"), Index(None, "upload_id"),
)  # fmt: skip

AUDIT = Table(
    "audit", METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False, index=True),
    _text("by"), _text("action"), _text("kind"), _text("key"), _text("detail", "{}"),
    _text("before", None), _text("digest", None),
    Column("history_to", BigInteger, nullable=False, server_default="0"), _text("history"),
)  # fmt: skip

# One row, from the first line of the log on.
AUDIT_HEAD = Table(
    "audit_head", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False), _text("digest", None),
)  # fmt: skip

PEOPLE = Table(
    "people", METADATA,
    Column("person_id", Text, primary_key=True),
    _text("name", None, unique=True),
)  # fmt: skip

USERS = Table(
    "users", METADATA,
    Column("user_id", Text, primary_key=True),
    _text("login", None, unique=True), _text("name"),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)  # fmt: skip

GRANTS = Table(
    "grants", METADATA,
    Column("user_id", Text, ForeignKey("users.user_id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
)  # fmt: skip

TOKENS = Table(
    "tokens", METADATA,
    Column("token_id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.user_id"), nullable=False, index=True),
    _text("digest", None, unique=True), _text("label"),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
)  # fmt: skip

SCENARIOS = Table(
    "scenarios", METADATA,
    Column("scenario_id", Text, primary_key=True),
    _text("name", None, unique=True), _text("parameters", "{}"),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcTime, nullable=False), _text("changed_by"),
)  # fmt: skip

OVERRIDES = Table(
    "overrides", METADATA,
    Column("table_name", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    _text("value"), _text("source"),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcTime, nullable=False), _text("changed_by"),
)  # fmt: skip

STUDIES = Table(
    "studies", METADATA,
    Column("study_id", Text, primary_key=True), _text("name"),
    Column("created_at", UtcTime, nullable=False, index=True), _text("created_by"),
    _text("inputs_digest"), _text("scenario", "{}"), _text("certificate", "{}"),
    _text("versions", "{}"),
)  # fmt: skip

STUDY_TABLES = Table(
    "study_tables", METADATA,
    Column("study_id", Text, ForeignKey("studies.study_id"), primary_key=True),
    Column("name", Text, primary_key=True),
    _text("digest", None),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip

SYNERGIES = Table(
    "synergies", METADATA,
    Column("synergy_id", Text, primary_key=True),
    _text("offer_flow"), _text("need_flow"), _text("pathway"),
    _text("offer_firm_id"), _text("need_firm_id"), _text("offer_firm"), _text("need_firm"),
    _text("offer_visibility", "private"), _text("need_visibility", "private"),
    _text("offer_territory"), _text("need_territory"),
    _text("offer_contact"), _text("need_contact"),
    _text("material"), _text("input"), _text("kind"), _text("unit"),
    *(Column(name, Double) for name in (
        "quantity", "distance_km", "value_eur", "waste_diverted_t", "emissions_avoided_tco2e",
        "jobs_fte", "net_gain_eur", "likelihood",
    )),
    _text("study_id"),
    _text("stage", "idea"), _text("reason"), _text("owner"), _text("note"), _text("date"),
    _text("next_step"),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcTime, nullable=False), _text("changed_by"),
    UniqueConstraint(
        "offer_firm_id", "offer_flow", "need_firm_id", "need_flow", "pathway",
        name="uq_synergies_link",
    ),
    CheckConstraint(
        "stage in ('idea', 'contact', 'study', 'running', 'dropped')", name="stage"
    ),
    Index(None, "need_firm_id"), Index(None, "stage"),
)  # fmt: skip

AGREEMENTS = Table(
    "agreements", METADATA,
    Column("synergy_id", Text, ForeignKey("synergies.synergy_id"), primary_key=True),
    Column("firm_id", Text, primary_key=True),
    Column("at", UtcTime, nullable=False), _text("by"),
)  # fmt: skip

STORE_KEYS = Table(
    "store_keys", METADATA,
    Column("name", Text, primary_key=True), _text("value", None),
)  # fmt: skip

PUBLISHED_FIGURES = Table(
    "published_figures", METADATA,
    Column("group_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    _text("area"), _text("material"), _text("unit"),
    Column("quantity", Double, nullable=False), Column("firms", Integer, nullable=False),
    _text("atoms", "[]"), _text("territory"),
)  # fmt: skip

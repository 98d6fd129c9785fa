"""What firms declare, with its history, its accounts and its audit log."""

import sqlalchemy as sa
from alembic import op

from symbiosis.storage.migrations.columns import freeze, numbers, text, texts, thaw

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
TABLES = (
    "uploads",
    "firms",
    "flows",
    "territories",
    "history",
    "audit",
    "users",
    "grants",
    "tokens",
    "scenarios",
    "overrides",
)
FROZEN = ("history", "audit")


def _uploads() -> None:
    op.create_table(
        "uploads",
        text("upload_id", None),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *texts("by", "origin", "digest"),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_at"), "uploads", ["at"], unique=False)
    op.create_index(op.f("ix_uploads_digest"), "uploads", ["digest"], unique=False)


def _firms() -> None:
    op.create_table(
        "firms",
        text("firm_id", None),
        *texts("name", "siret", "naf", "kind"),
        *numbers("employees"),
        *texts("insee", "commune", "postcode"),
        *numbers("longitude", "latitude", "place_precision_m"),
        *texts("territory", "contact", "source"),
        text("extra", "{}"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        text("added_by", None),
        text("changed_by", None),
        sa.ForeignKeyConstraint(
            ["added_by"], ["uploads.upload_id"], name=op.f("fk_firms_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["uploads.upload_id"], name=op.f("fk_firms_changed_by")
        ),
        sa.PrimaryKeyConstraint("firm_id", name=op.f("pk_firms")),
    )
    op.create_index(op.f("ix_firms_territory"), "firms", ["territory"], unique=False)


def _flows() -> None:
    op.create_table(
        "flows",
        text("flow_id", None),
        text("firm_id", None),
        *texts("declared_id"),
        text("direction", "offer"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        *texts("material", "kind"),
        *numbers("quantity"),
        *texts("unit"),
        *numbers("moisture_pct", "purity_pct", "temperature_c"),
        *texts("form", "contaminants", "packaging"),
        *numbers("minimum_lot"),
        *texts("visibility", "status", "case", "source"),
        *numbers("year"),
        *texts("note", "route"),
        *numbers("route_cost_eur_per_unit", "route_distance_km"),
        *texts("operation"),
        *numbers("price_eur_per_unit"),
        *texts("authorised", "months"),
        text("extra", "{}"),
        sa.Column("version", sa.Integer(), nullable=False),
        text("added_by", None),
        text("changed_by", None),
        sa.CheckConstraint("direction in ('offer', 'need')", name=op.f("ck_flows_direction")),
        sa.ForeignKeyConstraint(
            ["added_by"], ["uploads.upload_id"], name=op.f("fk_flows_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["uploads.upload_id"], name=op.f("fk_flows_changed_by")
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.firm_id"], name=op.f("fk_flows_firm_id")),
        sa.PrimaryKeyConstraint("flow_id", name=op.f("pk_flows")),
        sa.UniqueConstraint("firm_id", "declared_id", name=op.f("uq_flows_firm_id_declared_id")),
    )
    op.create_index(op.f("ix_flows_firm_id"), "flows", ["firm_id"], unique=False)
    op.create_index(op.f("ix_flows_material"), "flows", ["material"], unique=False)


def _territories() -> None:
    op.create_table(
        "territories",
        text("code", None),
        *texts("name"),
        sa.Column("geometry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_territories")),
    )


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        *texts("kind", "key", "firm_id", "action"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *texts("by", "upload_id"),
        text("changes", "{}"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_kind_key"), "history", ["kind", "key"], unique=False)
    op.create_index(op.f("ix_history_upload_id"), "history", ["upload_id"], unique=False)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *texts("by", "action", "kind", "key"),
        text("detail", "{}"),
        text("before", None),
        text("digest", None),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)


def _users() -> None:
    op.create_table(
        "users",
        text("user_id", None),
        text("login", None),
        *texts("name"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )


def _grants() -> None:
    op.create_table(
        "grants",
        text("user_id", None),
        text("role", None),
        text("scope", None),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_grants_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role", "scope", name=op.f("pk_grants")),
    )


def _tokens() -> None:
    op.create_table(
        "tokens",
        text("token_id", None),
        text("user_id", None),
        text("digest", None),
        *texts("label"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_tokens_user_id")),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_tokens_digest")),
    )
    op.create_index(op.f("ix_tokens_user_id"), "tokens", ["user_id"], unique=False)


def _scenarios() -> None:
    op.create_table(
        "scenarios",
        text("scenario_id", None),
        text("name", None),
        text("parameters", "{}"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *texts("changed_by"),
        sa.PrimaryKeyConstraint("scenario_id", name=op.f("pk_scenarios")),
        sa.UniqueConstraint("name", name=op.f("uq_scenarios_name")),
    )


def _overrides() -> None:
    op.create_table(
        "overrides",
        text("table_name", None),
        text("row_id", None),
        text("field", None),
        *texts("value", "source"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *texts("changed_by"),
        sa.PrimaryKeyConstraint("table_name", "row_id", "field", name=op.f("pk_overrides")),
    )


def upgrade() -> None:
    """Make the tables."""
    _uploads()
    _firms()
    _flows()
    _territories()
    _history()
    _audit()
    _users()
    _grants()
    _tokens()
    _scenarios()
    _overrides()
    freeze(FROZEN)


def downgrade() -> None:
    """Remove them."""
    thaw(FROZEN)
    for name in reversed(TABLES):
        op.drop_table(name)

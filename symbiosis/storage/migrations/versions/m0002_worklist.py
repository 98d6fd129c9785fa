"""Studies kept for ever, and the worklist that follows from them."""

import sqlalchemy as sa
from alembic import op

from symbiosis.storage.migrations.columns import freeze, numbers, text, texts, thaw

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
TABLES = ("studies", "study_tables", "synergies", "agreements")
FROZEN = ("studies", "study_tables")
LINK = ("offer_firm_id", "offer_flow", "need_firm_id", "need_flow", "pathway")


def _studies() -> None:
    op.create_table(
        "studies",
        text("study_id", None),
        *texts("name"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *texts("created_by", "inputs_digest"),
        text("scenario", "{}"),
        text("certificate", "{}"),
        text("versions", "{}"),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_studies")),
    )
    op.create_index(op.f("ix_studies_created_at"), "studies", ["created_at"], unique=False)


def _study_tables() -> None:
    op.create_table(
        "study_tables",
        text("study_id", None),
        text("name", None),
        text("digest", None),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.study_id"], name=op.f("fk_study_tables_study_id")
        ),
        sa.PrimaryKeyConstraint("study_id", "name", name=op.f("pk_study_tables")),
    )


def _synergies() -> None:
    op.create_table(
        "synergies",
        text("synergy_id", None),
        *texts(*LINK, "offer_firm", "need_firm"),
        text("offer_visibility", "private"),
        text("need_visibility", "private"),
        *texts("offer_territory", "need_territory", "offer_contact", "need_contact"),
        *texts("material", "input", "kind", "unit"),
        *numbers("quantity", "distance_km", "value_eur", "waste_diverted_t"),
        *numbers("emissions_avoided_tco2e", "jobs_fte", "net_gain_eur", "likelihood"),
        *texts("study_id"),
        text("stage", "idea"),
        *texts("reason", "owner", "note", "date", "next_step"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *texts("changed_by"),
        sa.CheckConstraint(
            "stage in ('idea', 'contact', 'study', 'running', 'dropped')",
            name=op.f("ck_synergies_stage"),
        ),
        sa.PrimaryKeyConstraint("synergy_id", name=op.f("pk_synergies")),
        sa.UniqueConstraint(*LINK, name=op.f("uq_synergies_link")),
    )
    for name in ("need_firm_id", "stage"):
        op.create_index(op.f(f"ix_synergies_{name}"), "synergies", [name])


def _agreements() -> None:
    op.create_table(
        "agreements",
        text("synergy_id", None),
        text("firm_id", None),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *texts("by"),
        sa.ForeignKeyConstraint(
            ["synergy_id"], ["synergies.synergy_id"], name=op.f("fk_agreements_synergy_id")
        ),
        sa.PrimaryKeyConstraint("synergy_id", "firm_id", name=op.f("pk_agreements")),
    )


def upgrade() -> None:
    """Make the tables."""
    _studies()
    _study_tables()
    _synergies()
    _agreements()
    freeze(FROZEN)


def downgrade() -> None:
    """Remove them."""
    thaw(FROZEN)
    for name in reversed(TABLES):
        op.drop_table(name)

"""What was published, so that no later publication can reveal a firm."""

import sqlalchemy as sa
from alembic import op

from symbiosis.storage.migrations.columns import text, texts

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
TABLES = ("published_places", "published_figures")


def _published_places() -> None:
    op.create_table(
        "published_places",
        text("cell", None),
        text("material", None),
        text("group_id", None),
        sa.PrimaryKeyConstraint("cell", "material", name=op.f("pk_published_places")),
    )
    op.create_index(
        op.f("ix_published_places_group_id"), "published_places", ["group_id"], unique=False
    )


def _published_figures() -> None:
    op.create_table(
        "published_figures",
        text("group_id", None),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *texts("area", "material", "unit"),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("firms", sa.Integer(), nullable=False),
        text("atoms", "[]"),
        sa.PrimaryKeyConstraint("group_id", "version", name=op.f("pk_published_figures")),
    )


def upgrade() -> None:
    """Make the tables."""
    _published_places()
    _published_figures()


def downgrade() -> None:
    """Remove them."""
    for name in reversed(TABLES):
        op.drop_table(name)

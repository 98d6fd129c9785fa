"""A secret of the store, with which it marks what must not be compared with a guess."""

import secrets

import sqlalchemy as sa
from alembic import op

from symbiosis.storage.migrations.columns import text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the key of a store that holds studies already."""
    op.create_table(
        "store_keys",
        text("name", None),
        text("value", None),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_keys")),
    )
    bind = op.get_bind()
    uploads = bind.execute(sa.text("SELECT 1 FROM uploads LIMIT 1")).first()
    studies = bind.execute(sa.text("SELECT 1 FROM studies LIMIT 1")).first()
    if uploads or studies:  # an empty store stays empty, so that a backup can go into it
        bind.execute(
            sa.text("INSERT INTO store_keys (name, value) VALUES ('digests', :value)"),
            {"value": secrets.token_hex(32)},
        )


def downgrade() -> None:
    """Remove it: a key alone is nothing that anybody declared."""
    op.drop_table("store_keys")

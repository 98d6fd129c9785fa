"""What is published is published in groups that never change: no table of places any more."""

import json

import sqlalchemy as sa
from alembic import op

from symbiosis.storage.migrations.columns import text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
_FIGURES = sa.table(
    "published_figures",
    sa.column("group_id", sa.Text), sa.column("version", sa.Integer), sa.column("atoms", sa.Text),
    sa.column("territory", sa.Text),
)  # fmt: skip


def upgrade() -> None:
    """Keep beside each published atom how open it was, and of each figure the territory.

    A group of before may be of several territories (``*``): only who reaches all of them may
    publish it anew.
    """
    op.drop_table("published_places")
    op.add_column("published_figures", text("territory"))
    bind = op.get_bind()
    bind.execute(_FIGURES.update().values(territory="*"))
    for group_id, version, atoms in bind.execute(
        sa.select(*_FIGURES.c["group_id", "version", "atoms"])
    ).all():
        kept = [[firm, level, level, quantity] for firm, level, quantity in json.loads(atoms)]
        bind.execute(
            _FIGURES.update()
            .where(_FIGURES.c.group_id == group_id, _FIGURES.c.version == version)
            .values(atoms=json.dumps(kept, ensure_ascii=False, separators=(",", ":")))
        )


def downgrade() -> None:
    """Go back. The groups of this version mean nothing to the older one: it begins anew."""
    op.get_bind().execute(_FIGURES.delete())
    op.drop_column("published_figures", "territory")
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

"""Persons leave the past that nobody may change; the log commits to the history and the studies."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from alembic import op

from symbiosis.storage import keyed
from symbiosis.storage.chain import START, line_digest, row_digest, rows_digest, study_digest
from symbiosis.storage.migrations.columns import freeze, text, thaw
from symbiosis.storage.migrations.guards import FUNCTIONS, table_of, triggers
from symbiosis.storage.rows import canonical
from symbiosis.storage.tables import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
_BEFORE = ("history", "audit", "studies", "study_tables")
_NAMING = {"firms": ("contact",), "synergies": ("owner",)}
_ERASED = "–"


def _table(name: str, *columns: str, **kinds: Any) -> sa.TableClause:
    texts = [sa.column(column, sa.Text()) for column in columns]
    return sa.table(name, *texts, *(sa.column(column, kind) for column, kind in kinds.items()))


_PEOPLE = _table("people", "person_id", "name")
_STUDIES = _table(
    "studies", "study_id", "name", "created_by", "inputs_digest", "scenario", "certificate",
    "versions", created_at=UtcTime(),
)  # fmt: skip
_STUDY_TABLES = _table("study_tables", "study_id", "name", "digest", content=sa.LargeBinary())
_HISTORY = _table(
    "history", "kind", "key", "firm_id", "action", "by", "upload_id", "changes", "salt", "digest",
    seq=sa.BigInteger(), version=sa.Integer(), at=UtcTime(),
)  # fmt: skip
_AUDIT = _table(
    "audit", "by", "action", "kind", "key", "detail", "before", "digest", "history",
    seq=sa.BigInteger(), at=UtcTime(), history_to=sa.BigInteger(),
)  # fmt: skip
_HEAD = _table("audit_head", "digest", id=sa.Integer(), seq=sa.BigInteger())
_OLD_LINE = ("seq", "at", "by", "action", "kind", "key", "detail", "before")


def upgrade() -> None:
    """Move what is there; a log that was altered stays altered, at the same line."""
    thaw(_BEFORE)
    op.create_table(
        "people", text("person_id", None), text("name", None),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people")),
        sa.UniqueConstraint("name", name=op.f("uq_people_name")),
    )  # fmt: skip
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        text("digest", None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.add_column("history", text("salt"))
    op.add_column("history", text("digest"))
    counter = sa.Column("history_to", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("audit", counter)
    op.add_column("audit", text("history"))
    known: dict[str, str] = {"": ""}

    def reference(name: str) -> str:
        if name not in known:
            known[name] = f"p:{uuid4().hex}"
        return known[name]

    studies = _move_studies(reference)
    last, digests = _move_history(reference)
    _move_log(reference, studies, last, digests)
    rows = [{"person_id": ref, "name": name} for name, ref in known.items() if name]
    if rows:
        op.get_bind().execute(_PEOPLE.insert(), rows)
    _guard()


def downgrade() -> None:
    """Go back: persons stand where they stood, and the log is chained as it was."""
    dialect = op.get_bind().dialect.name
    for name in triggers(dialect):
        on = f" ON {table_of(name)}" if dialect == "postgresql" else ""
        op.execute(f"DROP TRIGGER {name}{on}")
    if dialect == "postgresql":
        for name in set(FUNCTIONS) - {"symbiosis_refuse"}:
            op.execute(f"DROP FUNCTION {name}")
    bind = op.get_bind()
    names: dict[str, str] = {r.person_id: r.name for r in bind.execute(sa.select(_PEOPLE))}

    def person(reference: str) -> str:
        if reference.startswith("p:"):
            return names.get(reference, _ERASED)
        return reference

    _move_studies(person)
    _move_history(person)
    _restore_log(person)
    for column in ("history", "history_to"):
        op.drop_column("audit", column)
    for column in ("digest", "salt"):
        op.drop_column("history", column)
    op.drop_table("audit_head")
    op.drop_table("people")
    freeze(_BEFORE)


def _guard() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        for name, body in FUNCTIONS.items():
            op.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
                f"AS $${body}$$"
            )
    for statement in triggers(dialect).values():
        op.execute(statement)


def _move_studies(named: Callable[[str], str]) -> dict[str, str]:
    """Put a reference, or a name, for each person of a study; return the studies' digests."""
    bind = op.get_bind()
    packed = _STUDY_TABLES.c.name == "firms"
    for study_id in bind.execute(sa.select(_STUDY_TABLES.c.study_id).where(packed)).scalars().all():
        where = packed & (_STUDY_TABLES.c.study_id == study_id)
        content = bind.execute(sa.select(_STUDY_TABLES.c.content).where(where)).scalar_one()
        moved = _repacked(content, named)
        digest = hashlib.sha256(moved).hexdigest()
        bind.execute(_STUDY_TABLES.update().where(where).values(content=moved, digest=digest))
    digests = {}
    for study in bind.execute(sa.select(_STUDIES)).mappings().all():
        by = named(study["created_by"])
        where = _STUDIES.c.study_id == study["study_id"]
        bind.execute(_STUDIES.update().where(where).values(created_by=by))
        mine = _STUDY_TABLES.c.study_id == study["study_id"]
        pair = _STUDY_TABLES.c["name", "digest"]
        tables = {row.name: row.digest for row in bind.execute(sa.select(*pair).where(mine))}
        digests[study["study_id"]] = study_digest({**study, "created_by": by}, tables)
    return digests


def _repacked(content: bytes, named: Callable[[str], str]) -> bytes:
    """Return a table of firms with its contacts put as references, or the other way round."""
    try:
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowInvalid, OSError):
        return content  # it was altered: whoever opens the study is told
    place = table.schema.get_field_index("contact")
    if place < 0:
        return content
    contacts = [named(cell or "") for cell in table.column(place).to_pylist()]
    field = table.schema.field(place)
    moved = table.set_column(place, field, pa.array(contacts, field.type))
    buffer = io.BytesIO()
    pq.write_table(moved, buffer)
    return buffer.getvalue()


def _move_history(named: Callable[[str], str]) -> tuple[int, list[str]]:
    """Put a reference, or a name, for each person of the history; return its end and digests."""
    bind, digests, last = op.get_bind(), [], 0
    for row in bind.execute(sa.select(_HISTORY).order_by(_HISTORY.c.seq)).mappings().all():
        fields = _NAMING.get(row["kind"], ())
        changes = row["changes"]
        if any(f'"{field}":' in changes for field in fields):
            said = json.loads(changes)
            for field in set(fields) & set(said):
                said[field] = [named(cell) if cell else cell for cell in said[field]]
            changes = canonical(said)
        values = {"by": named(row["by"]), "changes": changes or "{}"}
        moved = {**row, **values, "salt": secrets.token_hex(16)}
        values |= {"salt": moved["salt"], "digest": row_digest(moved)}
        bind.execute(_HISTORY.update().where(_HISTORY.c.seq == row["seq"]).values(**values))
        digests.append(values["digest"])
        last = row["seq"]
    return last, digests


def _old_digest(line: dict[str, Any]) -> str:
    said = {**{name: line[name] for name in _OLD_LINE}}
    said["at"] = line["at"].isoformat(timespec="microseconds")
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def _move_log(
    named: Callable[[str], str], studies: dict[str, str], last: int, digests: list[str]
) -> None:
    """Chain the log anew, with all the history in its last line."""
    bind = op.get_bind()
    lines = [dict(row) for row in bind.execute(sa.select(_AUDIT).order_by(_AUDIT.c.seq)).mappings()]
    old, before, whole = START, START, True
    for number, line in enumerate(lines, start=1):
        whole &= line["seq"] == number and line["before"] == old
        whole &= line["digest"] == _old_digest(line)
        old = line["digest"]
        detail = json.loads(line["detail"])
        if line["action"] == "keep" and line["kind"] == "study" and line["key"] in studies:
            digest = studies[line["key"]]
            detail["digest"] = keyed.study_mark(bind, digest) or digest
        final = number == len(lines)
        moved = {
            **line, "by": named(line["by"]), "detail": canonical(detail), "before": before,
            "history_to": last if final else 0,
            "history": rows_digest(digests) if final else "",
        }  # fmt: skip
        # From the first line on that was altered, the digests stay as they were: they fit nothing.
        moved["digest"] = line_digest(moved) if whole else line["digest"]
        before = moved["digest"]
        bind.execute(
            _AUDIT.update()
            .where(_AUDIT.c.seq == line["seq"])
            .values(**{name: value for name, value in moved.items() if name != "seq"})
        )
    if lines:
        # What older versions lost on a way down, with leave, is not missed: this line says so.
        line = {
            "seq": len(lines) + 1, "at": max(lines[-1]["at"], datetime.now(UTC)),
            "by": named("symbiosis"), "action": "migrate", "kind": "store", "key": revision,
            "detail": "{}", "before": before, "history_to": last, "history": "",
        }  # fmt: skip
        line["digest"] = line_digest(line)
        bind.execute(_AUDIT.insert(), line)
        bind.execute(_HEAD.insert(), {"id": 1, "seq": line["seq"], "digest": line["digest"]})


def _restore_log(named: Callable[[str], str]) -> None:
    bind, before = op.get_bind(), START
    lines = bind.execute(sa.select(_AUDIT).order_by(_AUDIT.c.seq)).mappings().all()
    own, whole = START, True
    for number, row in enumerate(lines, start=1):
        line = dict(row)
        whole &= line["seq"] == number and line["before"] == own
        whole &= line["digest"] == line_digest(line)
        own = line["digest"]
        moved = {**line, "by": named(line["by"]), "before": before}
        moved["digest"] = _old_digest(moved) if whole else line["digest"]
        before = moved["digest"]
        values = {n: moved[n] for n in ("by", "before", "digest")}
        bind.execute(_AUDIT.update().where(_AUDIT.c.seq == line["seq"]).values(**values))

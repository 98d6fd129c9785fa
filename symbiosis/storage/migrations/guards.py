"""The triggers that keep the past as it is, on either kind of database.

The sixth migration makes them, and `symbiosis.storage.checking` looks for them. Frozen like the
migrations.
"""

from __future__ import annotations

REFUSAL = "this table can only grow"
# The tables and their keys.
_FROZEN = {
    "audit": ("seq",), "history": ("seq",), "studies": ("study_id",),
    "study_tables": ("study_id", "name"), "audit_head": ("id",),
}  # fmt: skip
# What a row of history may lose is what it says and its salt, both at once; all else stays.
_KEPT = ("seq", "kind", '"key"', "firm_id", "action", "version", "at", '"by"', "upload_id",
         "digest")  # fmt: skip
_ERASED = "NEW.changes = '' AND NEW.salt = ''"


def triggers(dialect: str) -> dict[str, str]:
    """Return the statement that makes each trigger, by its name.

    Parameters
    ----------
    dialect
        ``sqlite`` or ``postgresql``.
    """
    return _postgresql() if dialect == "postgresql" else _sqlite()


def _sqlite() -> dict[str, str]:
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)
    when = {
        ("history", "update"): f"WHEN NOT ({_ERASED} AND {same}) ",
        ("audit_head", "update"): "WHEN NEW.seq <= OLD.seq OR NEW.id <> OLD.id ",
        ("audit_head", "insert"): "WHEN EXISTS (SELECT 1 FROM audit_head) ",
    }
    made = {}
    for table, keys in _FROZEN.items():
        key = " AND ".join(f"{name} = NEW.{name}" for name in keys)
        # INSERT OR REPLACE takes a row away without the trigger that guards its removal.
        exists = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key}) "  # noqa: S608
        for verb in ("update", "delete", "insert"):
            condition = when.get((table, verb), exists if verb == "insert" else "")
            made[f"{table}_grows_{verb}"] = (
                f"CREATE TRIGGER {table}_grows_{verb} BEFORE {verb.upper()} ON {table} "
                f"{condition}BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    return made


FUNCTIONS = {
    "symbiosis_refuse": f" BEGIN RAISE EXCEPTION '{REFUSAL}'; END ",
    "symbiosis_erase": (
        f" BEGIN IF TG_OP = 'UPDATE' AND {_ERASED} AND to_jsonb(NEW) - 'changes' - 'salt' = "
        "to_jsonb(OLD) - 'changes' - 'salt' THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}'; END "
    ),
    "symbiosis_onward": (
        " BEGIN IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.seq > OLD.seq THEN RETURN NEW; "
        "END IF; IF TG_OP = 'INSERT' AND (SELECT max(id) FROM audit_head) IS NULL THEN RETURN NEW; "
        "END IF; RAISE EXCEPTION 'this table can only grow'; END "
    ),
}
"""The bodies of the functions that PostgreSQL's triggers call."""


def _postgresql() -> dict[str, str]:
    rows = {
        "history": ("UPDATE OR DELETE", "symbiosis_erase"),
        "audit_head": ("INSERT OR UPDATE OR DELETE", "symbiosis_onward"),
    }
    made = {}
    for table in _FROZEN:
        verbs = "TRUNCATE" if table in rows else "UPDATE OR DELETE OR TRUNCATE"
        made[f"{table}_grows"] = (
            f"CREATE TRIGGER {table}_grows BEFORE {verbs} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION symbiosis_refuse()"
        )
        if table in rows:
            verbs, function = rows[table]
            made[f"{table}_keeps"] = (
                f"CREATE TRIGGER {table}_keeps BEFORE {verbs} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}()"
            )
    return made


def table_of(trigger: str) -> str:
    """Return the table that a trigger guards.

    Examples
    --------
    >>> table_of("study_tables_grows_insert"), table_of("audit_head_keeps")
    ('study_tables', 'audit_head')
    """
    return max((name for name in _FROZEN if trigger.startswith(f"{name}_")), key=len)

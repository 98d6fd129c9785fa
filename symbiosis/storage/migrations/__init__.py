"""One chain of migrations, upgraded and downgraded alike on SQLite and PostgreSQL."""

"""What Alembic runs: every migration in one transaction, on the connection that it is given."""

from alembic import context

from symbiosis.storage.tables import METADATA


def run() -> None:
    """Run the migrations that Alembic asks for."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        render_as_batch=True,
        transactional_ddl=True,
    )
    context.run_migrations()


# Alembic executes this file under this name; importing it does nothing.
if __name__ == "env_py":
    run()

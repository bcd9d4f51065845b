"""A database opened for studies: its engine, its transactions, its migrations.

SQLite writes ahead (WAL) and to the disk before a commit returns (`synchronous=FULL`); a write
begins with the lock, so that two never deadlock. PostgreSQL by URL (`postgresql://…`). Both are
brought to the newest revision under a lock when they are opened.
"""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mrcmv.errors import StudyError

BUSY_S = 30.0
"""How long a write waits for another one's to end, in seconds."""
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 5_201_314_807
"""PostgreSQL's advisory lock for migrations: any number that nobody else uses."""


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


class Database:
    """One engine with reading and writing transactions. Safe for threads and for processes."""

    def __init__(self, url: str) -> None:
        """Open, and migrate to the newest revision.

        Raises:
            StudyError: the URL is none, the database cannot be reached, or is newer than the app.
        """
        self.engine = _engine(url)
        # Writers of one process queue here fairly instead of polling SQLite's lock.
        self._writing = threading.Lock()
        with self.writing() as connection:
            _migrate(connection)

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """A transaction that is on disk when the block has ended, or has not happened.

        Not durable: a power cut may undo it (a killed process doesn't); what follows it and is
        durable takes it along. For what a page reports again anyway.

        Raises:
            StudyError: the database refuses or cannot be written.
        """
        with self._writing, self._transaction("write" if durable else "note") as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and waits for no writer.

        Raises:
            StudyError: the database cannot be read.
        """
        with self._transaction("read") as connection:
            yield connection

    @contextmanager
    def _transaction(self, mode: Literal["write", "note", "read"]) -> Iterator[Connection]:
        with _told(), self.engine.connect() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            if is_sqlite:
                connection = connection.execution_options(mode=mode)
            elif mode == "read":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                if mode == "note" and not is_sqlite:
                    connection.execute(text("SET LOCAL synchronous_commit = off"))
                yield connection

    def shrink(self) -> None:
        """SQLite: what was erased leaves the write-ahead file too, if nobody reads it just now."""
        if self.engine.dialect.name != "sqlite":
            return
        with _told(), closing(self.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the database, told in the project's words."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        said = " ".join(str(getattr(error, "orig", error)).split())
        raise StudyError(f"The database of the studies refuses: {said}.") from error


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() != "postgresql":
            raise StudyError(
                f"Studies are kept in SQLite or PostgreSQL, not in {parsed.drivername}."
            )
        return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=30)
    except (ArgumentError, NoSuchModuleError):
        raise StudyError(
            "The database of the studies has no usable URL: sqlite:///FILE or postgresql://…"
        ) from None


def _sqlite(url: str) -> Engine:
    name = make_url(url).database
    if not name or name == ":memory:":
        raise StudyError("A study's votes belong on a disk: give sqlite:/// a file.")
    try:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        # The keys of the tokens lie in it: for its owner's eyes only.
        Path(name).touch(mode=0o600)
    except OSError as error:
        raise StudyError(f"{name} cannot be made ({error.strerror}).") from None
    engine = create_engine(
        url, connect_args={"timeout": BUSY_S}, pool_size=10, max_overflow=30, pool_timeout=BUSY_S
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: object) -> None:
    """What each connection to SQLite needs. Transactions are begun by `_begin` alone."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        # What a withdrawal erases is overwritten in the file too.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin as the mode asks: reads take no lock; notes are not waited for on the disk."""
    mode = connection.get_execution_options().get("mode", "write")
    connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if mode == 'note' else 'FULL'}")
    connection.exec_driver_sql("BEGIN" if mode == "read" else "BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    """Run what is missing of the recorded migrations, in the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    if MigrationContext.configure(connection).get_current_revision() == script.get_current_head():
        return

    def upgrade(revision: Any, _: object) -> Any:
        return script._upgrade_revs("head", revision)

    try:
        with EnvironmentContext(config, script, fn=upgrade) as environment:
            environment.configure(connection=connection)
            environment.run_migrations()
    except (CommandError, ResolutionError):
        raise StudyError(
            "The database of the studies was written by a newer version of the app. Update the app."
        ) from None

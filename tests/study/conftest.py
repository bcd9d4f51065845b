"""Studies, stimuli and stores for the tests: SQLite in a folder, and a real PostgreSQL server."""

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mrcmv.study.store import Store, sqlite_url
from tests.study.scenes import Clock

DATABASES = itertools.count()
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where files need no disk: these tests are about what a program does, not about platters."""


def _programs() -> Path | None:
    """Where initdb and pg_ctl are."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of the tests' own, without the database's name."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    # The server refuses to run as root: Debian's package has made it a user.
    user = {"user": "postgres"} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="mrcmv-pg-", dir=MEMORY))
    if user:
        shutil.chown(folder, "postgres")
    port, data = _free_port(), folder / "data"

    def run(*command: object) -> None:
        subprocess.run(
            [str(part) for part in command],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            timeout=120,
            **user,
        )

    run(programs / "initdb", "-D", data, "-A", "trust", "-U", "rater", "-E", "UTF8", "-N")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
    try:
        yield f"postgresql://rater@127.0.0.1:{port}"
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of the test's own for its database."""
    with tempfile.TemporaryDirectory(prefix="mrcmv-study-", dir=MEMORY) as name:
        yield Path(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of an empty database: one test in SQLite, the same in PostgreSQL."""
    if request.param == "sqlite":
        return sqlite_url(folder / "studies.sqlite")
    server = request.getfixturevalue("postgres")
    name = f"studies_{next(DATABASES)}"
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server}/postgres?options=-csearch_path%3D{name}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_store(url: str, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens the test's database, as often as asked: a restart is another open."""
    opened: list[Store] = []

    def open_one() -> Store:
        opened.append(Store(url, clock))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()

"""Clients of `writer`: raters who go on voting while their server is killed and started again."""

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mrcmv.settings import REPOSITORY
from mrcmv.study.design import Study
from mrcmv.study.reading import consent_hash
from mrcmv.study.store import Store
from tests.study.writer import SHAPE, Counters

PATIENCE_S = 120.0


class Writer:
    """The process that forks servers."""

    def __init__(self, url: str, folder: Path, name: str = "writer") -> None:
        self.socket = str(folder / f"{name}.sock")
        counters = folder / f"{name}.counters"
        counters.write_bytes(bytes(SHAPE.size))
        self.counters = Counters(counters)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.study.writer", url, self.socket, str(counters)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.pid = 0

    def start(self, aim: tuple[str, int] | None = None) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(aim) + "\n")
        word, _, pid = self._line().partition(" ")
        assert word == "ready", word
        self.pid = int(pid)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> bool:
        """Wait for the server's death; whether a vote was between insert and acknowledgement."""
        assert self._line() == "dead"
        inserted, acknowledged = self.counters.read()
        return inserted > acknowledged

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the writer ended"
        return line.strip()


class Client(threading.Thread):
    """One rater after another: each vote is sent with one key until it is acknowledged."""

    def __init__(self, path: str, study: Study) -> None:
        super().__init__(daemon=True)
        self.path, self.study = path, study
        self.acknowledged: dict[str, tuple[int, str]] = {}
        self.refused: list[str] = []
        self.stopping = threading.Event()
        self._link: Any = None

    def run(self) -> None:
        while not self.stopping.is_set():
            session = self.call("begin", self.study.id, consent_hash(self.study))
            if "code" not in session:
                return
            self._vote_through(session["code"])

    def _vote_through(self, code: str) -> None:
        while not self.stopping.is_set():
            trial = self.call("trial", code).get("trial")
            if trial is None:
                return
            key = secrets.token_hex(8)
            slot = random.randrange(len(trial["slots"]))
            receipt = self.call("vote", code, {"token": trial["token"], "key": key, "slot": slot})
            if "hash" not in receipt:
                self.refused.append(str(receipt))
                return
            self.acknowledged[key] = (receipt["number"], receipt["hash"])

    def call(self, name: str, *values: Any) -> dict[str, Any]:
        """Ask again and again, as a page does whose network comes and goes."""
        line = json.dumps([name, values]).encode() + b"\n"
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            try:
                if self._link is None:
                    link = socket.socket(socket.AF_UNIX)
                    link.settimeout(PATIENCE_S)
                    link.connect(self.path)
                    self._link = link.makefile("rwb")
                self._link.write(line)
                self._link.flush()
                answer = self._link.readline()
                if answer.endswith(b"\n"):
                    found: dict[str, Any] = json.loads(answer)
                    return found
            except OSError:
                pass
            self._link = None
            time.sleep(0.02)
        raise TimeoutError(f"{name} was not answered")


@dataclass(frozen=True)
class Outcome:
    """Of many kills: how many hit a vote between insert and acknowledgement; votes; failures."""

    n_kills: int
    n_between: int
    n_acknowledged: int
    n_stored: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    refused: tuple[str, ...]
    is_whole: bool


def kill_often(
    url: str, study: Study, folder: Path, n_kills: int, *, n_clients: int = 4, seed: int = 0
) -> Outcome:
    """`kill_under` clients of a process that drives the store itself."""
    writer = Writer(url, folder)
    clients = [Client(writer.socket, study) for _ in range(n_clients)]
    return kill_under(writer, clients, url, study, n_kills, seed)


def kill_under(
    writer: Writer, clients: Sequence[Client], url: str, study: Study, n_kills: int, seed: int
) -> Outcome:
    """Kill a writer `n_kills` times under clients, then let everyone finish and count.

    Every other kill comes at a random moment; the rest at a random vote, right after its insert or
    right after its commit, before a byte of the answer is sent.
    """
    chance = random.Random(seed)
    writer.start()
    for client in clients:
        client.start()
    n_between = 0
    for number in range(n_kills):
        if number % 2 == 0:
            time.sleep(chance.uniform(0.0, 0.15))
            writer.kill()
        n_between += writer.wait()
        is_aimed = number % 2 == 0 and number + 1 < n_kills
        stage = chance.choice(["inserted", "committed"])
        writer.start((stage, chance.randint(1, 8)) if is_aimed else None)
    for client in clients:
        client.stopping.set()
    for client in clients:
        client.join(PATIENCE_S)
    writer.kill()
    writer.wait()
    writer.close()
    return _count(url, study, clients, n_kills, n_between)


def _count(
    url: str, study: Study, clients: Sequence[Client], n_kills: int, n_between: int
) -> Outcome:
    store = Store(url)
    acknowledged = {key: seen for one in clients for key, seen in one.acknowledged.items()}
    with store._database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT idempotency, number, hash, assignment FROM ledger WHERE kind = 'vote'"
        ).all()
    stored = {row[0]: (row[1], row[2]) for row in rows}
    trials = [row[3] for row in rows]
    outcome = Outcome(
        n_kills=n_kills,
        n_between=n_between,
        n_acknowledged=len(acknowledged),
        n_stored=len(rows),
        lost=tuple(key for key, seen in acknowledged.items() if stored.get(key) != seen),
        doubled=tuple(trial for trial in set(trials) if trials.count(trial) > 1),
        refused=tuple(said for one in clients for said in one.refused),
        is_whole=store.verify(study.id, dict(acknowledged.values())).is_whole,
    )
    store.close()
    return outcome

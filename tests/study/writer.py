"""A process that votes can be sent to and that can be killed: no HTTP, a line of JSON a call.

    python -m tests.study.writer URL SOCKET COUNTERS

It loads everything once, then forks a server each time a line comes (an aim in JSON, or `null`),
says `ready PID` when it serves and `dead` when it was killed: so hundreds of kills cost as many
forks and no start of Python. Counters in a shared file say how many votes had been inserted and
how many of them acknowledged when the server died; SIGKILL doesn't touch that file.
"""

import json
import mmap
import os
import signal
import socketserver
import struct
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import event

from mrcmv.errors import StudyError, VoteRefused
from mrcmv.study.ballots import Ballot
from mrcmv.study.store import Arrival, Store

SHAPE = struct.Struct("qq")
"""Inserted, acknowledged."""


class Counters:
    """Two numbers in a shared file."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), SHAPE.size)

    def read(self) -> tuple[int, int]:
        inserted, acknowledged = SHAPE.unpack_from(self._map)
        return inserted, acknowledged

    def write(self, inserted: int, acknowledged: int) -> None:
        SHAPE.pack_into(self._map, 0, inserted, acknowledged)


class Server(socketserver.ThreadingUnixStreamServer):
    """Serves one store; dies by its own hand where `aim` says: `[stage, at the n-th insert]`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: str, store: Store, counters: Counters, aim: list[Any] | None) -> None:
        super().__init__(path, Handler)
        self.store, self.counters, self.aim = store, counters, aim
        self.counting = threading.Lock()
        event.listen(store._database.engine, "after_cursor_execute", self.executed)

    def executed(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO ledger"):
            with self.counting:
                inserted, acknowledged = self.counters.read()
                self.counters.write(inserted + 1, acknowledged)
            self.die_if("inserted")

    def die_if(self, stage: str) -> None:
        if self.aim and self.aim[0] == stage and self.counters.read()[0] >= self.aim[1]:
            os.kill(os.getpid(), signal.SIGKILL)

    def answer(self, call: str, values: list[Any]) -> dict[str, Any]:
        store = self.store
        try:
            if call == "begin":
                return asdict(store.begin(values[0], Arrival("en", values[1])))
            if call == "trial":
                trial = store.trial(values[0])
                return {"trial": None if trial is None else asdict(trial)}
            return asdict(store.vote(values[0], Ballot(**values[1])))
        except VoteRefused as refusal:
            return {"refused": refusal.reason}
        except StudyError as error:
            return {"failed": str(error)}


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        for line in self.rfile:
            call, values = json.loads(line)
            answer = self.server.answer(call, values)
            stored = "hash" in answer and not answer["is_replay"]
            if stored:
                self.server.die_if("committed")
            self.wfile.write(json.dumps(answer).encode() + b"\n")
            if stored:
                with self.server.counting:
                    inserted, acknowledged = self.server.counters.read()
                    self.server.counters.write(inserted, acknowledged + 1)


def serve(url: str, path: str, counters: Counters, aim: list[Any] | None) -> None:
    Path(path).unlink(missing_ok=True)
    server = Server(path, Store(url), counters, aim)
    sys.stdout.write(f"ready {os.getpid()}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=5)


def main(url: str, path: str, counters_path: str) -> None:
    counters = Counters(Path(counters_path))
    for line in sys.stdin:
        counters.write(0, 0)
        child = os.fork()
        if child == 0:
            serve(url, path, counters, json.loads(line))
            os._exit(0)
        os.waitpid(child, 0)
        sys.stdout.write("dead\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

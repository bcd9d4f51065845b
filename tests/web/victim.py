"""The studies' server as a process that can be killed at a chosen moment of a vote.

    python -m tests.web.victim URL PORT COUNTERS STUDY

As `tests.study.writer`, over HTTP: it loads everything and listens once, then forks a server each
time a line comes (an aim in JSON, or `null`), says `ready PID` when that one serves and `dead` when
it was killed. Requests that come meanwhile wait in the queue of the socket; those on their way are
cut off, as raters' are.
"""

import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import event
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mrcmv.study.bundle import Bundle
from mrcmv.study.store import Store
from mrcmv.web.desk import Desk
from mrcmv.web.serving import application
from tests.study.writer import Counters


class Victim:
    """The application with a hand on the trigger: `aim` is `[stage, at the n-th insert]`."""

    def __init__(self, store: Store, study: str, counters: Counters, aim: list[Any] | None) -> None:
        locked = store.study(study)
        bundle = Bundle(Path(), locked.study, locked.stimuli, {})
        self.app: ASGIApp = application(Desk(store, {study: bundle}))
        self.counters, self.aim = counters, aim
        self.counting = threading.Lock()
        event.listen(store._database.engine, "after_cursor_execute", self.executed)

    def executed(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO ledger"):
            self.count(1, 0)
            self.die_if("inserted")

    def count(self, inserted: int, acknowledged: int) -> None:
        with self.counting:
            before = self.counters.read()
            self.counters.write(before[0] + inserted, before[1] + acknowledged)

    def die_if(self, stage: str) -> None:
        if self.aim and self.aim[0] == stage and self.counters.read()[0] >= self.aim[1]:
            os.kill(os.getpid(), signal.SIGKILL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/study/api/vote":
            await self.app(scope, receive, send)
            return
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await self.app(scope, receive, hold)
        receipt = json.loads(held[-1]["body"]).get("receipt")
        is_stored = receipt is not None and not receipt["is_replay"]
        if is_stored:
            self.die_if("committed")
        for message in held:
            await send(message)
        if is_stored:
            self.count(0, 1)


class Announced(uvicorn.Server):
    """Says that it serves."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"ready {os.getpid()}\n")
        sys.stdout.flush()


def serve(url: str, listening: socket.socket, counters: Counters, study: str, aim: Any) -> None:
    victim = Victim(Store(url), study, counters, aim)
    config = uvicorn.Config(victim, log_level="warning", access_log=False, lifespan="off")
    Announced(config).run(sockets=[listening])


def main(url: str, port: str, counters_path: str, study: str) -> None:
    counters = Counters(Path(counters_path))
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", int(port)))
    listening.listen(128)
    for line in sys.stdin:
        counters.write(0, 0)
        child = os.fork()
        if child == 0:
            serve(url, listening, counters, study, json.loads(line))
            os._exit(0)
        os.waitpid(child, 0)
        sys.stdout.write("dead\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

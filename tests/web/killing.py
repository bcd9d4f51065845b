"""Raters over HTTP who go on voting while their server is killed and started again."""

import http.client
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from mrcmv.settings import REPOSITORY
from mrcmv.study.design import Study
from tests.study.clients import PATIENCE_S, Client, Outcome, Writer, kill_under
from tests.study.writer import SHAPE, Counters
from tests.web.staged import free_port


class Host(Writer):
    """The process that forks servers on one port."""

    def __init__(self, url: str, folder: Path, study: str) -> None:
        self.port = free_port()
        counters = folder / "host.counters"
        counters.write_bytes(bytes(SHAPE.size))
        self.counters = Counters(counters)
        command = [sys.executable, "-m", "tests.web.victim", url, str(self.port), str(counters)]
        self.process = subprocess.Popen(
            [*command, study],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.pid = 0


class HttpClient(Client):
    """One rater after another, by the page's own endpoints; a request is sent until answered."""

    def __init__(self, port: int, study: Study) -> None:
        super().__init__(str(port), study)
        self.port = port

    def call(self, name: str, *values: Any) -> dict[str, Any]:
        if name == "begin":
            study, consent = values
            body = {"study": study, "language": "en", "consent": consent}
            said = self.post("begin", body, "")
            return said.get("session", said)
        code, *rest = values
        said = self.post(name, rest[0] if rest else {}, code)
        return said.get("receipt", said)

    def post(self, name: str, body: object, code: str) -> dict[str, Any]:
        """The answer's JSON; anything but 200 and 4xx is asked for again."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {code}"}
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            try:
                if self._link is None:
                    self._link = http.client.HTTPConnection(
                        "127.0.0.1", self.port, timeout=PATIENCE_S
                    )
                self._link.request("POST", f"/study/api/{name}", json.dumps(body), headers)
                answer = self._link.getresponse()
                data = answer.read()
                if answer.status == 500:
                    self.refused.append(f"500 for {name}")
                if answer.status < 500:
                    found: dict[str, Any] = json.loads(data)
                    return found
            except (OSError, http.client.HTTPException):
                pass
            if self._link is not None:
                self._link.close()
            self._link = None
            time.sleep(0.02)
        raise TimeoutError(f"{name} was not answered")


def kill_served(
    url: str, study: Study, folder: Path, n_kills: int, *, n_clients: int = 4, seed: int = 0
) -> Outcome:
    """`kill_under` clients of a server, over HTTP."""
    host = Host(url, folder, study.id)
    clients = [HttpClient(host.port, study) for _ in range(n_clients)]
    return kill_under(host, clients, url, study, n_kills, seed)

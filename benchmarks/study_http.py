"""Fifty raters at once over HTTP, and kill -9 a thousand times while raters vote over HTTP.

    python -m benchmarks.study_http [--raters 50] [--trials 12] [--clip-s 4] [--kills 1000]

Each rater is a client of the page's own endpoints: it loads the page and its files, consents, and
for each trial fetches the media, reports as the player does while it plays every soundtrack, thinks
for 5 to 15 s, and votes. Server and clients share this machine. Aims: every trial served, votes
answered within 150 ms at the 95th percentile, no answer above 499, and after each complete block of
votes every method has been in every slot equally often (± 1) on each clip. Then the harness of
`tests/web/test_kills.py`. `--raters 0` and `--kills 0` leave a part out.
"""

import argparse
import http.client
import json
import os
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from mrcmv.study.design import Study
from mrcmv.study.reading import consent_hash
from mrcmv.study.store import Store, sqlite_url
from tests.study.scenes import locked, make_study
from tests.web.killing import kill_served
from tests.web.staged import Server, make_bundle

THINK_S = (5.0, 15.0)
TICK_S = 2.0
AIM_MS = 150.0
BLOCK = 6
"""Votes after which three methods have stood in every order."""


class Rater(threading.Thread):
    """One rater with one connection; `took_ms`: by endpoint."""

    def __init__(self, port: int, study: Study, seed: int) -> None:
        super().__init__(daemon=True)
        self.study, self.chance = study, random.Random(seed)
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.took_ms: dict[str, list[float]] = defaultdict(list)
        self.statuses: Counter[int] = Counter()
        self.n_votes = 0
        self.failed = ""

    def run(self) -> None:
        try:
            time.sleep(self.chance.uniform(0, THINK_S[1]))
            self.take_part()
        except Exception as error:  # the benchmark tells every failure
            self.failed = f"{type(error).__name__}: {error}"

    def take_part(self) -> None:
        page = self.get(f"/study?s={self.study.id}").decode()
        for link in re.findall(r'(?:href|src)="(study/assets/[^"]+)"', page):
            self.get("/" + link)
        self.get("/study/assets/words.json")
        self.get(f"/study/api/describe?s={self.study.id}")
        arrival = {"study": self.study.id, "language": "en", "consent": consent_hash(self.study)}
        session = self.post("begin", arrival)["session"]
        code = session["code"]
        self.post("sound-check", {"n_heard": session["n_tones"]}, code)
        while (trial := self.post("trial", {}, code)["trial"]) is not None:
            self.judge(code, trial)
            if self.n_votes == session["n_trials"]:
                return

    def judge(self, code: str, trial: dict[str, Any]) -> None:
        for link in {slot[kind] for slot in trial["slots"] for kind in ("sound", "picture")}:
            self.get("/" + link)
        for number, slot in enumerate(trial["slots"]):
            self.play(code, trial["token"], number, slot["duration_s"])
        time.sleep(self.chance.uniform(*THINK_S))
        slot = self.chance.randrange(len(trial["slots"]))
        key = f"{self.chance.getrandbits(128):032x}"
        self.post("vote", {"token": trial["token"], "key": key, "slot": slot}, code)
        self.n_votes += 1

    def play(self, code: str, token: str, slot: int, duration_s: float) -> None:
        def report(kind: str, position_s: float) -> None:
            event = {"kind": kind, "slot": slot, "position_s": round(position_s, 3)}
            self.post("watch", {"token": token, "events": [event]}, code)

        began_s = time.monotonic()
        report("play", 0.0)
        while (left_s := duration_s - (time.monotonic() - began_s)) > 0:
            time.sleep(min(left_s, TICK_S))
            report("tick", min(duration_s, time.monotonic() - began_s))
        time.sleep(0.3)
        report("pause", duration_s)

    def get(self, path: str) -> bytes:
        kind = path.split("/")[2:3]
        return self.ask(f"({kind[0]})" if kind else "(page)", path)

    def post(self, name: str, body: object, code: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {code}"}
        said = self.ask(name, f"/study/api/{name}", json.dumps(body), headers)
        found: dict[str, Any] = json.loads(said)
        if "reason" in found:
            raise RuntimeError(f"{name}: {found['reason']}")
        return found

    def ask(
        self, name: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        began_s = time.perf_counter()
        self.link.request("GET" if body is None else "POST", path, body, headers or {})
        answer = self.link.getresponse()
        data = answer.read()
        self.took_ms[name].append(1000 * (time.perf_counter() - began_s))
        self.statuses[answer.status] += 1
        return data


def imbalance(store: Store, study: Study) -> int:
    """The largest difference between slots, per clip and method, after each complete block."""
    with store._database.reading() as connection:
        held = connection.exec_driver_sql(
            "SELECT cell, place, slots FROM assignments WHERE state = 'voted' AND cell IS NOT NULL"
        ).all()
    by_cell: dict[int, dict[int, list[str]]] = defaultdict(dict)
    for cell, place, slots in held:
        by_cell[cell][place] = [one["source"] for one in json.loads(slots)]
    worst = 0
    for places in by_cell.values():
        for end in range(BLOCK, study.votes_a_cell + 1, BLOCK):
            if any(place not in places for place in range(end)):
                break
            seen = Counter(
                (source, slot) for place in range(end) for slot, source in enumerate(places[place])
            )
            every = [seen[name, slot] for name in study.method_names for slot in range(3)]
            worst = max(worst, max(every) - min(every))
    return worst


def crowd(n_raters: int, n_trials: int, clip_s: float, folder: Path, seed: int) -> bool:
    """Raters at once; prints what was measured, and whether every aim is met."""
    study = make_study(
        n_clips=n_trials,
        votes_a_cell=n_raters,
        gate={"share": 0.95},
        sound_check={"tries": 3},
        stop={"targets": False, "raters": 10**6},
    )
    make_bundle(folder / "bundle", study, duration_s=clip_s)
    server = Server(folder, (folder / "bundle",))
    server.start()
    raters = [Rater(server.port, study, seed * 1000 + number) for number in range(n_raters)]
    began_s = time.monotonic()
    for rater in raters:
        rater.start()
    for rater in raters:
        rater.join()
    passed_s = time.monotonic() - began_s
    server.stop()
    store = Store(sqlite_url(folder / "studies.sqlite"))
    stored, worst = len(store.rows(study.id)), imbalance(store, study)
    is_whole = store.verify(study.id).is_whole
    store.close()
    took_ms: dict[str, list[float]] = defaultdict(list)
    statuses: Counter[int] = Counter()
    for rater in raters:
        statuses += rater.statuses
        for name, all_ms in rater.took_ms.items():
            took_ms[name] += all_ms
    expected = n_raters * n_trials
    n_votes = sum(rater.n_votes for rater in raters)
    print(f"{n_raters} raters, {n_trials} trials of 3 x {clip_s:g} s, {passed_s:.0f} s,", end=" ")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name, all_ms in sorted(took_ms.items()):
        at_95 = quantiles(all_ms, n=20)[-1] if len(all_ms) > 1 else all_ms[0]
        print(f"  {name:12} n {len(all_ms):6}  median {median(all_ms):6.1f} ms", end="  ")
        print(f"p95 {at_95:6.1f} ms  max {max(all_ms):7.1f} ms")
    print(f"votes thanked {n_votes} of {expected}, stored {stored}; statuses {dict(statuses)}")
    print(f"imbalance of slots after complete blocks {worst}; chain whole {is_whole}")
    for told in sorted({rater.failed for rater in raters if rater.failed}):
        print(f"  failed: {told}")
    vote_ms = quantiles(took_ms["vote"] * 2 or [float("inf")] * 2, n=20)[-1]
    no_500 = not any(status >= 500 for status in statuses)
    return no_500 and n_votes == stored == expected and vote_ms < AIM_MS and worst <= 1 and is_whole


def kills(n_kills: int, folder: Path, seed: int) -> bool:
    """Kill the server under voting raters; prints what was counted, and whether all is there."""
    study = make_study(n_clips=12, votes_a_cell=80_000)
    url = sqlite_url(folder / "studies.sqlite")
    store = Store(url)
    locked(store, study)
    store.close()
    began_s = time.monotonic()
    found = kill_served(url, study, folder, n_kills, seed=seed)
    print(f"kills {n_kills} over HTTP, {found.n_between / n_kills:.0%} of them between", end=" ")
    print(f"insert and acknowledgement, {time.monotonic() - began_s:.0f} s")
    print(f"votes thanked {found.n_acknowledged}, stored {found.n_stored}, lost", end=" ")
    print(
        f"{len(found.lost)}, doubled {len(found.doubled)}, refused {len(found.refused)};", end=" "
    )
    print(f"chain {'whole' if found.is_whole else 'BROKEN'}")
    ok = found.is_whole and not (found.lost or found.doubled or found.refused)
    return ok and found.n_acknowledged == found.n_stored and found.n_between >= 0.3 * n_kills


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raters", type=int, default=50)
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--clip-s", type=float, default=4.0)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None, help="where the databases lie")
    options = parser.parse_args()
    ok = True
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        if options.raters:
            (Path(name) / "crowd").mkdir()
            of = (options.raters, options.trials, options.clip_s)
            ok &= crowd(*of, Path(name) / "crowd", options.seed)
        if options.kills:
            (Path(name) / "kills").mkdir()
            ok &= kills(options.kills, Path(name) / "kills", options.seed)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())

"""A vote that was thanked for is on disk: kill -9 at random points under concurrent clients."""

import json
from collections import Counter
from pathlib import Path

import pytest

from mrcmv.study.store import Store, sqlite_url
from tests.study.clients import Client, Writer, kill_often
from tests.study.scenes import locked, make_study

N_KILLS = 200
CROWDED = make_study(n_clips=12, votes_a_cell=100_000)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_acknowledged_vote_is_lost_or_doubled_by_kill_9(folder: Path):
    url = sqlite_url(folder / "studies.sqlite")
    store = Store(url)
    locked(store, CROWDED)
    store.close()
    outcome = kill_often(url, CROWDED, folder, N_KILLS)
    assert outcome.refused == ()
    assert outcome.lost == ()
    assert outcome.doubled == ()
    assert outcome.is_whole
    # Every vote was sent until it was acknowledged: nothing else is stored either.
    assert outcome.n_stored == outcome.n_acknowledged >= N_KILLS
    assert outcome.n_between >= 0.3 * N_KILLS


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_threads_of_two_processes_share_out_places_and_votes(url: str, folder: Path):
    study = make_study(n_clips=4, votes_a_cell=9, trials=4)
    store = Store(url)
    locked(store, study)
    writers = [Writer(url, folder, name) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    clients = [Client(writer.socket, study) for writer in writers for _ in range(4)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(120)
    for writer in writers:
        writer.kill()
        writer.wait()
        writer.close()
    assert [said for client in clients for said in client.refused] == []
    rows = store.rows(study.id)
    assert sum(len(client.acknowledged) for client in clients) == len(rows)
    assert store.status(study.id).why_over
    assert store.verify(study.id).is_whole
    assert all(len(set(seen)) == len(seen) for seen in _clips_by_rater(rows).values())
    with store._database.reading() as connection:
        held = connection.exec_driver_sql(
            "SELECT cell, place, slots FROM assignments WHERE state = 'voted'"
        ).all()
    store.close()
    assert len({(cell, place) for cell, place, _ in held}) == len(held)
    target = [(cell, json.loads(slots)) for cell, place, slots in held if place < 9]
    assert set(Counter(cell for cell, _ in target).values()) == {9}
    counts = Counter(
        (cell, stimulus["source"], slot)
        for cell, slots in target
        for slot, stimulus in enumerate(slots)
    )
    assert set(counts.values()) == {3}


def _clips_by_rater(rows) -> dict[str, list[str]]:
    seen: dict[str, list[str]] = {}
    for row in rows:
        seen.setdefault(row.rater, []).append(row.clip)
    return seen

"""Kill -9 while raters vote over HTTP: no thanked vote is lost, none is doubled."""

from pathlib import Path

import pytest

from mrcmv.study.store import Store, sqlite_url
from tests.study.scenes import locked, make_study
from tests.web.killing import kill_served

N_KILLS = 200
CROWDED = make_study(n_clips=12, votes_a_cell=100_000)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_vote_that_was_thanked_for_over_http_is_lost_or_doubled(tmp_path: Path):
    url = sqlite_url(tmp_path / "studies.sqlite")
    store = Store(url)
    locked(store, CROWDED)
    store.close()
    outcome = kill_served(url, CROWDED, tmp_path, N_KILLS)
    assert outcome.refused == ()
    assert outcome.lost == ()
    assert outcome.doubled == ()
    assert outcome.is_whole
    assert outcome.n_stored == outcome.n_acknowledged >= N_KILLS
    assert outcome.n_between >= 0.3 * N_KILLS

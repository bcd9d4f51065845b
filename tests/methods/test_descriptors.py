from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from mrcmv import methods
from mrcmv.methods.descriptors import normal_scores, query_vector, scores, window_vectors
from mrcmv.types import Curve, Descriptors


def mean_energy(query, catalog, top: int = 5) -> float:
    found = methods.METHODS["descriptors"].rank(query, catalog)[:top]
    return float(np.mean([match.window.descriptors.energy for match in found]))


def test_a_fierce_voice_finds_fiercer_music(energies, make_query, calm_voice, wild_voice):
    calm, wild = make_query(voice=calm_voice), make_query(voice=wild_voice)
    assert mean_energy(wild, energies) > mean_energy(calm, energies) + 0.2


def test_a_moving_picture_finds_fiercer_music(energies, make_query, calm_voice):
    found = [mean_energy(make_query(motion=m, voice=calm_voice), energies) for m in (0.005, 0.08)]
    assert found[1] > found[0] + 0.2


def test_voice_and_picture_say_half_each(make_query, calm_voice, wild_voice):
    still, moving = {"motion": 0.012}, {"motion": 0.07}
    energy = {
        (voice, motion): float(query_vector(scores(make_query(voice=samples, **how)))[0])
        for voice, samples in (("calm", calm_voice), ("wild", wild_voice))
        for motion, how in (("still", still), ("moving", moving))
    }
    by_voice = energy["wild", "still"] - energy["calm", "still"]
    by_picture = energy["calm", "moving"] - energy["calm", "still"]
    assert 0.4 < by_voice / by_picture < 2.5


def test_the_matches_energy_rises_with_the_pictures_motion(energies, make_query):
    motions = np.geomspace(0.004, 0.1, 12)
    found = [mean_energy(make_query(motion=float(motion)), energies) for motion in motions]
    assert spearmanr(motions, found).statistic > 0.9


def test_the_clips_gain_changes_nothing(energies, make_query, wild_voice):
    quiet = methods.METHODS["descriptors"].rank(make_query(voice=wild_voice * 0.02), energies)
    loud = methods.METHODS["descriptors"].rank(make_query(voice=wild_voice * 3), energies)
    assert [m.track.track_id for m in quiet] == [m.track.track_id for m in loud]


def test_without_a_voice_the_picture_speaks_alone(make_query):
    measured = scores(make_query(motion=0.08))
    assert measured.voice is None
    assert query_vector(measured)[0] > 0


def test_distances_are_those_of_an_exact_search(energies, make_query, wild_voice):
    query = make_query(voice=wild_voice)
    wanted = query_vector(scores(query))
    vectors = window_vectors(energies.windows)
    for match in methods.METHODS["descriptors"].rank(query, energies):
        at = energies.windows.index(match.window)
        assert match.distance == pytest.approx(np.linalg.norm(vectors[at] - wanted), abs=1e-5)


def test_mastering_louder_moves_no_track(energies, make_query):
    """Loudness has no place in the vectors: a catalog of mixed masterings ranks the same."""
    louder = tuple(
        replace(w, descriptors=replace(w.descriptors, loudness_lufs=-6.0)) for w in energies.windows
    )
    np.testing.assert_array_equal(window_vectors(louder), window_vectors(energies.windows))


def test_a_calm_catalog_is_used_whole(make_catalog, make_query):
    """Places are ranks: fierce clips find the fiercest there is, in a catalog of lullabies too."""
    calm = [
        (Descriptors(80.0, 0, 0.5, -16.0, 0.1 + at / 1000, 1500.0, 3.0, 0.0),) for at in range(30)
    ]
    catalog = make_catalog(calm)
    assert mean_energy(make_query(motion=0.2), catalog) > 0.12
    assert mean_energy(make_query(motion=0.0), catalog) < 0.11


def test_normal_scores_keep_order_share_ties_and_are_centred():
    scored = normal_scores(np.array([3.0, 1.0, 3.0, 9.0]))
    assert scored[0] == scored[2]
    assert scored[1] < scored[0] < scored[3]
    assert np.allclose(normal_scores(np.full(5, 2.0)), 0.0)
    assert abs(normal_scores(np.arange(50.0)).mean()) < 1e-6


def test_many_moods_find_many_tracks(energies, make_query, calm_voice, wild_voice):
    """Hubness: queries of all kinds find most of the catalog, and no track is always there."""
    found: list[str] = []
    for motion in np.geomspace(0.004, 0.1, 5):
        for brightness in (0.15, 0.3, 0.45):
            for voice in (None, calm_voice, wild_voice):
                query = make_query(motion=float(motion), brightness=brightness, voice=voice)
                ranked = methods.METHODS["descriptors"].rank(query, energies)[:5]
                found += [match.track.track_id for match in ranked]
    n_queries = len(found) // 5
    counts = {name: found.count(name) for name in set(found)}
    assert len(counts) >= 24
    assert max(counts.values()) < 0.6 * n_queries


def test_a_menu_without_any_motion_is_calm_not_an_error(energies, make_query):
    query = make_query(motion=0.0)
    empty = Curve(np.zeros(0, np.float32), 10.0)
    blank = replace(query, decoded=replace(query.decoded, motion=empty, brightness=empty))
    assert mean_energy(query, energies) < 0.3
    assert mean_energy(blank, energies) < 0.3

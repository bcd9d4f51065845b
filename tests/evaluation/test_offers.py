"""What clips draw from music in which no truth is looked for: its energy, against the oracle's."""

from dataclasses import replace

import numpy as np
import pytest

from mrcmv.cli import protocols
from mrcmv.corpus.editor.choosing import REAL
from mrcmv.evaluation import figures, paired, ranking
from mrcmv.evaluation.judging import judge
from mrcmv.evaluation.protocol import UNHEARD, Offer
from mrcmv.evaluation.results import rows_of


@pytest.fixture(scope="module")
def real(world):
    """The same world, two thirds of whose music is real."""
    origin = np.where(world.material.pool.piece % 3 > 0, REAL, 0)
    material = replace(world.material, pool=replace(world.material.pool, origin=origin))
    return material, protocols.read_protocol(material)


@pytest.fixture(scope="module")
def rows(real):
    material, protocol = real
    methods = [*protocols.oracles(material, protocol), *protocols.draws(3)]
    return rows_of(
        judge(protocol, one.name, one.seed, one.distances, ceiling=one.ceiling) for one in methods
    )


def table(rows):
    return next(one for one in figures.tables_of(rows) if one.gallery == protocols.OFFERED)


def test_real_music_alone_is_offered_to_all_clips(real):
    material, protocol = real
    offer = protocol.offers[protocols.OFFERED]
    pieces = dict(zip(material.pool_windows, material.pool.piece, strict=True))
    assert len(offer.windows) == 24 * 4
    assert all(pieces[window] % 3 > 0 for window in offer.windows)
    assert list(offer.queries) == list(range(len(protocol.queries)))


def test_an_oracle_reaches_all_of_itself_and_a_draw_nothing(rows):
    told = table(rows)
    cells = {line.row.method: line.cells for line in told.lines}
    assert set(cells["random"]) == {
        "ρ energy", "ρ / oracle's", "energy, calm", "energy, middle", "energy, intense",
    }  # fmt: skip
    oracle = cells["oracle: both"]
    assert oracle["ρ / oracle's"].value == pytest.approx(1.0)
    assert oracle["ρ / oracle's"].error == pytest.approx(0.0, abs=1e-9)
    assert abs(cells["random"]["ρ / oracle's"].value) < 0.4
    assert oracle["ρ energy"].value > 0.7
    thirds = [oracle[f"energy, {name}"].value for name in ("calm", "middle", "intense")]
    assert thirds == sorted(thirds)


def test_a_share_of_a_correlation_is_that_share_written_out():
    rng = np.random.default_rng(0)
    truth, oracle, values = rng.normal(size=(3, 30))
    once = np.ones((1, 30))
    told = paired.share_of_correlation(truth, oracle)(values, once)
    rho = paired.correlation_with(truth)
    assert told == pytest.approx(rho(values, once) / rho(oracle, once))
    assert paired.share_of_correlation(truth, np.zeros(30))(values, once) == 0
    where = np.arange(30) < 10
    assert paired.mean_where(where)(values, once) == pytest.approx(values[:10].mean())


def test_a_track_counts_once_by_its_nearest_window():
    far = np.array([[3.0, 1.0, 2.0, 2.0, 9.0]])
    values, piece = np.array([10.0, 20.0, 30.0, 50.0, 7.0]), ["a", "a", "b", "b", "c"]
    nearest, own = ranking.nearest_of_pieces(far, values, piece)
    assert nearest.tolist() == [[1.0, 2.0, 9.0]]
    assert own.tolist() == [[20.0, 40.0, 7.0]]  # of equals the mean
    assert ranking.mean_of_first(nearest, own, 2) == pytest.approx([30.0])


def test_the_hash_of_a_test_knows_what_was_offered(real, world):
    _, protocol = real
    assert protocol.test != world.protocol.test
    other = replace(protocol, offers={protocols.OFFERED: Offer(np.arange(2), (("a", 0.0),))})
    assert other.test != protocol.test
    with pytest.raises(ValueError, match="a window twice"):
        Offer(np.arange(2), (("a", 0.0), ("a", 0.0)))


def test_a_method_that_cannot_be_asked_all_is_judged_where_it_can(real):
    _, protocol = real
    (one,) = protocols.draws(1)
    told = judge(protocol, "some", 0, one.distances, only=(protocols.OFFERED,))
    assert set(told.galleries) == {protocols.OFFERED}


def test_a_method_that_was_asked_less_is_compared_where_it_was(real):
    _, protocol = real
    first, second = protocols.draws(2)
    rows = rows_of([
        judge(protocol, "some", 0, first.distances, only=(protocols.OFFERED,)),
        judge(protocol, "all", 0, second.distances),
    ])  # fmt: skip
    for of, other in (("all", "some"), ("some", "all")):
        found = figures.compare(rows, (of, "clean voice"), ("ρ energy", "R@10"))
        assert [(one.gallery, one.other[0]) for one in found] == [(protocols.OFFERED, other)]
    assert len(figures.tables_of(rows)) > 1


def test_rows_are_compared_under_one_condition_and_with_what_never_hears(real):
    _, protocol = real
    (one,) = protocols.draws(1)
    told = [
        judge(protocol, method, 0, one.distances, condition=condition, only=(protocols.OFFERED,))
        for method, condition in (
            ("a", "clean voice"), ("a", "no voice"), ("b", "clean voice"), ("b", "no voice"),
            ("c", UNHEARD),
        )
    ]  # fmt: skip
    found = figures.compare(rows_of(told), ("a", "clean voice"), ("ρ energy",))
    assert [two.other for two in found] == [
        ("a", "no voice"), ("b", "clean voice"), ("c", UNHEARD),
    ]  # fmt: skip

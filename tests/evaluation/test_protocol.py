"""What a method is asked, what it found, and that only the same questions are compared."""

from dataclasses import replace

import numpy as np
import pytest

from mrcmv.cli import protocols
from mrcmv.corpus.editor.mind import WEIGHTS
from mrcmv.errors import MrcmvError
from mrcmv.evaluation import figures, results
from mrcmv.evaluation.judging import judge
from mrcmv.evaluation.protocol import Gallery, embedded, protocol_of
from mrcmv.evaluation.swaps import on_axes, swaps

SMALL, LARGE = "galleries of 12", "gallery of 80"


def points(world):
    """Queries and music where the editor has them. Shape: (queries, axes), windows → (m, axes)."""
    rows = protocols.rows_of(world.material, world.protocol)
    where = protocols.axes_of(world.material)
    return world.material.axes("target")[rows], lambda own: np.array([where[one] for one in own])


def noisy(world, seed, spread):
    """A network that embeds both sides on the editor's axes, not quite right."""
    queries, music_of = points(world)
    windows = world.protocol.windows
    rng = np.random.default_rng(seed)
    off = [spread * rng.normal(size=(n, queries.shape[1])) for n in (len(queries), len(windows))]
    weights = np.sqrt(WEIGHTS)
    return embedded((queries + off[0]) * weights, windows, (music_of(windows) + off[1]) * weights)


def judged(world, name, seed, spread, **more):
    return judge(world.protocol, name, seed, noisy(world, seed, spread), **more)


def cell(told, gallery, name):
    row = results.rows_of([told] if isinstance(told, results.Results) else told)[0]
    figure = next(one for one in figures.figures_of([row], gallery) if one.name == name)
    return figures.estimate(row, gallery, figure)


def test_a_protocol_asks_each_query_once_in_each_size_and_once_for_its_moment(world):
    protocol = world.protocol
    assert set(protocol.galleries) == {SMALL, LARGE}
    for many in protocol.galleries.values():
        asked = sorted(row for one in many for row in one.queries)
        assert asked == list(range(len(protocol.queries)))
        for one in many:
            for row, at in zip(one.queries, one.truth, strict=True):
                pair = world.material.pairs[protocols.rows_of(world.material, protocol)[row]]
                assert one.windows[at] == (pair["piece_id"], pair["music_start_s"])
    assert [len(one.windows) for one in protocol.galleries[SMALL]] == [12, 12, 12]
    assert len(protocol.moments.windows) == 36 * 4
    assert len(set(protocol.groups)) == 18


def test_a_gallery_that_could_not_be_right_is_refused():
    rows = np.array([0])
    for windows, truth, why in (
        ([("a", 0.0), ("a", 0.0)], [0], "twice"),
        ([("a", 0.0)], [1], "not in its gallery"),
        ([("a", 0.0)], [], "truths"),
    ):
        with pytest.raises(ValueError, match=why):
            Gallery(rows, tuple(windows), np.array(truth, int))


def test_a_corpus_without_galleries_asks_nothing_and_one_without_axes_knows_no_energy(world):
    with pytest.raises(ValueError, match="asks nothing"):
        protocol_of("empty", world.material.pairs, {"a": ()})
    plain = [{**pair, "target": None} for pair in world.material.pairs]
    protocol = protocol_of("videos", plain, {"a": world.material.galleries[:1]})
    told = judge(protocol, "m", None, lambda one: np.zeros((len(one.queries), len(one.windows))))
    assert "energy" not in told.galleries["a"].figures
    assert "moments" not in told.galleries
    assert cell(told, "a", "R@10").value == pytest.approx(100 * 10 / 12)


def test_the_oracle_of_the_corpus_gives_the_ranks_that_its_figures_do(world):
    from mrcmv.corpus.editor.oracle import read_mind

    oracle = protocols.oracles(world.material, world.protocol)[0]
    told = judge(world.protocol, oracle.name, None, oracle.distances).galleries[LARGE]
    material = world.material
    rows = material.rows("test")
    where = protocols.axes_of(material)
    slow = read_mind(
        "both", material.axes("voice_reading")[rows], material.axes("picture_reading")[rows],
        np.array([where[window] for window in material.large.windows]), material.large.truth,
        np.zeros(len(material.large.windows)),
    )  # fmt: skip
    np.testing.assert_array_equal(told.figures["nearer"], slow.nearer)


def test_a_method_that_knows_is_best_and_one_that_draws_at_chance(world):
    reference = {"axes": points(world)[1]}
    good = judged(world, "good", 0, 0.3, references=reference)
    flat = judge(
        world.protocol, "flat", None, lambda one: np.zeros((len(one.queries), len(one.windows))),
        references=reference,
    )  # fmt: skip
    tables = figures.tables_of(results.rows_of([good, flat]))
    assert [table.gallery for table in tables] == [SMALL, LARGE, "moments"]
    for table in tables:
        cells = {line.row.method: line.cells for line in table.lines}
        for figure in table.figures:
            if table.chance[figure.name] == 100:  # of 12, all are among the first 25
                continue
            better = cells["good"][figure.name].value - table.chance[figure.name]
            assert better * (1 if figure.more else -1) > 0, (table.gallery, figure.name)
            if not figure.name.startswith("track"):  # nothing is drawn by tracks there
                assert cells["flat"][figure.name].value == pytest.approx(
                    table.chance[figure.name], abs=1e-9
                )
    assert cells["good"]["mIoU"].n == 36
    assert cells["good"]["mIoU"].n_groups == 18


def test_recall_is_the_share_of_queries_whose_truth_is_among_the_first(world):
    method = noisy(world, 0, 0.5)
    hits = []
    for gallery in world.protocol.galleries[SMALL]:
        far = method(gallery)
        for at, truth in enumerate(gallery.truth):
            hits.append(list(np.argsort(far[at])).index(truth) < 5)
    told = cell(judged(world, "m", 0, 0.5), SMALL, "R@5")
    assert told.value == pytest.approx(100 * np.mean(hits))


def test_distances_of_another_shape_are_refused(world):
    with pytest.raises(ValueError, match=r"\(12, 12\) wanted"):
        judge(world.protocol, "m", 0, lambda gallery: np.zeros((12, 11)))


def test_results_come_back_from_their_file_as_they_were(world, tmp_path):
    told = judged(world, "MRCMV w/o the gate", 3, 1.0, references={"VGG/ish": points(world)[1]})
    path = results.save(told, tmp_path / "results")
    assert path.name == "mrcmv-w-o-the-gate-clean-voice-3.npz"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    (back,) = results.load_all(path.parent)
    assert (back.method, back.seed, back.test) == (told.method, 3, told.test)
    for name, own in told.galleries.items():
        assert back.galleries[name].queries == own.queries
        assert set(back.galleries[name].figures) == set(own.figures)
        for figure, values in own.figures.items():
            np.testing.assert_array_equal(back.galleries[name].figures[figure], values)


def test_damaged_and_missing_results_are_told_in_a_sentence(world, tmp_path):
    with pytest.raises(MrcmvError, match="no results"):
        results.load_all(tmp_path)
    path = results.save(judged(world, "m", 0, 1.0), tmp_path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(MrcmvError, match="cannot be read as results"):
        results.load(path)
    np.savez(path, other=np.zeros(1))
    with pytest.raises(MrcmvError, match="cannot be read as results"):
        results.load(path)


def test_only_the_same_questions_are_compared(world):
    one = judged(world, "one", 0, 1.0)
    with pytest.raises(MrcmvError, match="not asked the same queries"):
        results.rows_of([one, replace(one, method="two", test="another")])
    own = one.galleries[SMALL]
    other = replace(own, queries=own.queries[::-1])
    with pytest.raises(MrcmvError, match="not asked the same queries"):
        results.rows_of([one, replace(one, method="two", galleries={SMALL: other})])
    for seed in (0, None):
        with pytest.raises(MrcmvError, match="two results of one seed"):
            results.rows_of([replace(one, seed=seed)] * 2)
    with pytest.raises(MrcmvError, match="no results"):
        results.rows_of([])


def test_another_truth_is_another_test(world):
    protocol = world.protocol
    first, *rest = protocol.galleries[SMALL]
    turned = Gallery(first.queries, first.windows, np.roll(first.truth, 1))
    other = replace(protocol, galleries={**protocol.galleries, SMALL: (turned, *rest)})
    assert other.test != protocol.test
    assert replace(protocol).test == protocol.test


def test_seeds_of_a_method_are_one_row(world):
    rows = results.rows_of(
        [judged(world, "a", seed, 1.0) for seed in range(3)] + [judged(world, "b", 0, 1.0)]
    )
    assert [(row.method, row.n_seeds) for row in rows] == [("a", 3), ("b", 1)]
    assert rows[0].figure(SMALL, "nearer").shape == (3, 36)
    alone = [cell(judged(world, "a", seed, 1.0), SMALL, "MRR").value for seed in range(3)]
    assert cell(list(rows[0].runs), SMALL, "MRR").value == pytest.approx(np.mean(alone))


def test_a_better_method_is_found_better_and_an_equal_one_not(world):
    told = [judged(world, "good", seed, 0.3) for seed in range(3)]
    told += [judged(world, "same", seed + 10, 0.3) for seed in range(3)]
    told += [judged(world, "worse", seed, 3.0) for seed in range(3)]
    told.append(judged(world, "oracle", None, 0.0, ceiling=True))
    compared = figures.compare(
        results.rows_of(told), ("good", "clean voice"), ("R@1", "MRR", "ρ energy", "mIoU")
    )
    by = {(one.gallery, one.figure, one.other[0]): one for one in compared}
    assert len(by) == 2 * (2 * 3 + 1)  # the oracle is no rival
    for (gallery, name, other), one in by.items():
        if other == "worse" and name in ("MRR", "ρ energy"):
            assert one.p_holm < 0.05, (gallery, name)
            assert one.difference.low > 0
        if other == "same":
            assert one.p_holm > 0.05, (gallery, name)
    with pytest.raises(MrcmvError, match="No row is"):
        figures.compare(results.rows_of(told), ("better", "clean voice"))


def test_swaps_lose_on_the_side_that_errs(world):
    queries, music_of = points(world)
    rng = np.random.default_rng(0)
    off = {one: rng.normal(size=queries.shape[1]) for one in world.protocol.windows}
    wrong = queries + 2 * rng.normal(size=queries.shape)

    def mrr(method):
        return cell(judge(world.protocol, "m", None, method), SMALL, "MRR").value

    def misheard(own):
        return music_of(own) + 2 * np.array([off[one] for one in own])

    deaf = {
        name: mrr(one) for name, one in swaps(queries, music_of, queries, misheard, WEIGHTS).items()
    }
    blind = {
        name: mrr(one) for name, one in swaps(queries, music_of, wrong, music_of, WEIGHTS).items()
    }
    oracle = deaf["true query × true music"]
    assert oracle == blind["true query × true music"] == blind["true query × predicted music"]
    assert deaf["predicted query × true music"] == oracle
    assert deaf["true query × predicted music"] < oracle - 0.1
    assert blind["predicted query × true music"] < oracle - 0.1
    assert blind["predicted query × true music"] == blind["predicted query × predicted music"]


def test_points_on_axes_are_compared_as_the_editor_does(world):
    from mrcmv.corpus.editor.mind import mismatch

    queries, music_of = points(world)
    gallery = world.protocol.galleries[LARGE][0]
    np.testing.assert_allclose(
        on_axes(queries, music_of, WEIGHTS)(gallery),
        mismatch(queries[gallery.queries], music_of(gallery.windows)),
        rtol=1e-3, atol=1e-5,
    )  # fmt: skip
    with pytest.raises(ValueError, match="weight"):
        on_axes(queries, music_of, WEIGHTS[:2])

"""Trained networks as methods: exact search, embeddings that stay, and what is refused."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from mrcmv import inputs, media, methods
from mrcmv.catalog import Catalog
from mrcmv.errors import EmptyCatalog, MrcmvError, SettingsError, WeightsError
from mrcmv.indexing import index
from mrcmv.methods import Trained, networks
from mrcmv.methods import trained as module
from mrcmv.model import comparisons, network
from mrcmv.model.retriever import QueryFeatures
from mrcmv.model.retriever import distances as exact
from mrcmv.settings import Settings
from mrcmv.types import Frames, Query, Sound, Span
from tests.methods.networks import write_heads, write_network

TRAINED = ("mrcmv", "cmmr", "cbvmr")
BY_PICTURE = ("cmmr", "cbvmr")
LONG_S = 45.0
"""Two windows."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny networks on one thread: threads that wait for a busy core make them 50 times slower."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


def write_music(folder: Path, name: str, hz: float, seconds: float = 6.0) -> Path:
    """A tone under noise that beats, each piece of its own."""
    folder.mkdir(exist_ok=True)
    times_s = np.arange(round(seconds * 22050)) / 22050
    noise = np.random.default_rng(round(hz)).normal(size=len(times_s)) * (times_s % 0.5 < 0.05)
    soundfile.write(folder / name, 0.1 * np.sin(2 * np.pi * hz * times_s) + 0.2 * noise, 22050)
    return folder / name


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog's folder with four short tracks and one of two windows, measured."""
    folder = tmp_path_factory.mktemp("measured")
    for hz in (110, 440, 1760, 5000):
        write_music(folder / "music", f"{hz}.wav", hz)
    write_music(folder / "music", "long.wav", 700.0, LONG_S)
    made = Catalog(folder / "catalog")
    made.add([folder / "music"])
    index(made, Settings())
    return made.folder


@pytest.fixture
def catalog(tmp_path: Path, measured: Path) -> Catalog:
    """A copy of it."""
    return Catalog(shutil.copytree(measured, tmp_path / "catalog"))


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Settings with three tiny networks that belong together."""
    on = write_network(tmp_path / "own")
    for name in BY_PICTURE:
        write_heads(tmp_path / "own", name, on)
    return Settings(data_dir=tmp_path / "data", network=on)


def get(name: str, settings: Settings) -> Trained:
    method = methods.get(name, settings)
    assert isinstance(method, Trained)
    return method


@pytest.fixture
def ask(make_query) -> Callable[..., Query]:
    """`ask(seed=0, voice=samples)`: a query whose 64 pictures are drawn."""

    def make(seed: int = 0, **options: object) -> Query:
        query = make_query(**options)
        images = np.random.default_rng(seed).integers(0, 256, (64, 36, 64, 3), np.uint8)
        frames = Frames(images, np.arange(64, dtype=np.float32) / 2)
        return replace(query, decoded=replace(query.decoded, frames=frames))

    return make


def by_hand(name: str, settings: Settings, catalog: Catalog, query: Query) -> dict[str, float]:
    """Each track's distance: its file decoded anew, every window apart, no index and no FAISS."""
    whole = network.load(settings.network)
    frames = tuple(path[None] for path in inputs.picture_tensors(query.decoded.frames))
    voice = None if query.voice is None else inputs.sound_patches(query.voice)[None]
    heads = None
    if name != "mrcmv":
        heads = comparisons.load(settings.network.with_name(f"{name}.safetensors"), name)
    found: dict[str, float] = {}
    with torch.inference_mode():
        asked = (
            heads.embed_query(QueryFeatures(whole.picture_features(frames), None))
            if heads
            else whole.embed_query(frames, voice)
        )
        for window in catalog.windows:
            track = next(t for t in catalog.tracks if t.track_id == window.track_id)
            sound = media.read_sound(track.file, 22050, start_s=window.start_s)
            patches = inputs.sound_patches(sound)[None]
            point = (
                heads.embed_bgm(whole.bgm_features(patches)) if heads else whole.embed_bgm(patches)
            )
            far = float(exact(asked, point, heads.distance if heads else "euclid"))
            found[track.track_id] = min(far, found.get(track.track_id, np.inf))
    return found


@pytest.mark.parametrize("name", TRAINED)
def test_tracks_rank_by_their_nearest_window_as_found_by_hand(name, own, catalog, ask, calm_voice):
    method = get(name, own)
    index(catalog, own, method)
    query = ask(voice=calm_voice)
    expected = by_hand(name, own, catalog, query)
    ranked = method.rank(query, catalog)
    assert [m.track.track_id for m in ranked] == sorted(expected, key=expected.__getitem__)
    for match in ranked:
        assert match.distance == pytest.approx(expected[match.track.track_id], rel=0.02, abs=1e-4)
    assert len({round(match.distance, 4) for match in ranked}) > 1, "all are equally far"
    assert [match.fit for match in ranked] == [100.0, 75.0, 50.0, 25.0, 0.0]


def test_distances_are_those_of_the_models_own_measure(own):
    chance = np.random.default_rng(1)
    query, points = chance.normal(size=16), chance.normal(size=(30, 16)) * 5
    query, points = query.astype(np.float32), points.astype(np.float32)
    for name, how in (("mrcmv", "euclid"), ("cmmr", "euclid"), ("cbvmr", "cosine")):
        made = networks.load(name, get(name, own).weights, get(name, own).heads)
        expected = exact(torch.from_numpy(query)[None], torch.from_numpy(points), how)[0].numpy()
        np.testing.assert_allclose(made.distances(query, points), expected, atol=1e-5)


@pytest.mark.parametrize("name", TRAINED)
def test_embeddings_outlive_a_restart(name, own, catalog, ask, monkeypatch):
    method = get(name, own)
    assert index(catalog, own, method).n_analysed == 5
    before = method.rank(ask(), catalog)
    monkeypatch.setattr(networks.Network, "embed_bgm", lambda *_: pytest.fail("embedded again"))
    later = Catalog(catalog.folder)
    assert index(later, own, method).n_analysed == 0
    assert method.rank(ask(), later) == before


def test_other_weights_make_other_embeddings_and_both_stay(own, catalog, tmp_path, ask):
    index(catalog, own, get("mrcmv", own))
    first = get("mrcmv", own)
    other = Settings(network=write_network(tmp_path / "other", seed=1))
    second = get("mrcmv", other)
    assert first.space != second.space
    assert len(catalog.embedded(second.space)[0]) == 0
    with pytest.raises(EmptyCatalog, match="catalog index"):
        second.rank(ask(), catalog)
    assert index(catalog, other, second).n_analysed == 5
    a, b = (catalog.embedded(method.space)[1] for method in (first, second))
    assert a.shape == b.shape == (6, 16)
    assert not np.allclose(a, b)
    assert index(catalog, own, first).n_analysed == 0


def test_weights_replaced_in_their_place_are_other_weights(own, catalog):
    index(catalog, own, get("mrcmv", own))
    before = get("mrcmv", own).space
    write_network(own.network.parent, seed=2)
    after = get("mrcmv", own)
    assert after.space != before
    assert index(catalog, own, after).n_analysed == 5


def test_only_what_is_new_or_changed_is_embedded(own, catalog, tmp_path):
    method = get("mrcmv", own)
    index(catalog, own, method)
    catalog.add([write_music(tmp_path, "new.wav", 300.0)])
    assert index(catalog, own, method).n_analysed == 1
    write_music(tmp_path, "new.wav", 310.0)
    assert index(catalog, own, method).n_analysed == 1
    assert len(catalog.embedded(method.space)[0]) == len(catalog.windows)


def test_what_is_measured_is_not_measured_again(own, catalog, monkeypatch):
    before = catalog.windows
    monkeypatch.setattr("mrcmv.indexing._measured", lambda *_: pytest.fail("measured again"))
    assert index(catalog, own, get("mrcmv", own)).n_analysed == 5
    assert catalog.windows == before


def test_embeddings_of_other_windows_do_not_count(own, catalog):
    method = get("mrcmv", own)
    index(catalog, own, method)
    track, windows = next(iter(catalog._measured()))
    known = catalog.embeddings(method.space)
    assert known.of(track, windows) is not None
    moved = (replace(windows[0], start_s=8.0), *windows[1:])
    assert known.of(track, moved) is None
    assert known.of(track, (*windows, windows[0])) is None


def test_the_voice_counts_and_nobodys_voice_is_no_voice(own, ask, calm_voice, wild_voice):
    made = networks.load("mrcmv", own.network, None)
    at = {
        "calm": made.embed_query(ask(voice=calm_voice)),
        "wild": made.embed_query(ask(voice=wild_voice)),
        "silence": made.embed_query(ask(voice=np.zeros_like(calm_voice))),
        "none": made.embed_query(ask()),
    }
    names = list(at)
    assert not any(np.allclose(at[a], at[b]) for a in names for b in names if a < b)
    frames = tuple(path[None] for path in inputs.picture_tensors(ask().decoded.frames))
    with torch.inference_mode():
        seen = made.whole.picture_features(frames)
        heard = torch.zeros(1, 72, 8)
        trained_for = made.whole.query(seen, heard, has_voice=torch.tensor([False]))[0].numpy()
    np.testing.assert_allclose(at["none"], trained_for, atol=1e-6)


@pytest.mark.parametrize("name", BY_PICTURE)
def test_by_the_picture_alone_no_voice_is_heard(name, own, catalog, ask, calm_voice):
    method = get(name, own)
    index(catalog, own, method)
    assert not method.hears_voice
    assert method.rank(ask(voice=calm_voice), catalog) == method.rank(ask(), catalog)
    assert method.rank(ask(seed=1), catalog) != method.rank(ask(), catalog)


def test_a_short_sound_is_repeated_and_a_window_is_its_own_stretch(own):
    made = networks.load("mrcmv", own.network, None)
    tone = np.sin(np.arange(40 * 16000) * 0.05).astype(np.float32)[None]
    tone[:, 20 * 16000 :] *= 0.01
    sound = Sound(tone, 16000)
    first, second = made.embed_bgm(sound, [Span(0.0, 32.0), Span(8.0, 40.0)])
    assert not np.allclose(first, second)
    apart = made.embed_bgm(Sound(tone[:, 8 * 16000 :], 16000), [Span(0.0, 32.0)])[0]
    np.testing.assert_allclose(second, apart, atol=1e-4)


@pytest.mark.parametrize("name", BY_PICTURE)
def test_heads_of_other_backbones_are_refused_in_a_sentence(name, own, tmp_path):
    foreign = write_network(tmp_path / "foreign", seed=5)
    write_heads(own.network.parent, name, foreign)
    with pytest.raises(WeightsError, match=rf"{name}.*does not go with .*mrcmv.*other backbones"):
        get(name, own)
    get("mrcmv", own)


def test_heads_that_name_no_backbones_are_refused(own):
    heads = comparisons.load(own.network.with_name("cmmr.safetensors"), "cmmr")
    comparisons.save(heads, own.network.with_name("cmmr.safetensors"), {})
    with pytest.raises(WeightsError, match="does not go with"):
        get("cmmr", own)


def test_missing_weights_are_not_listed_and_named_with_a_way_out(own, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "WEIGHTS", tmp_path / "none" / "mrcmv-compact.safetensors")
    bare = Settings(data_dir=tmp_path)
    assert [method.name for method in methods.known(bare)] == ["descriptors", "tags", "random"]
    for name, way in (("mrcmv", "mrcmv train retrieval"), ("cmmr", "mrcmv train variants")):
        with pytest.raises(WeightsError, match=rf"{name} has no weights.*is missing.*{way}"):
            methods.get(name, bare)
    own.network.with_name("cbvmr.safetensors").unlink()
    assert [m.name for m in methods.known(own)][:3] == ["mrcmv", "cmmr", "descriptors"]
    with pytest.raises(WeightsError, match=r"cbvmr\.safetensors is missing"):
        methods.get("cbvmr", own)
    own.network.unlink()
    assert [m.name for m in methods.known(own)] == ["descriptors", "tags", "random"]


def test_weights_that_are_none_are_told_in_a_sentence(own):
    own.network.write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="safetensors"):
        methods.get("mrcmv", own)


def test_by_itself_goes_mrcmv_where_its_weights_are_else_descriptors(own, monkeypatch, tmp_path):
    assert methods.default(own) == "mrcmv"
    assert methods.default(own.model_copy(update={"method": "random"})) == "random"
    monkeypatch.setattr(module, "WEIGHTS", tmp_path / "mrcmv-compact.safetensors")
    bare = Settings(data_dir=tmp_path)
    assert methods.default(bare) == "descriptors"
    write_network(tmp_path).rename(tmp_path / "mrcmv-compact.safetensors")
    assert methods.default(bare) == "mrcmv"


def test_own_weights_are_named_by_file_or_by_the_folder_of_a_training(own):
    folder = own.model_copy(update={"network": own.network.parent})
    assert get("mrcmv", folder).space == get("mrcmv", own).space
    assert get("cmmr", folder).space == get("cmmr", own).space


def test_what_settings_name_and_is_not_there_is_refused_by_its_name(own, tmp_path):
    for change, words in (
        ({"network": tmp_path / "gone.safetensors"}, "MRCMV_NETWORK=.*gone.*holds no network"),
        ({"network": tmp_path}, "MRCMV_NETWORK=.*holds no network"),
        ({"method": "magic"}, "MRCMV_METHOD=magic is unknown"),
    ):
        with pytest.raises(SettingsError, match=words):
            methods.check(own.model_copy(update=change))
    own.network.with_name("cmmr.safetensors").unlink()
    with pytest.raises(MrcmvError, match="cmmr has no weights"):
        methods.check(own.model_copy(update={"method": "cmmr"}))
    methods.check(own)


@pytest.mark.parametrize("name", TRAINED)
def test_an_empty_catalog_is_told_with_a_way_out(name, own, ask, make_catalog):
    with pytest.raises(EmptyCatalog, match="mrcmv catalog add"):
        get(name, own).rank(ask(), make_catalog([]))

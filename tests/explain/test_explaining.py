"""The verb: matches are explained as they were found, and the clip is not looked at again."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
import torch

from mrcmv import explaining, media
from mrcmv.errors import MrcmvError
from mrcmv.explain import features_of
from mrcmv.methods import Method, Trained, networks
from mrcmv.methods.descriptors import Descriptors
from mrcmv.methods.networks import unit
from mrcmv.methods.random import Random
from mrcmv.model import grid
from mrcmv.model.network import Mrcmv
from mrcmv.types import Curve, Decoded, Frames, Query, Sound, Span, TrackWindow
from tests.explain import scenes
from tests.methods.networks import write_heads, write_network

WINDOW = Span(0.0, 32.0)
RATE_HZ = 16_000


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_network(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def method(weights) -> Trained:
    return Trained("mrcmv", weights)


def query(seed: int = 0, voice: bool = True) -> Query:
    chance = np.random.default_rng(seed)
    images = chance.integers(0, 256, (64, 36, 64, 3), np.uint8)
    frames = Frames(images, grid.fast_times_s())
    flat = Curve(chance.random(320).astype(np.float32), 10.0)
    clip = SimpleNamespace(path=Path("clip.mp4"), has_sound=True)
    decoded = Decoded(clip, WINDOW, frames, frames, flat, flat, None)
    said = Sound(0.1 * chance.normal(size=(2, 32 * RATE_HZ)).astype(np.float32), RATE_HZ)
    return Query(decoded, said if voice else None, (WINDOW,) if voice else ())


def catalog(method: Method, n_tracks: int = 6, seed: int = 1) -> SimpleNamespace:
    """Tracks t0, t1 … of two windows each, at places that were drawn."""
    chance = np.random.default_rng(seed)
    matches = [scenes.match(n) for n in range(n_tracks)]
    windows = tuple(
        TrackWindow(
            one.track.track_id, start_s, 32.0,
            replace(one.window.descriptors, energy=chance.random(), tempo_bpm=chance.random()),
        )
        for one in matches
        for start_s in (0.0, 8.0)
    )  # fmt: skip
    width = method.space.width if isinstance(method, Trained) else 0
    points = chance.normal(size=(len(windows), width)).astype(np.float32)
    return SimpleNamespace(
        tracks=tuple(one.track for one in matches),
        windows=windows,
        embedded=lambda space: (windows, points),
    )


@pytest.fixture
def looks(monkeypatch) -> list[str]:
    """What the backbones are asked to look at and to listen to, from now on."""
    asked: list[str] = []
    picture, voice = Mrcmv.picture_features, Mrcmv.voice_features

    def see(own, frames):
        asked.append("picture")
        return picture(own, frames)

    def hear(own, patches):
        asked.append("voice")
        return voice(own, patches)

    monkeypatch.setattr(Mrcmv, "picture_features", see)
    monkeypatch.setattr(Mrcmv, "voice_features", hear)
    return asked


def explained(asked: Query, held: SimpleNamespace, method: Method, n: int = 3):
    ranked = method.rank(asked, held)
    ids = [one.track.track_id for one in ranked[:n]]
    return explaining.explain(asked, held, method, ids), ranked


def test_matches_are_explained_as_they_were_found(method):
    told, ranked = explained(query(), catalog(method), method)
    assert told.matches == ranked[:3]
    assert [one.outcomes["both"].rank for one in told.explanation.matches] == [1, 2, 3]
    for one, found in zip(told.explanation.matches, ranked, strict=False):
        assert one.outcomes["both"].distance == pytest.approx(found.distance, rel=1e-4)
        assert (one.track_id, one.start_s) == (found.track.track_id, found.window.start_s)
    assert told.scene.across
    assert told.scene.peaks


def test_the_clip_is_looked_at_once_by_its_find(method, looks):
    asked, held = query(seed=11), catalog(method)
    explained(asked, held, method)
    assert looks == ["picture", "voice"]
    explained(replace(asked, seed=1), held, method)
    assert looks == ["picture", "voice"]


@pytest.mark.parametrize("change", ["picture", "voice", "silence"])
def test_another_clip_and_another_voice_are_looked_at_anew(method, looks, change):
    held = catalog(method)
    seed = 100 + sum(map(ord, change))  # what another test asked is remembered
    first, other = query(seed), query(seed + 1000)
    changed = {
        "picture": replace(first, decoded=other.decoded),
        "voice": replace(first, voice=other.voice),
        "silence": replace(first, voice=None, speech=()),
    }[change]
    before, _ = explained(first, held, method)
    after, _ = explained(changed, held, method)
    assert looks.count("picture") == 2
    assert not np.allclose(before.explanation.flow, after.explanation.flow)
    assert after.explanation.has_voice == (change != "silence")


def test_remembered_features_are_those_of_the_backbones(method):
    asked = query(seed=14)
    network = networks.load("mrcmv", method.weights, None)
    fast, slow = networks.inputs.picture_tensors(asked.decoded.frames)
    fresh = features_of(network.whole, (fast[None], slow[None]), networks._heard(asked))
    for kept in (network.features(asked), network.features(asked)):
        assert torch.equal(kept.picture.fast, fresh.picture.fast)
        assert torch.equal(kept.picture.slow, fresh.picture.slow)
        assert torch.equal(kept.voice, fresh.voice)


def test_any_track_can_be_asked_for_and_one_that_is_gone_is_told(method):
    asked, held = query(), catalog(method)
    last = method.rank(asked, held)[-1]
    told = explaining.explain(asked, held, method, [last.track.track_id])
    assert told.explanation.matches[0].outcomes["both"].rank == 6
    with pytest.raises(MrcmvError, match="Find music again"):
        explaining.explain(asked, held, method, ["gone"])


def test_a_catalog_that_changed_between_ranking_and_explaining_is_told(method):
    asked, held, calls = query(), catalog(method), []
    ids = [one.track.track_id for one in method.rank(asked, held)[:2]]
    whole = held.embedded

    def embedded(space):
        calls.append(space)
        windows, points = whole(space)
        return (windows, points + len(calls)) if len(calls) > 1 else (windows, points)

    held.embedded = embedded
    with pytest.raises(MrcmvError, match="Find music again"):
        explaining.explain(asked, held, method, ids)


def test_the_map_of_an_index_is_computed_once_and_anew_when_it_changes(method, monkeypatch):
    made = []
    compute = explaining.plane.plane
    monkeypatch.setattr(
        explaining.plane, "plane", lambda points: made.append(len(points)) or compute(points)
    )
    held = catalog(method, seed=21)
    first, _ = explained(query(), held, method)
    again, _ = explained(query(seed=2), held, method)
    assert made == [12]
    assert again.atlas.plane is first.atlas.plane
    explained(query(), catalog(method, n_tracks=7, seed=22), method)
    assert made == [12, 14]


def test_the_clips_place_on_the_map_is_that_of_its_embedding(method):
    asked, held = query(), catalog(method)
    told, _ = explained(asked, held, method)
    place = networks.load("mrcmv", method.weights, None).embed_query(asked)
    assert told.atlas.query == pytest.approx(told.atlas.plane.place(place), abs=1e-5)
    assert told.atlas.kept[1] == 5


@pytest.mark.parametrize(("method", "has_place"), [(Descriptors(), True), (Random(), False)])
def test_other_methods_have_a_map_and_nothing_to_look_into(method, has_place):
    told, ranked = explained(query(voice=False), catalog(method), method)
    assert told.explanation is None
    assert (told.atlas.query is not None) == has_place
    assert [one.track.track_id for one in told.matches] == [m.track.track_id for m in ranked[:3]]


def test_a_network_that_measures_by_angle_is_mapped_by_angle(weights):
    heads = write_heads(weights.parent, "cmmr", weights)
    method = Trained("cmmr", weights, heads)
    asked, held = query(), catalog(method)
    told, _ = explained(asked, held, method)
    network = networks.load("cmmr", weights, heads)
    _, points = held.embedded(method.space)
    expected = unit(points) if network.is_cosine else points
    assert told.atlas.plane.middle == pytest.approx(expected.mean(axis=0), abs=1e-5)
    assert told.explanation is None


def test_inside_a_track_its_own_window_is_looked_at_and_a_song_is_not(method, tmp_path):
    file = tmp_path / "track.wav"
    times_s = np.arange(60 * RATE_HZ) / RATE_HZ
    wave = 0.2 * np.sin(2 * np.pi * (200 + 20 * np.floor(times_s)) * times_s)
    soundfile.write(file, wave, RATE_HZ)
    kept = file.read_bytes()
    track = replace(scenes.match(0).track, file=file)
    found = explaining.music(method, track, Span(16.0, 48.0))
    assert (found.line.start_s, found.line.length_s) == (16.0, 32.0)
    network = networks.load("mrcmv", method.weights, None).whole
    sound = media.read_sound(file, start_s=16.0, duration_s=32.0)
    with torch.inference_mode():
        patches = networks.inputs.sound_patches(sound)[None]
        expected = network.bgm_internals(patches).bgm_to_bgm[0].numpy()
    assert np.array_equal(found.weights, expected)
    file.unlink()
    assert explaining.music(method, track, Span(16.0, 48.0)) is found, "it is looked into once"
    file.write_bytes(kept)
    other = explaining.music(method, track, Span(0.0, 32.0))
    assert not np.array_equal(other.weights, expected)
    assert explaining.music(method, replace(track, song="compact"), Span(0.0, 32.0)) is None
    assert explaining.music(Random(), track, Span(0.0, 32.0)) is None

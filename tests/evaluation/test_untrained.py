"""The app's `descriptors` before the corpus's real music."""

from dataclasses import astuple, replace

import numpy as np
import pytest

from mrcmv import media
from mrcmv.cli import protocols, untrained
from mrcmv.corpus.checks import picture
from mrcmv.corpus.editor.choosing import REAL
from mrcmv.evaluation.judging import judge
from mrcmv.methods.descriptors import SPEECH
from mrcmv.types import Descriptors
from tests.tiny_corpus import hum


@pytest.fixture(scope="module")
def real(world):
    pool = world.material.pool
    material = replace(world.material, pool=replace(pool, origin=np.full_like(pool.piece, REAL)))
    return material, protocols.read_protocol(material)


def asked(world, real, monkeypatch, spoken):
    """The energy of what is drawn where voices are spoken so, all pictures look alike, and the
    catalog measures the energy that there is."""
    material, protocol = real
    alike = np.ones((len(material.pairs), len(picture.NAMES)), np.float32)
    measured = replace(world.measured)
    monkeypatch.setattr(type(measured), "picture", lambda self, ids: alike)
    monkeypatch.setattr(untrained, "_spoken", lambda *given: spoken)
    energy = protocol.energy
    monkeypatch.setattr(
        untrained, "_measured",
        lambda m, windows, *rest: {
            one: Descriptors(100.0, 0, 0.5, -14.0, energy[one], 900.0, 2.0, 0.0) for one in windows
        },
    )  # fmt: skip
    (one,) = untrained.descriptors(material, measured, protocol, 1)
    told = judge(protocol, one.name, one.seed, one.distances, only=one.only)
    assert set(told.galleries) == {protocols.OFFERED}
    figures = told.galleries[protocols.OFFERED].figures
    return figures["energy"]


def test_who_is_spoken_over_fiercely_draws_energetic_music(world, real, monkeypatch):
    middle, spread = (np.array(astuple(one)) for one in SPEECH)
    _, protocol = real
    for sign in (1.0, -1.0):
        spoken = [(middle + sign * arousal * spread).tolist() for arousal in protocol.arousal]
        energy = asked(world, real, monkeypatch, spoken)
        assert sign * np.corrcoef(protocol.arousal, energy)[0, 1] > 0.6


def test_where_nobody_speaks_the_picture_alone_is_gone_by(world, real, monkeypatch):
    _, protocol = real
    energy = asked(world, real, monkeypatch, [None] * len(protocol.queries))
    assert energy.std() == pytest.approx(0.0, abs=1e-6)  # all pictures look alike


def test_without_an_offer_there_is_nothing_to_ask(world):
    assert untrained.descriptors(world.material, world.measured, world.protocol, 1) == []


def test_files_are_measured_once_and_a_hum_is_no_speech(tmp_path, monkeypatch):
    voice, piece = tmp_path / "v.flac", tmp_path / "p.flac"
    media.write_sound(hum(200.0, 5.0, 16_000), voice)
    media.write_sound(hum(400.0, 41.0, 22_050, 2), piece)
    spoken = untrained._voice(("v", voice), tmp_path)
    assert spoken["prosody"] is None
    music = untrained._piece(("p", piece), tmp_path)
    assert [start_s for start_s, _ in music["windows"]] == [0.0, 8.0]

    def refuse(*given, **more):
        raise AssertionError("read again")

    monkeypatch.setattr(media, "read_sound", refuse)
    assert untrained._voice(("v", voice), tmp_path) == spoken
    again = untrained._piece(("p", piece), tmp_path)
    assert [start_s for start_s, _ in again["windows"]] == [0.0, 8.0]

"""Mixtures: the same for the same key, at the levels asked for, of what is wanted."""

import pickle

import numpy as np
import pytest

from mrcmv import media
from mrcmv.model.separator import LEVEL as NETWORKS_LEVEL
from mrcmv.training import checking, heldout, mixtures
from mrcmv.training.mixtures import Mixtures, Wanted
from mrcmv.training.treatments import RATE_HZ, power
from mrcmv.types import Sound

ALL = {"voice": True, "music": True, "effects": True}


@pytest.fixture(scope="module")
def drawn(reels) -> Mixtures:
    return Mixtures(reels, 1.0, seed=5)


def test_one_key_one_mixture_and_another_key_another(drawn, reels):
    again = Mixtures(reels, 1.0, seed=5)
    for key in ((0, 0), (7, 3)):
        assert np.array_equal(drawn.draw(*key).stems, again.draw(*key).stems)
    assert not np.array_equal(drawn.draw(0, 0).stems, drawn.draw(0, 1).stems)
    assert not np.array_equal(drawn.draw(0, 0).stems, Mixtures(reels, 1.0, 6).draw(0, 0).stems)


def test_a_batch_is_the_mixtures_of_its_step(drawn):
    batch = drawn.batch(4, 3)
    assert batch.shape == (3, 3, 2, RATE_HZ)
    assert batch.dtype == np.float32
    assert np.array_equal(batch[2], drawn.draw(4, 2).stems)


def test_it_may_be_sent_to_another_process(drawn):
    sent = pickle.loads(pickle.dumps(drawn))
    assert np.array_equal(sent.draw(1, 1).stems, drawn.draw(1, 1).stems)


@pytest.mark.parametrize("level_db", [-10.0, 0.0, 17.0])
@pytest.mark.parametrize("hiss_db", [None, -12.0])
def test_the_voice_is_as_far_above_the_rest_as_asked(drawn, level_db, hiss_db):
    for at in range(5):
        wanted = Wanted(**ALL, level_db=level_db, hiss_db=hiss_db, plain=True)
        voice, music, effects = drawn.draw(at, wanted=wanted).stems
        ratio_db = 10 * np.log10(power(voice) / power(music + effects))
        assert ratio_db == pytest.approx(level_db, abs=0.01)


def test_noise_is_an_effect_beside_the_voice(drawn):
    """The parts that are no noise are tones: above 12 kHz there is nothing else."""
    wanted = Wanted(voice=True, music=False, effects=False, hiss_db=-10.0, plain=True)
    voice, music, effects = drawn.draw(0, wanted=wanted).stems
    assert power(music) == 0.0
    assert power(voice) > 0
    spectrum = np.abs(np.fft.rfft(effects[0])) ** 2
    assert spectrum[12_000:].mean() > 0.05 * spectrum.mean()


def test_every_mixture_has_the_networks_level_give_or_take(drawn):
    assert mixtures.LEVEL == NETWORKS_LEVEL
    loud = [10 * np.log10(power(drawn.draw(0, at).mix)) for at in range(60)]
    assert np.mean(loud) == pytest.approx(-20.0, abs=2.0)
    assert np.std(loud) == pytest.approx(mixtures.LOUDNESS_DB, rel=0.4)
    plain = drawn.draw(1, wanted=Wanted(plain=True))
    assert power(plain.mix) == pytest.approx(NETWORKS_LEVEL**2, rel=1e-3)


def test_parts_are_missing_as_often_as_stated(drawn):
    stems = np.stack([drawn.draw(9, at).stems for at in range(300)])
    there = (np.square(stems).mean(axis=(2, 3)) > 0).mean(axis=0)
    assert there[0] == pytest.approx(mixtures.SHARES["voice"], abs=0.08)
    assert there[1] == pytest.approx(mixtures.SHARES["music"], abs=0.08)
    # Hiss is an effect too.
    assert mixtures.SHARES["effects"] - 0.06 < there[2] < 0.95
    assert np.isfinite(stems).all()


@pytest.mark.parametrize("kind", ["synthetic", "human"])
def test_the_kind_of_speaker_that_is_asked_for_speaks(drawn, kind):
    for at in range(4):
        facts = drawn.draw(at, wanted=Wanted(**ALL, kind=kind)).facts
        assert facts["kind"] == kind


def test_synthetic_and_recorded_voices_go_through_the_same(reels):
    drawn = Mixtures(reels, 0.1)
    settings = {
        kind: [
            drawn.draw(at, wanted=Wanted(**ALL, kind=kind)).facts.get("setting")
            for at in range(150)
        ]
        for kind in ("synthetic", "human")
    }
    for name in ("phone", "headset", "webcam", "full"):
        one, two = (np.mean([s == name for s in settings[kind]]) for kind in settings)
        assert abs(one - two) < 0.15


def test_varied_voices_are_of_other_sizes_and_timbres_and_what_is_judged_is_not(reels):
    """The first harmonic of the made-up speakers is 150 or 190 Hz."""
    alone = Wanted(voice=True, music=False, effects=False, plain=True)

    def measured(drawn: Mixtures) -> tuple[set[int], float]:
        lowest, tilts = set(), []
        for at in range(40):
            said = drawn.draw(at, wanted=alone)
            if said.facts["setting"] == "phone":  # it has no first harmonic
                continue
            spectrum = np.abs(np.fft.rfft(said.stems[0, 0]))
            first = 100 + int(spectrum[100:300].argmax())
            lowest.add(round(first / 5) * 5)
            upper = spectrum[round(first * 3.5) : round(first * 8)].max()
            tilts.append(20 * np.log10(upper / spectrum[first]))
        return lowest, float(np.std(tilts))

    plain, varied = Mixtures(reels, 1.0), Mixtures(reels, 1.0, varied=True)
    pitches, spread_db = measured(plain)
    assert pitches == {150, 190}
    more, wider_db = measured(varied)
    assert len(more) > 8
    assert min(more) >= 120
    assert max(more) <= 235
    assert wider_db > spread_db + 1.5


def test_facts_say_over_whose_music_and_in_which_game(drawn):
    """The made-up games sound at 6 and 8 kHz, the short sound at 9 kHz."""
    games = set()
    for at in range(40):
        heard = drawn.draw(4, at, wanted=Wanted(**ALL, plain=True))
        spectrum = np.abs(np.fft.rfft(heard.stems[2].sum(axis=0)))
        there = {hz for hz in (6000, 8000, 9000) if spectrum[hz] > 0.05 * spectrum.max()}
        names = [name for name, hz in (("doom", {6000, 8000}), ("short", {9000})) if hz & there]
        assert heard.facts["game"] == " + ".join(names)
        assert heard.facts["music"] == "music"
        games.add(heard.facts["game"])
    assert games == {"doom", "doom + short", "short"}
    nothing = drawn.draw(4, wanted=Wanted(voice=True, music=False, effects=False, plain=True))
    assert (nothing.facts["music"], nothing.facts["game"]) == ("", "")


def test_levels_stand_around_where_voice_and_rest_are_as_loud(drawn):
    facts = [drawn.draw(3, at, wanted=Wanted(**ALL)).facts for at in range(300)]
    level_db = np.array([fact["level_db"] for fact in facts if "level_db" in fact])
    assert level_db.min() > -10.0
    assert level_db.max() < 20.0
    assert (np.abs(level_db) < 5.0).mean() > 0.45  # a third, were they drawn evenly


def test_a_kind_that_nobody_is_of_is_neither_checked_nor_judged(reels, tmp_path):
    alone = [
        (item.name, item.facts, Sound(reels["voice"].read(item), RATE_HZ))
        for item in reels["voice"].items
        if item.facts["kind"] == "synthetic"
    ]
    voice = media.write_reel(tmp_path / "voice", RATE_HZ, 1, alone)
    synthetic = Mixtures({**reels, "voice": voice}, 0.5)
    assert set(checking.ASKED) - set(checking.checks(synthetic, 1)) == {"human at 0 dB"}
    judged = {condition for _, condition, _ in heldout.held_out(synthetic, 1)}
    assert judged == set(heldout.possible(synthetic))
    assert not any("human" in condition for condition in judged)


def test_without_a_voice_the_voice_stem_is_silent(drawn):
    for at in range(5):
        assert power(drawn.draw(at, wanted=Wanted(voice=False)).stems[0]) == 0.0


def test_held_out_mixes_are_what_their_condition_says(drawn):
    asked = heldout.conditions()
    seen = {}
    for name, condition, mixture in heldout.held_out(drawn, 2):
        assert name.startswith(condition)
        seen.setdefault(condition, []).append(mixture)
        voice, rest = mixture.stems[0], mixture.stems[1] + mixture.stems[2]
        if condition == "no speech":
            assert power(voice) == 0.0
            continue
        level_db = 10 * np.log10(power(voice) / power(rest))
        assert level_db == pytest.approx(asked[condition].level_db, abs=0.01)
        assert mixture.facts["kind"] == condition.split()[0]
    assert {condition: len(own) for condition, own in seen.items()} == dict.fromkeys(asked, 2)

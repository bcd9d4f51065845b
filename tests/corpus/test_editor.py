"""Laws of the sound editor: levels, peaks, and stems that are the mix."""

import numpy as np

from mrcmv import media
from mrcmv.corpus.editor.laying import hold_gain, lay, limit, mixed
from mrcmv.types import Sound


def noise(rate_hz, seconds, level, seed=0):
    rng = np.random.default_rng(seed)
    return Sound((level * rng.normal(size=(2, int(rate_hz * seconds)))).astype(np.float32), rate_hz)


def talk(seconds=6.0):
    """Noise that comes and goes, as speech does."""
    sound = noise(48000, seconds, 0.05, seed=1)
    on = (np.arange(sound.samples.shape[1]) // 48000) % 2 == 0
    return Sound(sound.samples * on.astype(np.float32), 48000)


def test_the_mix_has_its_loudness_and_keeps_its_true_peak():
    laid = lay(noise(44100, 6.0, 0.1), talk(), game_lu=-6.0, target_lufs=-16.0)
    assert abs(media.loudness_lufs(mixed(laid)) + 16.0) < 0.5
    assert media.true_peak_dbtp(mixed(laid)) <= -1.0


def test_the_game_lies_below_the_voice_as_asked():
    near = lay(noise(44100, 6.0, 0.1), talk(), game_lu=-3.0)
    far = lay(noise(44100, 6.0, 0.1), talk(), game_lu=-12.0)
    gaps = [media.loudness_lufs(x.voice) - media.loudness_lufs(x.game) for x in (near, far)]
    assert abs(gaps[1] - gaps[0] - 9.0) < 0.5


def test_a_silent_game_is_not_blown_up():
    laid = lay(noise(44100, 6.0, 1e-5), talk(), game_lu=-6.0)
    assert np.abs(laid.game.samples).max() < 0.01


def test_silence_stays_silence():
    nothing = Sound(np.zeros((2, 96000), np.float32), 48000)
    laid = lay(Sound(np.zeros((2, 88200), np.float32), 44100), nothing, game_lu=-6.0)
    assert not mixed(laid).samples.any()


def test_the_limiter_holds_the_ceiling_and_leaves_quiet_sound_alone():
    loud = noise(48000, 1.0, 0.5).samples
    assert np.abs(limit(loud, 0.5)).max() <= 0.5 + 1e-6
    np.testing.assert_array_equal(hold_gain(0.01 * loud, 0.5), 1.0)

"""Laws of telling music from other sounds, and a recording from another one."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus.music.listening import listen, why_not_music
from mrcmv.corpus.music.spectrum import RATE_HZ, level_db
from mrcmv.corpus.music.twins import Twins, find_twins, landmarks, longest_of_each
from mrcmv.settings import REPOSITORY
from mrcmv.types import Sound

CATALOG = REPOSITORY / "catalog"


def tune(seed: int, duration_s: float = 30.0, rate_hz: int = RATE_HZ):
    """Plucked notes of a random tune, in a key and at a pace of its own. Shape: (n,)."""
    rng = np.random.default_rng(seed)
    beat_s, key = rng.uniform(0.3, 0.5), rng.uniform(0, 12)
    samples = np.zeros(round(duration_s * rate_hz) + 2 * rate_hz, np.float32)
    times_s = np.arange(round(0.9 * rate_hz)) / rate_hz
    tones = 150.0 * 2 ** ((key + np.array([0, 2, 3, 5, 7, 8, 10, 12, 14, 15])) / 12)
    for start_s in np.arange(0, duration_s, beat_s):
        at = round(start_s * rate_hz)
        for pitch_hz in rng.choice(tones, 2, replace=False) * rng.choice([0.5, 1.0, 2.0]):
            partials = sum(np.sin(2 * np.pi * k * pitch_hz * times_s) / k for k in (1, 2, 3, 4))
            samples[at : at + len(times_s)] += 0.1 * np.exp(-4 * times_s) * partials
    return samples[: round(duration_s * rate_hz)]


def noise(seed: int, duration_s: float = 30.0):
    """White noise whose level comes and goes as wind does. Shape: (n,)."""
    rng = np.random.default_rng(seed)
    n = round(duration_s * RATE_HZ)
    swell = 1 + 0.4 * np.sin(2 * np.pi * 0.13 * np.arange(n) / RATE_HZ)
    return (0.05 * swell * rng.normal(size=n)).astype(np.float32)


STORY = (
    "The king said nothing for a long while. Then he rose, and walked to the window. Below him, "
    "the city lay quiet under the snow. Nobody had seen such a winter before, and nobody wished "
    "to see one again. We must go, he said at last. Bring the horses, and wake the guards. If we "
    "leave before dawn, we may reach the pass in two days. She laughed at that, and asked him who "
    "he thought would write it down for them."
)


def verdict(mono, elsewhere: bool = False) -> str:
    return why_not_music(listen(level_db(mono), len(mono) / RATE_HZ), elsewhere)


def test_a_tune_is_music_wherever_it_lies():
    assert verdict(tune(1)) == ""
    assert verdict(0.5 * tune(2), elsewhere=False) == ""


@pytest.mark.parametrize("name", ["glass-lake", "iron-maw", "empty-chair", "press-any-key"])
def test_composed_pieces_are_music(name: str):
    sound = media.read_sound(CATALOG / f"{name}.opus", rate_hz=RATE_HZ, n_channels=1)
    assert verdict(sound.mono) == ""


def test_wind_is_weather():
    assert verdict(noise(1)) == "noise or weather"


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("voice", ["en", "en+f3", "en+m5"])
def test_speech_is_no_music(voice: str, tmp_path: Path):
    path = tmp_path / "story.wav"
    command = ["espeak-ng", "-v", voice, "-s", "140", "-w", str(path), STORY]
    subprocess.run(command, check=True)
    sound = media.read_sound(path, rate_hz=RATE_HZ, n_channels=1)
    assert verdict(sound.mono) == "speech"


def test_what_is_silent_or_short_is_left_out():
    assert verdict(1e-5 * tune(1)) == "silent"
    assert verdict(tune(1, duration_s=15.0)) == "shorter than 20 s"
    bell = np.concatenate([tune(1, duration_s=10.0), np.zeros(20 * RATE_HZ, np.float32)])
    assert verdict(bell) == "mostly silence"


def test_outside_of_the_music_folder_a_sound_must_be_clearly_music():
    whistle = np.sin(2 * np.pi * np.cumsum(np.linspace(400, 1200, 25 * RATE_HZ)) / RATE_HZ)
    engine = (0.3 * whistle).astype(np.float32) + noise(2, 25.0) * 0.1
    assert verdict(engine, elsewhere=True) != ""


def test_level_does_not_change_what_is_music():
    for mono in (tune(4), noise(4)):
        assert verdict(0.25 * mono) == verdict(mono)


def prints(*monos):
    return [landmarks(level_db(mono)) for mono in monos]


def test_a_recording_is_its_own_twin_at_any_level():
    (found,) = find_twins(prints(tune(1), 0.1 * tune(1)))
    assert (found.first, found.second) == (0, 1)
    assert found.share > 0.5
    assert abs(found.offset_s) < 0.1


def test_a_cut_that_begins_between_frames_is_a_twin_and_its_offset_is_found():
    whole = tune(1, 40.0)
    part = whole[round(7.013 * RATE_HZ) : round(31 * RATE_HZ)]
    (found,) = find_twins(prints(whole, part))
    assert found.share > 0.1
    assert found.offset_s == pytest.approx(-7.013, abs=0.1)


@pytest.mark.parametrize(("suffix", "quality"), [(".mp3", 0.95), (".ogg", 0.9), (".ogg", 0.1)])
def test_another_codec_bit_rate_and_gain_is_a_twin(tmp_path: Path, suffix: str, quality: float):
    import soundfile

    original = tune(1, 30.0, rate_hz=44_100)
    path = tmp_path / f"again{suffix}"
    shifted = 0.3 * original[round(1.2345 * 44_100) :]
    soundfile.write(path, shifted, 44_100, compression_level=quality)
    plain = media.resample(Sound(original[None], 44_100), RATE_HZ).mono
    again = media.read_sound(path, rate_hz=RATE_HZ, n_channels=1).mono
    (found,) = find_twins(prints(plain, again))
    assert found.share > 0.1
    assert found.offset_s == pytest.approx(-1.2345, abs=0.1)


def test_other_tunes_and_noises_are_no_twins():
    assert find_twins(prints(*(tune(seed) for seed in range(5)), noise(1), noise(2))) == []


def test_two_pieces_of_the_composer_in_one_style_are_no_twins():
    names = ("glass-lake", "paper-moons", "the-last-gate", "banners-burning", "redline",
             "neon-rain")  # fmt: skip
    files = [CATALOG / f"{name}.opus" for name in names]
    sounds = [media.read_sound(file, rate_hz=RATE_HZ, n_channels=1) for file in files]
    assert find_twins(prints(*(sound.mono for sound in sounds))) == []


def test_nothing_has_no_twins():
    nothing = np.zeros((0, 2), np.int32)
    assert find_twins([]) == []
    assert find_twins([nothing, nothing]) == []


def test_of_twins_the_longest_stays_and_a_twins_twin_is_judged_by_what_stays():
    pairs = [Twins(0, 1, 0.5, 0.0), Twins(1, 2, 0.5, 0.0)]
    assert longest_of_each([50.0, 40.0, 30.0], pairs) == {1: 0}
    assert longest_of_each([40.0, 50.0, 30.0], pairs) == {0: 1, 2: 1}
    assert longest_of_each([40.0, 40.0, 40.0], [Twins(0, 1, 0.5, 0.0)]) == {1: 0}

import time
from dataclasses import astuple, replace

import numpy as np
import pytest

from mrcmv import media, types
from mrcmv.catalog import MAKER, descriptors, energy, measure, rhythm, tonality
from mrcmv.catalog import spectra as spectra_module
from mrcmv.catalog.descriptors import rows_of, windows_of
from mrcmv.catalog.rhythm import autocorrelation, onset_frames, onset_strength
from mrcmv.catalog.spectra import FRAME_RATE_HZ, RATE_HZ, spectra
from mrcmv.types import Descriptors, Sound, Span, TrackWindow

PARAMETERS = [
    *((types, name) for name in ("WINDOW_S", "HOP_S")),
    *((descriptors, name) for name in ("VERSION", "LONGEST_S", "SILENCE_LUFS", "DETECTOR")),
    *((tonality, name) for name in ("MAJOR", "MINOR", "ENDING_S", "ENDING_WEIGHT", "SHARPNESS")),
    *((energy, name) for name in ("BASS_HZ", "TREBLE_HZ", "REFERENCE", "WEIGHTS", "STEEPNESS")),
    *((rhythm, name) for name in ("FLOOR_DB", "SLOWEST_BPM", "FASTEST_BPM", "LIKELIEST_BPM")),
    *((rhythm, name) for name in ("SPREAD_OCTAVES", "PULSES", "FEWEST_ONSETS", "LEAST_SCORE")),
    *((spectra_module, name) for name in ("RATE_HZ", "N_FFT", "HOP", "N_MELS", "LOWEST_HZ")),
    *((spectra_module, name) for name in ("HOP_CHROMA", "LOWEST_NOTE_HZ", "N_OCTAVES")),
]

C_MAJOR = ((60, 64, 67), (65, 69, 72), (67, 71, 74), (60, 64, 67))
A_MINOR = ((57, 60, 64), (62, 65, 69), (57, 60, 64), (64, 67, 71))


def sound_of(mono: np.ndarray) -> Sound:
    return Sound(np.stack([mono, mono]).astype(np.float32), RATE_HZ)


def clicks(tempo_bpm: float, duration_s: float = 32.0, level: float = 0.3) -> np.ndarray:
    """A noise burst on each beat."""
    samples = np.zeros(round(duration_s * RATE_HZ))
    burst = np.random.default_rng(0).normal(size=1500) * np.exp(-np.arange(1500) / 300)
    for beat_s in np.arange(0.1, duration_s - 0.2, 60 / tempo_bpm):
        at = round(beat_s * RATE_HZ)
        samples[at : at + 1500] += level * burst
    return samples


def chords(notes: tuple[tuple[int, ...], ...], chord_s: float = 2.0) -> np.ndarray:
    """The chords as organ tones, over and over for 32 s."""
    times_s = np.arange(round(chord_s * RATE_HZ)) / RATE_HZ
    hz = [[440 * 2 ** ((note - 69) / 12) for note in chord] for chord in notes]
    one = [
        sum(np.sin(2 * np.pi * n * f * times_s) / n**2 for f in chord for n in (1, 2, 3))
        for chord in hz
    ]
    whole = np.concatenate(one)
    return 0.05 * np.tile(whole, 1 + 32 * RATE_HZ // len(whole))[: 32 * RATE_HZ]


@pytest.mark.parametrize(("module", "name"), PARAMETERS)
def test_every_parameter_is_in_the_makers_id(module, name: str, monkeypatch: pytest.MonkeyPatch):
    assert descriptors.maker() == MAKER
    monkeypatch.setattr(module, name, 123.5)
    assert descriptors.maker() != MAKER


def only(sound: Sound) -> Descriptors:
    ((_, descriptors),) = measure(sound)
    return descriptors


@pytest.mark.parametrize("tempo_bpm", [72, 96, 120, 138])
def test_the_tempo_of_a_beat_with_softer_off_beats_is_found(tempo_bpm: float):
    beat = clicks(tempo_bpm) + clicks(2 * tempo_bpm, level=0.1)
    assert only(sound_of(beat)).tempo_bpm == pytest.approx(tempo_bpm, rel=0.02)


def test_a_steady_tone_has_no_tempo_and_no_onsets():
    measured = only(sound_of(chords(((60, 64, 67),), chord_s=32.0)))
    assert measured.onset_rate_hz < 0.1
    assert measured.tempo_bpm == 0.0


def test_onsets_are_counted():
    assert only(sound_of(clicks(120))).onset_rate_hz == pytest.approx(2.0, abs=0.1)


def test_hiss_under_quiet_music_is_no_onset():
    """Without a floor before the logarithm, the noise of a quiet passage counts as onsets."""
    noise = 1e-4 * np.random.default_rng(1).normal(size=32 * RATE_HZ)
    loud = clicks(60)
    loud[4 * RATE_HZ :] = 0
    mel = spectra((loud + noise).astype(np.float32)).mel
    strength = onset_strength(mel, float(np.percentile(mel.mean(axis=1), 99)))
    quiet = onset_frames(strength)
    assert np.sum(quiet > 5 * FRAME_RATE_HZ) == 0


@pytest.mark.parametrize(("notes", "key", "is_major"), [(C_MAJOR, 0, True), (A_MINOR, 9, False)])
@pytest.mark.parametrize("shift", [0, 5, 10])
def test_key_and_mode_follow_the_chords(notes, key: int, is_major: bool, shift: int):
    moved = tuple(tuple(note + shift for note in chord) for chord in notes)
    measured = only(sound_of(chords(moved)))
    assert (measured.key, measured.major >= 0.5) == ((key + shift) % 12, is_major)


def test_gain_changes_loudness_and_nothing_else():
    music = clicks(100) + chords(C_MAJOR)
    usual, quiet = only(sound_of(music)), only(sound_of(0.05 * music))
    lowered = usual.loudness_lufs + 20 * np.log10(0.05)
    assert quiet.loudness_lufs == pytest.approx(lowered, abs=0.1)
    same = replace(quiet, loudness_lufs=usual.loudness_lufs)
    np.testing.assert_allclose(astuple(same), astuple(usual), rtol=1e-3, atol=1e-4)


def test_drums_have_more_energy_than_the_chords_alone():
    calm = only(sound_of(chords(C_MAJOR, chord_s=4.0)))
    driven = only(sound_of(chords(C_MAJOR) + clicks(150) + clicks(300, level=0.1)))
    assert calm.energy < 0.3
    assert driven.energy > calm.energy + 0.4


def test_a_calm_passage_of_a_loud_track_has_less_energy_than_the_rest():
    music = np.concatenate([0.3 * chords(C_MAJOR, chord_s=4.0), chords(C_MAJOR) + clicks(160)])
    measured = measure(sound_of(music))
    assert measured[0][1].energy < measured[-1][1].energy - 0.2


def test_brightness_is_the_centroid_of_the_spectrum():
    times_s = np.arange(32 * RATE_HZ) / RATE_HZ
    low, high = (only(sound_of(0.1 * np.sin(2 * np.pi * hz * times_s))) for hz in (400, 4000))
    assert low.brightness_hz == pytest.approx(400, rel=0.1)
    assert high.brightness_hz == pytest.approx(4000, rel=0.05)


def test_loudness_is_the_standards():
    sound = sound_of(clicks(100) + chords(C_MAJOR))
    assert only(sound).loudness_lufs == pytest.approx(media.loudness_lufs(sound), abs=0.05)


def test_windows_are_32_s_every_8_s_and_a_short_piece_is_one():
    long = sound_of(np.tile(chords(C_MAJOR), 2)[: 50 * RATE_HZ])
    assert [span for span, _ in measure(long)] == [Span(at, at + 32.0) for at in (0.0, 8.0, 16.0)]
    short = sound_of(chords(C_MAJOR)[: 5 * RATE_HZ])
    assert [span for span, _ in measure(short)] == [Span(0.0, 5.0)]


def test_silence_is_no_window():
    assert measure(sound_of(np.zeros(40 * RATE_HZ))) == ()
    half = np.concatenate([np.zeros(40 * RATE_HZ), chords(C_MAJOR)])
    starts = [span.start_s for span, _ in measure(sound_of(half))]
    assert 0.0 not in starts
    assert 40.0 in starts


def test_the_vocal_share_is_that_of_the_window():
    sound = sound_of(np.tile(chords(C_MAJOR), 2)[: 40 * RATE_HZ])
    shares = [d.vocal_share for _, d in measure(sound, (Span(0.0, 4.0), Span(30.0, 40.0)))]
    assert shares == [6.0 / 32, 10.0 / 32]


def test_a_track_at_another_rate_is_refused():
    with pytest.raises(ValueError, match="22050 Hz"):
        measure(Sound(np.zeros((2, 48000), np.float32), 48000))


def test_rows_keep_windows():
    described = Descriptors(92.5, 11, 0.25, -16.5, 0.75, 1500.0, 2.5, 0.125)
    windows = tuple(TrackWindow("abc", at, 32.0, described) for at in (0.0, 8.0))
    assert windows_of("abc", rows_of(windows)) == windows


def test_autocorrelation_is_the_slow_sum():
    curve = np.random.default_rng(2).random(200).astype(np.float32)
    centred = curve - curve.mean()
    slow = [np.mean(centred[: 200 - lag] * centred[lag:]) for lag in range(100)]
    np.testing.assert_allclose(autocorrelation(curve)[:100], np.array(slow) / slow[0], atol=1e-4)


def test_a_minute_of_music_takes_at_most_a_second_and_a_half():
    minute = sound_of(np.tile(chords(C_MAJOR) + clicks(100), 2)[: 60 * RATE_HZ])
    measure(minute)
    start_s = time.process_time()
    measure(minute)
    assert time.process_time() - start_s < 1.5

"""What is music among the sounds of a game, by numbers that can be heard.

The limits were set by looking at both sides of each on the 540 sounds of 20 s and more in
`packages.PACKAGES`; what lies next to a limit stands beside it. By their names and numbers none of
the 46 left out so is music of 20 s; of the 494 kept one is spoken to a beat (a rap of supertux).
"""

from dataclasses import dataclass

import numpy as np

from mrcmv.corpus.music.spectrum import BIN_HZ, FRAME_RATE_HZ, N_FFT, RATE_HZ
from mrcmv.types import Floats

SHORTEST_S = 20.0
SILENT_DB = -70.0
MOST_SILENCE = 0.35
"""Bells, hammers and thunder are silent for 38 % of their time and more, and so are two pieces of
colobot that end long before their files do. The music with most pauses: 28 %."""
LEAST_TONAL = 0.175
LEAST_VARIETY_DB = 2.0
"""Rain, wind, surf and night reach 0.17 of tonal sound or 2.0 dB of variety; music 0.19 and 2.6."""
HARDLY_TONAL, LEAST_RHYTHM = 0.35, 0.2
"""Between noise and drums: a radio's static (0.26, 0.11) against a break beat (0.19, 0.3)."""
SPEECH_VARIETY_DB, SPEECH_RHYTHM = 7.0, 0.15
"""Speech never repeats and its spectrum leaps: rhythm 0.07–0.13 and variety 7.9–12.7 dB in five
long lines of games and eight readings by espeak-ng. Music with so little rhythm: up to 6.2 dB."""
EFFECT_TONAL, EFFECT_RHYTHM, EFFECT_ONSETS_HZ, EFFECT_DB = 0.4, 0.3, 2.5, -35.0
"""Where a package keeps its music in a folder of that name, a sound elsewhere has to be more
clearly music than one inside: frogs, lava, a space ship and a restaurant are kept out so."""

BAND_HZ = (100.0, 4000.0)
STANDS_OUT_DB = 10.0
N_MELS = 32
FLOOR = 10**-2.7
ONSET = 0.12
LAGS_S = (0.28, 4.0)


@dataclass(frozen=True)
class Heard:
    """What a sound measures; everything but the duration is 0 for one under 20 s.

    loud_db: level of loud frames, dB re full scale. silent_share: of frames 40 dB under them.
    tonal_share: of the power, in partials that stand out. variety_db: how the spectrum's shape
    changes. rhythm: how well the onsets repeat, 0–1.
    """

    duration_s: float
    loud_db: float = 0.0
    silent_share: float = 0.0
    tonal_share: float = 0.0
    variety_db: float = 0.0
    onset_rate_hz: float = 0.0
    rhythm: float = 0.0


def listen(level_db: Floats, duration_s: float) -> Heard:
    """Measure a sound by its spectrogram. Shape: (frames, bins), see `spectrum`."""
    mel = _mel(level_db)
    frames = mel.mean(axis=1)
    frames_db = 10 * np.log10(frames + 1e-12)
    loud_db = float(np.percentile(frames_db, 95))
    sounding = frames_db > max(loud_db - 40.0, -75.0)
    onsets = _onsets(mel)
    return Heard(
        duration_s=duration_s,
        loud_db=loud_db,
        silent_share=1.0 - float(sounding.mean()),
        tonal_share=_mean(_tonal_share(level_db), sounding),
        variety_db=_variety_db(mel, sounding),
        onset_rate_hz=_onset_rate_hz(onsets),
        rhythm=_rhythm(onsets),
    )


def why_not_music(heard: Heard, elsewhere: bool) -> str:
    """Why a sound is no music, in a few words; nothing if it is.

    elsewhere: the sound lies outside of the folder in which its package keeps its music.
    """
    if heard.duration_s < SHORTEST_S:
        return f"shorter than {SHORTEST_S:g} s"
    if heard.loud_db < SILENT_DB:
        return "silent"
    if heard.silent_share > MOST_SILENCE:
        return "mostly silence"
    if heard.tonal_share < LEAST_TONAL or heard.variety_db < LEAST_VARIETY_DB:
        return "noise or weather"
    if heard.tonal_share < HARDLY_TONAL and heard.rhythm < LEAST_RHYTHM:
        return "noise or weather"
    if heard.variety_db > SPEECH_VARIETY_DB and heard.rhythm < SPEECH_RHYTHM:
        return "speech"
    return "an effect" if elsewhere and _like_an_effect(heard) else ""


def _like_an_effect(heard: Heard) -> bool:
    return (
        heard.tonal_share < EFFECT_TONAL
        or heard.rhythm < EFFECT_RHYTHM
        or heard.onset_rate_hz < EFFECT_ONSETS_HZ
        or heard.loud_db < EFFECT_DB
    )


def _mel(level_db: Floats) -> Floats:
    """Power in mel bands. Shape: (frames, bins) → (frames, 32)."""
    from librosa.filters import mel

    weights = mel(sr=RATE_HZ, n_fft=N_FFT, n_mels=N_MELS, fmin=40.0, norm=None)
    power: Floats = 10 ** (level_db / 10) @ weights.T.astype(np.float32)
    return power


def _tonal_share(level_db: Floats) -> Floats:
    """How much of each frame's power lies in partials. Shape: (frames, bins) → (frames,)."""
    from scipy.ndimage import uniform_filter1d

    band = slice(int(BAND_HZ[0] / BIN_HZ), int(BAND_HZ[1] / BIN_HZ) + 1)
    stands_out = (level_db > uniform_filter1d(level_db, 41, axis=1) + STANDS_OUT_DB)[:, band]
    power = 10 ** (level_db[:, band] / 10)
    share: Floats = (power * stands_out).sum(axis=1) / (power.sum(axis=1) + 1e-12)
    return share


def _variety_db(mel: Floats, sounding: Floats) -> float:
    """How far each band strays from its mean, once the frames are brought to one level."""
    levels = 10 * np.log10(mel + 1e-12)
    shape = (levels - levels.mean(axis=1, keepdims=True))[sounding]
    return float(shape.std(axis=0).mean()) if len(shape) else 0.0


def _onsets(mel: Floats) -> Floats:
    """How much the spectrum rises at each frame. Shape: (frames, bands) → (frames,)."""
    loud = float(np.percentile(mel.mean(axis=1), 90)) + 1e-12
    logs = np.log(mel + FLOOR * loud)
    rise = np.maximum(logs[2:] - logs[:-2], 0.0).mean(axis=1)
    onsets: Floats = np.concatenate([np.zeros(2), rise])[: len(mel)].astype(np.float32)
    return onsets


def _onset_rate_hz(onsets: Floats) -> float:
    from scipy.signal import find_peaks

    peaks, _ = find_peaks(onsets, prominence=ONSET, height=ONSET, distance=2)
    return len(peaks) * FRAME_RATE_HZ / len(onsets)


def _rhythm(onsets: Floats) -> float:
    """The highest peak of the onsets' autocorrelation between 0.28 and 4 s."""
    import scipy.fft
    from scipy.signal import find_peaks

    centred = onsets - onsets.mean()
    size = scipy.fft.next_fast_len(2 * len(centred))
    lags = scipy.fft.irfft(np.abs(scipy.fft.rfft(centred, size)) ** 2, size)
    lags = lags[: int(LAGS_S[1] * FRAME_RATE_HZ)] / (lags[0] + 1e-12)
    peaks, _ = find_peaks(lags)
    wanted = lags[peaks[peaks >= int(LAGS_S[0] * FRAME_RATE_HZ)]]
    return float(wanted.max(initial=0.0))


def _mean(values: Floats, chosen: Floats) -> float:
    return float(values[chosen].mean()) if chosen.any() else 0.0

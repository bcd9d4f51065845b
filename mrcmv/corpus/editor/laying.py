"""The sound editor: lays a commentary over a take's sound and sets the levels of both."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from mrcmv import media
from mrcmv.corpus.voices.commentary import Spoken
from mrcmv.mixing import meter
from mrcmv.types import Floats, Sound

RATE_HZ = 48000
MOST_PEAK_DBTP = -1.8
"""AAC adds a few tenths of a decibel; what is published stays under −1 dBTP."""
GAME_MOST_DB = 9.0
"""A quiet take is raised by this much at most: footsteps should not sound like gunfire."""

LOUD_BLOCKS = 400
"""Of the meter's blocks of a millisecond."""
SILENCE_LUFS = -70.0
"""The absolute gate of BS.1770: what is softer does not sound."""

LEAST_VOICE_LUFS = -40.0
"""A voice below this is silence: the game is then set as if somebody spoke softly."""


@dataclass(frozen=True, eq=False)
class Laid:
    """The stems of a clip, at 48 kHz stereo, of one length: they sum to the mix."""

    voice: Sound
    game: Sound


def voice_track(spoken: Sequence[Spoken], duration_s: float) -> Sound:
    """The commentary as one track, peaks held. Shape: samples `(2, n)`."""
    n = round(duration_s * RATE_HZ)
    track = np.zeros(n, dtype=np.float32)
    for line in spoken:
        start = round(line.start_s * RATE_HZ)
        samples = line.utterance.sound.samples[0][: n - start]
        track[start : start + len(samples)] += samples
    speaking = track[np.abs(track) > 1e-4]
    level = float(np.sqrt(np.mean(speaking**2))) if len(speaking) else 1e-3
    return Sound(limit(np.tile(track, (2, 1)), level * 10 ** (11 / 20)), RATE_HZ)


def lay(game: Sound, voice: Sound, *, game_lu: float, target_lufs: float = -16.0) -> Laid:
    """Set the game's sound relative to the voice and bring their sum to a loudness.

    game_lu: loudness of the game's loud stretches relative to the voice. The true peak of the
    sum stays under −1 dBTP: both stems are turned down by the same momentary gain.
    """
    n = voice.samples.shape[1]
    moved = media.resample(game, RATE_HZ).samples[:, :n]
    moved = np.pad(moved, ((0, 0), (0, n - moved.shape[1])))
    voice_lufs = max(media.loudness_lufs(voice), LEAST_VOICE_LUFS)
    gain_db = voice_lufs + game_lu - loud_part_lufs(Sound(moved, RATE_HZ))
    moved = moved * np.float32(10 ** (min(gain_db, GAME_MOST_DB) / 20))
    stems = levelled(np.stack([voice.samples, moved]), target_lufs)
    return Laid(Sound(stems[0], RATE_HZ), Sound(stems[1], RATE_HZ))


def levelled(stems: Floats, target_lufs: float) -> Floats:
    """Stems whose sum has a loudness, its true peak under −1 dBTP: all by the same momentary gain.

    Shape: `(stems, 2, n)` at 48 kHz → the same.
    """
    for _ in range(3):  # the limiter takes a little loudness away: a second and third look
        now_lufs = media.loudness_lufs(Sound(stems.sum(axis=0), RATE_HZ))
        if not np.isfinite(now_lufs):
            break  # nobody speaks and nothing sounds
        stems = stems * np.float32(10 ** ((target_lufs - now_lufs) / 20))
        stems = stems * hold_gain(stems.sum(axis=0), 10 ** ((MOST_PEAK_DBTP - 0.3) / 20))
    peak_db = media.true_peak_dbtp(Sound(stems.sum(axis=0), RATE_HZ))
    down = np.float32(10 ** (min(0.0, MOST_PEAK_DBTP - peak_db) / 20))
    level: Floats = (stems * down).astype(np.float32)
    return level


def mixed(laid: Laid) -> Sound:
    """The sum of the stems."""
    return Sound(laid.voice.samples + laid.game.samples, RATE_HZ)


def loud_part_lufs(sound: Sound) -> float:
    """The loudness of a sound's loud stretches: the 95th percentile of its blocks of 0.4 s that
    are not silent, K-weighted (ITU-R BS.1770). Shape: samples `(channels, n)` at 48 kHz.
    """
    powers = meter.block_powers(part for _, part in meter.slices(sound.samples))
    n = len(powers) // LOUD_BLOCKS
    blocks = powers[: n * LOUD_BLOCKS].reshape(n, LOUD_BLOCKS).mean(axis=1)
    sounding = blocks[blocks > 10 ** ((SILENCE_LUFS + 0.691) / 10)]
    if len(sounding) == 0:
        return SILENCE_LUFS
    return float(10 * np.log10(np.percentile(sounding, 95)) - 0.691)


def limit(samples: Floats, ceiling: float) -> Floats:
    """Hold peaks under a ceiling. Shape: `(channels, n)` → the same."""
    held: Floats = (samples * hold_gain(samples, ceiling)).astype(np.float32)
    return held


def hold_gain(samples: Floats, ceiling: float) -> Floats:
    """The gain that holds peaks under a ceiling, 5 ms ahead, smooth.

    Shape: `(channels, n)` → `(n,)`.
    """
    reach = int(0.005 * RATE_HZ)
    peaks = ndimage.maximum_filter1d(np.abs(samples).max(axis=0), 2 * reach + 1)
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    gain: Floats = ndimage.uniform_filter1d(wanted, 2 * reach + 1).astype(np.float32)
    return gain

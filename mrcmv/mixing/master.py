"""From a mix to its soundtrack's file: loudness, ceiling, encoding, and the proof by decoding.

AAC is lossy: peaks grow by some tenths of a decibel. So the limiter keeps a margin, the file is
decoded and measured again, and where it still exceeds the ceiling it is made once more, lower.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.mixing import limiter, meter
from mrcmv.types import Floats, MixOptions, Sound

MARGIN_DB = 0.6
"""How far below the ceiling the limiter works: what AAC usually adds to a peak."""
SLACK_DB = 0.05
"""How far below the ceiling the decoded file stays: other meters differ by that much."""
NEAR_LU = 0.3
"""How near to the target the decoded file comes where peaks allow it."""
MISSED_LU = 0.5
"""How far off the target is worth a note."""
ATTEMPTS = 5
READ_S = 240.0
"""How much of a file is decoded at a time: each reading starts over, all at once takes memory."""


@dataclass(frozen=True)
class Measured:
    """What a decoded soundtrack measures, and whether there was any music to hear in it."""

    loudness_lufs: float
    true_peak_dbtp: float
    has_music: bool = True


def master(mix: Floats, options: MixOptions, out: Path) -> Measured:
    """Write a mix as an m4a at its loudness under its ceiling. Changes `mix` in place.

    Shape: mix `(2, n)` at 48 kHz. Returns what the decoded file measures.
    """
    powers = meter.block_powers(part for _, part in meter.slices(mix))
    target, ceiling = options.target_lufs, options.ceiling_dbtp - MARGIN_DB
    peaks = _peaks_that_matter(mix, powers, target, ceiling)
    applied = np.zeros_like(powers)
    for _ in range(ATTEMPTS):
        gain_db = limiter.gain_to(target, powers, peaks, ceiling)
        gains = limiter.gains_at(gain_db, peaks, ceiling)
        limiter.apply_gains(mix, gains - applied)
        applied = gains
        media.write_sound(Sound(mix, meter.RATE_HZ), out)
        measured = measure_file(out)
        over_db = measured.true_peak_dbtp - (options.ceiling_dbtp - SLACK_DB)
        louder_possible = gain_db < limiter.most_gain_db(peaks, ceiling)
        missing_lu = _missing(options.target_lufs, measured.loudness_lufs, louder_possible)
        if over_db <= 0 and abs(missing_lu) <= NEAR_LU:
            break
        ceiling -= max(over_db + SLACK_DB, 0.0)
        target = None if target is None else target + missing_lu
    return measured


def _peaks_that_matter(
    mix: Floats, powers: meter.Doubles, target: float | None, ceiling: float
) -> meter.Doubles:
    """Peaks per block: true ones where the limiter may come to work, sample peaks elsewhere."""
    peaks = meter.sample_peaks(part for _, part in meter.slices(mix))
    highest = meter.decibels(peaks.max(initial=0.0))
    gain_db = ceiling + limiter.MAX_REDUCTION_DB - highest
    loudness = meter.loudness_lufs(powers)
    if np.isfinite(loudness):
        # What the limiter takes back, 3 LU at most in practice, is made up for by more gain.
        gain_db = min(gain_db, 0.0 if target is None else target - loudness + 3.0)
    floor = 10.0 ** ((ceiling - gain_db) / 20.0) / meter.LIKELY_OVERSHOOT
    return meter.true_peaks(mix, peaks, floor)


def _missing(target: float | None, loudness: float, louder_possible: bool) -> float:
    """What the next attempt could mend of the distance to the target, in LU.

    Nothing where there is no target, nothing to hear, or the limiter gave all it may.
    """
    if target is None or not np.isfinite(loudness):
        return 0.0
    missing = target - loudness
    return missing if missing < 0 or louder_possible else 0.0


def measure_file(file: Path) -> Measured:
    """Decode a soundtrack, some minutes at a time, and measure it."""
    highest = -np.inf

    def parts() -> Iterator[Floats]:
        nonlocal highest
        for part in _decoded(file):
            highest = max(highest, meter.true_peak_dbtp(part))
            for _, piece in meter.slices(part):
                yield piece

    loudness = meter.loudness_lufs(meter.block_powers(parts()))
    return Measured(loudness, float(highest))


def _decoded(file: Path) -> Iterator[Floats]:
    """The file's sound in pieces of whole blocks."""
    start_s = 0.0
    while True:
        part = media.read_sound(file, meter.RATE_HZ, 2, start_s=start_s, duration_s=READ_S).samples
        if part.shape[1]:
            yield part
        if part.shape[1] < READ_S * meter.RATE_HZ:
            return
        start_s += READ_S


def note_on(measured: Measured, options: MixOptions) -> str | None:
    """The sentence on what could not be met, from the file's own figures; None when all was."""
    loudness, target = measured.loudness_lufs, options.target_lufs
    if not np.isfinite(loudness):
        return "The mix is silent: neither the clip nor the track can be heard."
    if measured.true_peak_dbtp > options.ceiling_dbtp:
        return (
            f"The mix peaks at {measured.true_peak_dbtp:.1f} dBTP, over the ceiling of "
            f"{options.ceiling_dbtp:g} dBTP: choose a lower loudness."
        )
    if not measured.has_music:
        return "The track is silent where it was laid, so no music is heard."
    if target is None or abs(loudness - target) <= MISSED_LU:
        return None
    return (
        f"The mix is at {loudness:.1f} LUFS instead of {target:g}: any louder, its peaks would "
        f"pass the ceiling of {options.ceiling_dbtp:g} dBTP."
    )

"""Whether two renderings are the same music: their descriptors, within stated tolerances.

Another version of FluidSynth or of the codec changes samples, not what the catalog measures.
"""

from collections.abc import Sequence
from statistics import fmean, median

from mrcmv import catalog, media
from mrcmv.types import Descriptors, Sound

TOLERANCES = {
    "loudness_lufs": 0.5,
    "energy": 0.06,
    "onset_rate_hz": 0.6,
    "brightness_hz": 200.0,
}
"""Most difference of the means over all windows, in each descriptor's own unit."""

TEMPO_SHARE = 0.03
"""Most difference of the median tempo, as a share of it."""


def differences(first: Sound, second: Sound) -> list[str]:
    """What differs by more than its tolerance, in words; empty when the two are the same music.

    The keys are the same when they are in more than half of the windows.
    """
    one, two = (_descriptors(sound) for sound in (first, second))
    found = []
    for name, most in TOLERANCES.items():
        a, b = (fmean(getattr(d, name) for d in windows) for windows in (one, two))
        if abs(a - b) > most:
            found.append(f"{name}: {a:.3f} and {b:.3f} (at most {most} apart)")
    a, b = (median(d.tempo_bpm for d in windows) for windows in (one, two))
    if abs(a - b) > TEMPO_SHARE * a:
        found.append(f"tempo_bpm: {a:.1f} and {b:.1f} (at most {TEMPO_SHARE:.0%} apart)")
    same_key = [x.key == y.key for x, y in zip(one, two, strict=False)]
    if 2 * sum(same_key) <= len(same_key):
        found.append(f"key: {[d.key for d in one]} and {[d.key for d in two]}")
    return found


def _descriptors(sound: Sound) -> Sequence[Descriptors]:
    return [window for _, window in catalog.measure(media.resample(sound, catalog.RATE_HZ))]

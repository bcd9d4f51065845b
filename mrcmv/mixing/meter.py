"""Loudness and true peak as envelopes, one value a millisecond, measured in one pass.

**Conventions.** Samples are `(channels, n)` at 48 kHz; a *block* is `BLOCK` samples (1 ms), the
last one may be short. `power` is the K-weighted mean square of each block, summed over channels
(ITU-R BS.1770-5, left and right weigh 1), so the loudness of any stretch, under any slow gain,
follows from the envelope alone. Work goes in slices: no second copy of a long sound is made.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mrcmv.types import Floats

RATE_HZ = 48_000
BLOCK = 48
SLICE_S = 10
HOP_BLOCKS = 100
"""Blocks in the 100 ms step of the gating blocks."""

# BS.1770-5, tables 1 and 2: the K-weighting at 48 kHz, numerators and denominators.
SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
K_WEIGHTING = np.array([SHELF, HIGH_PASS]).reshape(2, 6)

HUSH = 1e-12
"""Added to what is weighted, at -240 dB: in true silence the filter's rest becomes denormal
numbers, on which it takes twenty times as long."""

OVERSAMPLING = 4
TAPS = 20
"""Samples that one interpolated value is made of; half of them on either side."""
OVERSHOOT = 2.25
"""No value between samples exceeds its neighbours by more: the sum of the taps' sizes."""
LIKELY_OVERSHOOT = 1.42
"""What music and speech stay under (a tone at a quarter of the rate reaches 3 dB)."""

Doubles = NDArray[np.float64]


def slices(samples: Floats, seconds: int = SLICE_S) -> Iterator[tuple[slice, Floats]]:
    """Views of at most `seconds`, with where each lies. Their bounds are block bounds."""
    step = seconds * RATE_HZ
    for start in range(0, samples.shape[1], step):
        where = slice(start, min(start + step, samples.shape[1]))
        yield where, samples[:, where]


def block_powers(parts: Iterable[Floats]) -> Doubles:
    """K-weighted power per block of a sound given in parts (each a whole number of blocks)."""
    from scipy import signal

    state: Doubles | None = None
    powers = []
    for part in parts:
        if state is None:
            state = np.zeros((len(K_WEIGHTING), part.shape[0], 2))
        hush = np.full(part.shape[1], HUSH)
        hush[1::2] = -HUSH
        weighted, state = signal.sosfilt(K_WEIGHTING, part + hush, axis=1, zi=state)
        blocks = _blocked(weighted)
        powers.append(np.einsum("cbk,cbk->b", blocks, blocks) / BLOCK)
    return np.concatenate(powers) if powers else np.zeros(0)


def _blocked(values: NDArray[Any]) -> NDArray[Any]:
    """In blocks, zeros after a short last one. Shape: `(c, n)` → `(c, blocks, BLOCK)`."""
    rest = -values.shape[-1] % BLOCK
    if rest:
        values = np.pad(values, ((0, 0), (0, rest)))
    return values.reshape(len(values), -1, BLOCK)


def sample_peaks(parts: Iterable[Floats]) -> Doubles:
    """Largest sample of each block over both channels. Shape: `(blocks,)`, linear."""
    peaks = []
    for part in parts:
        blocks = _blocked(part)
        peaks.append(np.maximum(blocks.max(axis=(0, 2)), -blocks.min(axis=(0, 2))))
    return np.concatenate(peaks).astype(np.float64) if peaks else np.zeros(0)


def true_peaks(samples: Floats, peaks: Doubles, floor: float) -> Doubles:
    """True peak of each block whose samples reach `floor`; the sample peak of all others.

    Fourfold oversampling (BS.1770-5, annex 2). `peaks` are the sample peaks: most of a sound is
    far below the ceiling, and only the rest is worth interpolating.
    """
    found = peaks.copy()
    near = np.flatnonzero(peaks >= floor)
    if len(near) == 0:
        return found
    # Neighbouring blocks are done together; a stretch ends where 20 ms are quiet.
    breaks = np.flatnonzero(np.diff(near) > 20) + 1
    for stretch in np.split(near, breaks):
        for first in range(stretch[0], stretch[-1] + 1, SLICE_S * 1000):
            last = min(stretch[-1] + 1, first + SLICE_S * 1000)
            between = _between_samples(samples, first * BLOCK, last * BLOCK)
            found[first:last] = np.maximum(found[first:last], between)
    return found


def _between_samples(samples: Floats, start: int, stop: int) -> Doubles:
    """Largest interpolated value in each block of `[start, stop)`. Shape: `(blocks,)`."""
    from scipy import signal

    before, after = min(start, TAPS), min(TAPS, max(samples.shape[1] - stop, 0))
    part = samples[:, start - before : stop + after]
    fine = signal.upfirdn(_interpolator(), part, OVERSAMPLING, axis=1)
    first = OVERSAMPLING * (before + TAPS // 2)
    fine = np.abs(fine[:, first : first + OVERSAMPLING * (stop - start)]).max(axis=0)
    fine = np.pad(fine, (0, OVERSAMPLING * (stop - start) - len(fine)))
    largest: Doubles = fine.reshape(-1, OVERSAMPLING * BLOCK).max(axis=1).astype(np.float64)
    return largest


@cache
def _interpolator() -> Floats:
    from scipy import signal

    taps = signal.firwin(OVERSAMPLING * TAPS + 1, 1 / OVERSAMPLING, window=("kaiser", 5.0))
    return (OVERSAMPLING * taps).astype(np.float32)


def true_peak_dbtp(samples: Floats) -> float:
    """The highest true peak, in dBTP; -inf for silence."""
    peaks = sample_peaks(part for _, part in slices(samples))
    highest = peaks.max(initial=0.0)
    if highest == 0.0:
        return -np.inf
    return decibels(true_peaks(samples, peaks, highest / OVERSHOOT).max())


def loudness_lufs(powers: Doubles) -> float:
    """Integrated loudness of a power envelope, gated as BS.1770-5 says (annex 1, eqs. 3–7).

    Gating blocks of 400 ms every 100 ms; -inf for silence and for less than 400 ms.
    """
    n_steps = len(powers) // HOP_BLOCKS
    steps = powers[: n_steps * HOP_BLOCKS].reshape(-1, HOP_BLOCKS).mean(axis=1)
    if n_steps < 4:
        return -np.inf
    gates = np.convolve(steps, np.full(4, 0.25), "valid")
    gates = gates[_lufs(gates) >= -70.0]
    if len(gates) == 0:
        return -np.inf
    gates = gates[_lufs(gates) > _lufs(gates.mean()) - 10.0]
    return float(_lufs(gates.mean()))


def _lufs(power: Doubles | float) -> Doubles:
    """Eq. 4, with silence at -inf."""
    with np.errstate(divide="ignore"):
        lufs: Doubles = -0.691 + 10.0 * np.log10(power)
    return lufs


def loudness_of(samples: Floats) -> float:
    """Integrated loudness of a sound, in LUFS. Shape: `(channels, n)` at 48 kHz."""
    return loudness_lufs(block_powers(part for _, part in slices(samples)))


def decibels(amplitude: float) -> float:
    """A linear amplitude in dB; -inf for none."""
    return 20.0 * float(np.log10(amplitude)) if amplitude > 0 else -np.inf

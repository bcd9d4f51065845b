"""Decoded audio frames → one continuous sound on the clip's seconds.

A frame lies where its time stamp says: holes become silence, overlaps are dropped, and
what lies before zero or after the end is left out. Surround is brought to stereo with the
coefficients of ITU-R BS.775-3, table 2; it is not scaled down, so the sum may exceed 1.
"""

import math
from typing import Any

import av
import numpy as np
import soxr
from numpy.typing import NDArray

from mrcmv.types import Floats, Sound

RATE_HZ = 48_000
"""The rate at which the project works with a clip's sound."""

MAX_JITTER_S = 0.05
"""Time stamps may be off by this much (rounding, clock drift) without being followed."""

MAX_PLANES = 7
"""PyAV 18.1 reads past the end of a frame's list of planes when it has eight or more."""

_SIDE = 0.7071
_LEFT_RIGHT = {
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "FC": (_SIDE, _SIDE),
    "LFE": (0.0, 0.0),
    "LFE2": (0.0, 0.0),
    "BC": (0.5, 0.5),
    "DL": (1.0, 0.0),
    "DR": (0.0, 1.0),
}


def stereo_matrix(names: tuple[str, ...]) -> Floats:
    """Gains from the named channels to left and right. Shape: `(2, len(names))`.

    A single channel goes to both sides at full level. Channels without a known name are taken
    as left, right, then both sides.
    """
    if len(names) == 1:
        return np.ones((2, 1), np.float32)
    gains = []
    for index, name in enumerate(names):
        if name in _LEFT_RIGHT:
            gains.append(_LEFT_RIGHT[name])
        elif name.endswith("L"):
            gains.append((_SIDE, 0.0))
        elif name.endswith("R"):
            gains.append((0.0, _SIDE))
        else:
            gains.append(((1.0, 0.0), (0.0, 1.0))[index] if index < 2 else (_SIDE, _SIDE))
    return np.array(gains, np.float32).T


def frame_samples(frame: av.AudioFrame) -> Floats:
    """The samples of a frame as floats. Shape: `(channels, n)`."""
    if frame.format.is_planar and frame.layout.nb_channels > MAX_PLANES:
        interleave = av.AudioResampler(format="flt", layout=frame.layout, rate=frame.sample_rate)
        frame = interleave.resample(frame)[0]
    samples: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T  # (channels, n)
    if samples.dtype == np.uint8:
        return ((samples.astype(np.float32) - 128) / 128).astype(np.float32)
    if np.issubdtype(samples.dtype, np.integer):
        full_scale = -float(np.iinfo(samples.dtype).min)
        return (samples / full_scale).astype(np.float32)
    floats: Floats = np.nan_to_num(samples.astype(np.float32), posinf=0.0, neginf=0.0)
    return floats


class Soundtrack:
    """Collects audio frames in the order they come and lays them on one time line.

    `start_s` and `end_s` bound what is kept; `n_channels` is 1 or 2.
    """

    def __init__(
        self,
        rate_hz: int = RATE_HZ,
        n_channels: int = 2,
        start_s: float = 0.0,
        end_s: float = float("inf"),
    ) -> None:
        self.rate_hz = rate_hz
        self.n_channels = n_channels
        self._first = round(start_s * rate_hz)
        self._end_s = end_s
        self._pieces: list[Floats] = []
        self._position = self._first
        self._run: _Run | None = None
        self.n_frames = 0

    @property
    def full(self) -> bool:
        """Whether the end is reached and no later frame can change the sound."""
        return self._run is not None and self._run.end_s > self._end_s + MAX_JITTER_S

    @property
    def kept_s(self) -> float:
        """Seconds kept so far."""
        return (self._position - self._first) / self.rate_hz

    def add(self, frame: av.AudioFrame, zero_s: float = 0.0) -> None:
        """Lay a frame where its time stamp, less `zero_s`, says; without one, after the last."""
        self.n_frames += 1
        time_s = None if frame.time is None else frame.time - zero_s
        names = tuple(channel.name for channel in frame.layout.channels)
        run = self._run
        if run is None or run.differs(frame.sample_rate, names, time_s):
            self._close_run()
            begin_s = time_s if time_s is not None else run.end_s if run else 0.0
            run = self._run = _Run(frame.sample_rate, names, begin_s, self.rate_hz)
        self._lay(run.push(frame_samples(frame)), run)

    def finish(self, duration_s: float = float("inf"), pad: bool = False) -> Sound:
        """The sound so far, cut to `duration_s`; padded with silence up to it if asked."""
        self._close_run()
        total = self._position - self._first
        if duration_s < float("inf"):
            wanted = round(duration_s * self.rate_hz)
            total = wanted if pad else min(total, wanted)
        samples = np.zeros((2, total), np.float32)
        position = 0
        for piece in self._pieces:
            stop = min(position + piece.shape[1], total)
            samples[:, position:stop] = piece[:, : stop - position]
            position = stop
        if self.n_channels == 1:
            samples = samples.mean(axis=0, keepdims=True)
        return Sound(samples, self.rate_hz)

    def _close_run(self) -> None:
        if self._run is not None:
            self._lay(self._run.push(None), self._run)

    def _lay(self, piece: Floats, run: "_Run") -> None:
        """Append what of a run's next piece lies after the sound so far. Shape: `(2, n)`."""
        start = run.position
        run.position += piece.shape[1]
        piece = piece[:, max(0, self._position - start) :]
        start = max(start, self._position)
        if not piece.shape[1] or start >= self._end_s * self.rate_hz:
            return
        if start > self._position:
            self._pieces.append(np.zeros((2, start - self._position), np.float32))
        self._pieces.append(piece)
        self._position = start + piece.shape[1]


class _Run:
    """Frames that follow each other without a hole, at one rate and with one layout.

    A run that is resampled is begun, with zeros, at the last moment that both rates have a sample
    for: so a sound comes out the same wherever its decoding began.
    """

    def __init__(self, rate_hz: int, names: tuple[str, ...], begin_s: float, to_hz: int) -> None:
        self.rate_hz = rate_hz
        self.names = names
        first = round(begin_s * rate_hz)
        common = rate_hz // math.gcd(rate_hz, to_hz)
        self._lead = first % common
        self.begin_s = (first - self._lead) / rate_hz
        self.position = (first - self._lead) // common * (to_hz * common // rate_hz)
        self._matrix = stereo_matrix(names)
        self._n = self._lead
        self._stream = soxr.ResampleStream(rate_hz, to_hz, 2) if rate_hz != to_hz else None

    @property
    def end_s(self) -> float:
        return self.begin_s + self._n / self.rate_hz

    def differs(self, rate_hz: int, names: tuple[str, ...], time_s: float | None) -> bool:
        apart_s = 0.0 if time_s is None else abs(time_s - self.end_s)
        return rate_hz != self.rate_hz or names != self.names or apart_s > MAX_JITTER_S

    def push(self, samples: Floats | None) -> Floats:
        """Mix down and resample; None draws out the rest. Shape: `(channels, n)` → `(2, m)`."""
        stereo = np.zeros((2, 0), np.float32)
        if samples is not None:
            self._n += samples.shape[1]
            stereo = self._matrix @ samples
        if self._lead:
            stereo = np.pad(stereo, ((0, 0), (self._lead, 0)))
            self._lead = 0
        if self._stream is None:
            return stereo
        out: Floats = self._stream.resample_chunk(
            np.ascontiguousarray(stereo.T), last=samples is None
        ).T
        return out


def fitted(sound: Sound, duration_s: float) -> Sound:
    """The sound cut or padded with silence to a length. Shape: `(channels, round(s·rate))`."""
    total = round(duration_s * sound.rate_hz)
    samples = np.zeros((sound.samples.shape[0], total), np.float32)
    n = min(total, sound.samples.shape[1])
    samples[:, :n] = sound.samples[:, :n]
    return Sound(samples, sound.rate_hz)

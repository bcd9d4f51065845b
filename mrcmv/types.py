"""The frozen dataclasses that travel between rooms. Names carry their units."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

WINDOW_S = 32.0
"""Length of a clip window and of a track's window, in seconds (MRCMV, section 4.2)."""
HOP_S = 8.0
"""Distance between a track's windows, in seconds (DESIGN.md)."""


@dataclass(frozen=True)
class Span:
    """A stretch of time, in seconds: `[start_s, end_s)`."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


def track_windows(duration_s: float) -> tuple[Span, ...]:
    """Where a track's windows lie: 32 s long, every 8 s, none past the end.

    A track of up to 32 s is one window; of a longer one less than 8 s at the end are in none.
    """
    n_hops = max(0, int((duration_s - WINDOW_S + 1e-6) // HOP_S))
    length_s = min(duration_s, WINDOW_S)
    return tuple(Span(hop * HOP_S, hop * HOP_S + length_s) for hop in range(n_hops + 1))


@dataclass(frozen=True, eq=False)
class Sound:
    """Samples in [-1, 1] (floats may exceed it) and their rate. Shape: samples `(channels, n)`."""

    samples: Floats
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return int(self.samples.shape[1]) / self.rate_hz

    @property
    def mono(self) -> Floats:
        """The mean of the channels. Shape: `(n,)`."""
        mean: Floats = self.samples.mean(axis=0, dtype=np.float32)
        return mean


@dataclass(frozen=True, eq=False)
class Frames:
    """Pictures, upright (rotation applied), with the time of each. Shape: images
    `(n, height, width, 3)` uint8 RGB; times_s `(n,)`."""

    images: Bytes
    times_s: Floats


@dataclass(frozen=True, eq=False)
class Curve:
    """Values at an even rate, the first one at `start_s`. Shape: values `(n,)`."""

    values: Floats
    rate_hz: float
    start_s: float = 0.0

    @property
    def times_s(self) -> Floats:
        steps = np.arange(len(self.values)) / self.rate_hz
        times: Floats = (self.start_s + steps).astype(np.float32)
        return times


@dataclass(frozen=True)
class Clip:
    """A game video that was probed and found usable. Width and height are as displayed.

    `fps` is the usual rate of its pictures. The clip's seconds count from its first picture, which
    the file stamps `start_s`; its sound begins `lead_s` before it (after it, when negative).
    """

    path: Path
    content_hash: str
    size_bytes: int
    container: str
    duration_s: float
    width: int
    height: int
    rotation_deg: int
    fps: float
    video_codec: str
    pixel_format: str
    audio_codec: str | None
    n_channels: int
    rate_hz: int
    n_audio_streams: int
    start_s: float = 0.0
    lead_s: float = 0.0

    @property
    def has_sound(self) -> bool:
        return self.audio_codec is not None


@dataclass(frozen=True, eq=False)
class Decoded:
    """All that one pass through a clip yields.

    `frames` are the pictures asked for (short side 256 px at most), in the order asked; `strip`
    are small pictures (short side 90 px) over the whole clip for the film strip; `motion` (mean
    absolute difference of consecutive small grey pictures, 0–1) and `brightness` (mean grey,
    0–1) run over the window; `sound` is the whole clip's, 48 kHz stereo, or None.
    """

    clip: Clip
    window: Span
    frames: Frames
    strip: Frames
    motion: Curve
    brightness: Curve
    sound: Sound | None


@dataclass(frozen=True, eq=False)
class Stems:
    """A clip's sound, taken apart: `voice` and `rest`, or `voice`, `music` and `effects`.

    The stems present sum to the mix. `voice` is None when nobody speaks; the others are the mix.
    `speech` says where the words are; `note` is a sentence for the user, if one is worth knowing.
    """

    voice: Sound | None
    rest: Sound | None = None
    music: Sound | None = None
    effects: Sound | None = None
    speech: tuple[Span, ...] = ()
    backend: str = "none"
    note: str | None = None

    @property
    def speech_s(self) -> float:
        return sum(span.duration_s for span in self.speech)

    @property
    def present(self) -> dict[str, Sound]:
        """The stems that exist, by name."""
        named = {name: getattr(self, name) for name in ("voice", "rest", "music", "effects")}
        return {name: sound for name, sound in named.items() if sound is not None}


@dataclass(frozen=True)
class Descriptors:
    """What one 32 s window of music measures.

    tempo in beats a minute; `key` a pitch class 0–11 (C = 0); `major` the probability-like
    weight of the major mode, 0–1; loudness integrated, in LUFS; energy 0–1; brightness the
    spectral centroid in Hz; onset rate in onsets a second; vocal share 0–1 (speech or singing).
    """

    tempo_bpm: float
    key: int
    major: float
    loudness_lufs: float
    energy: float
    brightness_hz: float
    onset_rate_hz: float
    vocal_share: float


@dataclass(frozen=True)
class Track:
    """One piece of music in the catalog. `track_id`: the first 12 hex digits of its hash.

    `song`: of a song, what the index hears: `whole`, or its accompaniment by the backend of that
    name, and then `singing_share` of its seconds (0–1) are sung; else None.
    """

    track_id: str
    file: Path
    title: str
    artist: str = ""
    album: str = ""
    licence: str = ""
    licence_url: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    duration_s: float = 0.0
    content_hash: str = ""
    starter: bool = False
    song: str = ""
    singing_share: float | None = None


@dataclass(frozen=True)
class TrackWindow:
    """A stretch of a track with its own place in the index."""

    track_id: str
    start_s: float
    duration_s: float
    descriptors: Descriptors


@dataclass(frozen=True)
class Match:
    """A track, the window of it that fits best, and how near that lies.

    `fit` is the share of the catalog's other tracks that lie farther, 0–100; a track that lies
    equally far counts half. Both are NaN (null in JSON) where the method measures no distance
    (random, tags); `fit` also where there is no other track to compare with.
    """

    rank: int
    track: Track
    window: TrackWindow
    distance: float
    fit: float


@dataclass(frozen=True, eq=False)
class Query:
    """What a method ranks by: the clip window's pictures and voice, and the user's tags.

    `voice` is the voice inside the window (48 kHz stereo, as the stem has it) or None.
    `speech` are the spans inside the window, on the clip's seconds.
    """

    decoded: Decoded
    voice: Sound | None
    speech: tuple[Span, ...]
    tags: tuple[str, ...] = ()
    seed: int = 0


Keep = Literal["all", "no-music", "voice"]


@dataclass(frozen=True)
class MixOptions:
    """How the music is laid under the clip.

    music_lu: loudness of the music between the words, relative to the voice (or, without a
    voice, to the clip's own sound), in LU. duck_db: how far it goes down under speech, in dB.
    target_lufs None leaves the loudness as it falls. keep: all of the clip's own sound, or its
    voice alone. cut: only this stretch of the clip (re-encodes the picture).
    """

    music_lu: float = -6.0
    duck_db: float = 11.0
    attack_s: float = 0.35
    release_s: float = 0.7
    target_lufs: float | None = -14.0
    ceiling_dbtp: float = -1.0
    keep: Keep = "all"
    fade_in_s: float = 0.8
    fade_out_s: float = 2.0
    cut: Span | None = None


@dataclass(frozen=True, eq=False)
class Mix:
    """A clip with a match under it, as a file, and what was measured of it.

    `music_gain_db` is the gain of the music over the clip's seconds (ducking and fades);
    `note` says what could not be met (the loudness target under the true-peak ceiling).
    """

    video: Path
    sound: Path
    track_id: str
    start_s: float
    loudness_lufs: float
    true_peak_dbtp: float
    music_gain_db: Curve
    picture_copied: bool
    options: MixOptions = field(default_factory=MixOptions)
    note: str | None = None


@dataclass(frozen=True, eq=False)
class Found:
    """The answer to a find: what was seen and heard, and the matches, best first."""

    clip: Clip
    window: Span
    decoded: Decoded
    stems: Stems
    method: str
    matches: tuple[Match, ...]
    notes: tuple[str, ...] = ()

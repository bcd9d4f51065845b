"""Somebody speaks for as long as a mixture lasts: lines of one session, in a room, through a band.

Settings are drawn alike for every speaker: a phone, a headset, a room, or all of the band, with
breath above what the recording has. To learn from, voices can be varied (`varied`): few people
become many, of other sizes and timbres. What is judged stays as it was spoken.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.fft import next_fast_len
from scipy.signal import resample

from mrcmv.media import Reel
from mrcmv.media.reels import Item
from mrcmv.training import treatments
from mrcmv.training.treatments import RATE_HZ
from mrcmv.types import Floats

NO_EDGE = np.inf
STARTS_S = 3.0
"""A mixture may begin this far inside a session, so that it does not always begin with a line."""
LONG_PAUSE, LONG_PAUSE_S, PAUSE_S = 0.15, (1.2, 3.0), (0.12, 1.0)
ROOM_SHARE, STEREO_ROOM = 0.6, 0.35
PAN_SHARE, PAN = 0.15, 0.4
VARIED_SHARE = 0.6
"""Of the voices that may be varied, how many are said at another speed, and as many coloured."""
SPEED = 0.2
"""Largest logarithm of a speed, at which pitch and formants move along: 3.5 semitones."""
TILT_DB, OCTAVES_DB = 3.0, 2.0
"""Steepest slope an octave, either way, and the spread of each octave around it: a voice behind a
mask or a wall, or close to a thin microphone."""
CLIP_SHARE, CLIP_DB = 0.08, (2.0, 10.0)


@dataclass(frozen=True)
class Setting:
    """A kind of microphone: how often, and its band from lowest to highest edge.

    air: how often there is breath above what the recording has.
    """

    share: float
    low_hz: tuple[float, float]
    high_hz: tuple[float, float]
    air: float = 0.0


SETTINGS = {
    "phone": Setting(0.12, (200, 350), (3200, 3800)),
    "headset": Setting(0.28, (80, 160), (5000, 8000)),
    "webcam": Setting(0.2, (60, 140), (7000, 12_000), air=0.5),
    "full": Setting(0.4, (20, 80), (NO_EDGE, NO_EDGE), air=0.75),
}
AIR_HZ = (6500.0, 9500.0)
AIR_DB = (-10.0, 6.0)


@dataclass(frozen=True, eq=False)
class Heard:
    """A voice as it goes into the mix. Shape: samples `(2, n)`."""

    samples: Floats
    facts: dict[str, str | float] = field(default_factory=dict)


class Cast:
    """The lines of a reel by session; sessions by the kind of their speaker."""

    def __init__(self, reel: Reel) -> None:
        self.reel = reel
        self.sessions: dict[str, list[Item]] = {}
        for item in reel.items:
            self.sessions.setdefault(item.facts["session"], []).append(item)
        self.kinds: dict[str, list[str]] = {}
        for name, items in self.sessions.items():
            self.kinds.setdefault(items[0].facts["kind"], []).append(name)

    def session(self, rng: np.random.Generator, kind: str | None) -> list[Item]:
        """A session of chance, of a kind of speaker where one is asked for."""
        names = sorted(self.sessions) if kind is None else self.kinds[kind]
        return self.sessions[names[int(rng.integers(len(names)))]]


def spoken(
    cast: Cast, n: int, rng: np.random.Generator, kind: str | None = None, *, varied: bool = False
) -> Heard:
    """Lines with pauses through a setting of chance, at no level in particular."""
    items = cast.session(rng, kind)
    dry = _varied(cast.reel, items, n, rng) if varied else _laid_out(cast.reel, items, n, rng)
    name = str(rng.choice(list(SETTINGS), p=[one.share for one in SETTINGS.values()]))
    setting = SETTINGS[name]
    low_hz, high_hz = rng.uniform(*setting.low_hz), setting.high_hz[0]
    if np.isfinite(high_hz):
        high_hz = rng.uniform(*setting.high_hz)
    if rng.random() < setting.air:
        dry = treatments.with_air(dry, rng.uniform(*AIR_HZ), rng.uniform(*AIR_DB), rng)
    if rng.random() < CLIP_SHARE:
        dry = treatments.clipped(dry[np.newaxis, np.newaxis], rng.uniform(*CLIP_DB))[0, 0]
    response = np.ones((1, 1), np.float32)
    if rng.random() < ROOM_SHARE:
        n_channels = 2 if rng.random() < STEREO_ROOM else 1
        response = treatments.room(rng, rng.uniform(0.1, 0.7), rng.uniform(-34.0, -8.0), n_channels)
    wet = treatments.heard_in(dry, response, low_hz, high_hz)
    stereo = np.broadcast_to(wet, (2, n))
    if rng.random() < PAN_SHARE:
        stereo = treatments.panned(stereo, rng.uniform(-PAN, PAN))
    known = {key: items[0].facts[key] for key in ("kind", "family", "language", "speaker")}
    return Heard(np.ascontiguousarray(stereo), {**known, "setting": name})


def _varied(reel: Reel, items: list[Item], n: int, rng: np.random.Generator) -> Floats:
    """The lines, often of somebody larger or smaller, or of another timbre. Shape: `(n,)`."""
    speed = float(np.exp(rng.uniform(-SPEED, SPEED))) if rng.random() < VARIED_SHARE else 1.0
    dry = _laid_out(reel, items, n if speed == 1.0 else next_fast_len(round(n * speed)), rng)
    if len(dry) != n:
        dry = resample(dry, n).astype(np.float32)
    if rng.random() < VARIED_SHARE:
        above = np.arange(len(treatments.OCTAVES_HZ)) - treatments.OCTAVES_HZ.index(1000.0)
        octaves_db = rng.uniform(-TILT_DB, TILT_DB) * above
        octaves_db += rng.normal(0.0, OCTAVES_DB, len(above))
        dry = treatments.coloured(dry, octaves_db.astype(np.float32))
    return dry


def _laid_out(reel: Reel, items: list[Item], n: int, rng: np.random.Generator) -> Floats:
    """Lines in an order of chance with pauses between, from somewhere inside. Shape: `(n,)`."""
    track = np.zeros(n, np.float32)
    at = -round(rng.uniform(0.0, STARTS_S) * RATE_HZ)
    order: list[int] = []
    while at < n:
        order = order or rng.permutation(len(items)).tolist()
        line = reel.read(items[order.pop()])[0]
        start, skipped = max(0, at), max(0, -at)
        part = line[skipped : skipped + n - start]
        track[start : start + len(part)] += part
        pause_s = LONG_PAUSE_S if rng.random() < LONG_PAUSE else PAUSE_S
        at += len(line) + round(rng.uniform(*pause_s) * RATE_HZ)
    return track

"""Mixtures off the reels: who speaks over what, how loud, and through what, anew for each step.

**Conventions.** Stems are `(3, 2, n)`: voice, music, effects, left and right, at 44.1 kHz. They sum
to the mix. Levels are ratios of power over the whole mixture. The same reels, seed and key give the
same samples. Whatever is done to a voice is done to synthetic and recorded ones with the same
chances, so nothing but the voice itself tells them apart from the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mrcmv.media import Reel
from mrcmv.training import treatments
from mrcmv.training.speaking import Cast, Heard, spoken
from mrcmv.training.treatments import RATE_HZ, power
from mrcmv.types import Floats

SHARES = {"voice": 0.8, "music": 0.8, "effects": 0.8}
"""How often each is in a mixture; one at least is."""
LEVEL_DB = (-10.0, 0.0, 20.0)
"""Voice over the rest: least, most often, most."""
BALANCE_DB = (-15.0, 15.0)
"""Music over effects."""
HISS_SHARE, HISS_DB = 0.3, (-50.0, -15.0)
"""Noise of room and microphone beside the voice (without one, the rest). It is an effect."""
BAND_SHARE, BAND_HZ = 0.25, (11_000.0, 19_000.0)
"""The whole mix without its top, as codecs of few bits leave it."""
CLIP_SHARE, CLIP_DB = 0.12, (1.0, 8.0)
LOUDNESS_DB = 6.0
"""Spread of a mixture's level around the network's own."""
LEVEL = 0.1
"""RMS that the separator is trained around (`model.separator.LEVEL`, which needs torch)."""
QUIET = 1e-7
"""Power (-70 dBFS) under which a stretch counts as silent."""
TRIES = 8


@dataclass(frozen=True)
class Wanted:
    """What is asked of a mixture; None leaves it to chance. `plain`: neither band nor clipping."""

    voice: bool | None = None
    music: bool | None = None
    effects: bool | None = None
    level_db: float | None = None
    hiss_db: float | None = None
    kind: str | None = None
    plain: bool = False


ANY = Wanted()


@dataclass(frozen=True, eq=False)
class Mixture:
    """Stems that sum to a mix, and what they are. Shape: stems `(3, 2, n)`."""

    stems: Floats
    facts: dict[str, str | float] = field(default_factory=dict)

    @property
    def mix(self) -> Floats:
        """Shape: `(2, n)`."""
        total: Floats = self.stems.sum(axis=0)
        return total


class Mixtures:
    """Mixtures of a length out of the reels of a split: `voice`, `music`, `effects`, `short`.

    varied: voices of other sizes and timbres too, to learn from (`speaking`).
    """

    def __init__(
        self, reels: Mapping[str, Reel], duration_s: float, seed: int = 0, *, varied: bool = False
    ) -> None:
        self.varied = varied
        self.reels = dict(reels)
        self.cast = Cast(reels["voice"])
        self.n = round(duration_s * RATE_HZ)
        self.seed = seed

    def draw(self, *key: int, wanted: Wanted = ANY) -> Mixture:
        """The mixture of a key (step and place in the batch)."""
        rng = np.random.default_rng([self.seed, *key])
        there = _parts(rng, wanted)
        said = self._voice(rng, wanted.kind) if there["voice"] else None
        music, song = self._music(rng) if there["music"] else (self._nothing, "")
        effects, game = self._effects(rng) if there["effects"] else (self._nothing, "")
        stems, facts = _balanced(said, music, effects, rng, wanted)
        facts |= {"music": song, "game": game}
        if not wanted.plain and rng.random() < BAND_SHARE:
            stems = treatments.low_passed(stems, float(rng.uniform(*BAND_HZ)))
        if not wanted.plain and rng.random() < CLIP_SHARE:
            stems = treatments.clipped(stems, float(rng.uniform(*CLIP_DB)))
        aimed_db = 0.0 if wanted.plain else float(rng.normal(0.0, LOUDNESS_DB))
        gain = LEVEL * 10 ** (aimed_db / 20) / np.sqrt(power(stems.sum(axis=0)) + 1e-12)
        return Mixture((stems * np.float32(gain)).astype(np.float32), facts)

    def can(self, wanted: Wanted) -> bool:
        """Whether there is a speaker of the kind that is asked for."""
        return wanted.kind is None or wanted.kind in self.cast.kinds

    def batch(self, step: int, size: int) -> Floats:
        """The stems of a step. Shape: `(size, 3, 2, n)`."""
        return np.stack([self.draw(step, place).stems for place in range(size)])

    @property
    def _nothing(self) -> Floats:
        return np.zeros((2, self.n), np.float32)

    def _voice(self, rng: np.random.Generator, kind: str | None) -> Heard:
        """Somebody who is not silent all along, if a few tries find one."""
        for _ in range(TRIES):
            said = spoken(self.cast, self.n, rng, kind, varied=self.varied)
            if power(said.samples) > QUIET:
                break
        return said

    def _stretch(self, name: str, rng: np.random.Generator) -> tuple[Floats, str]:
        """A stretch of a sound of chance, from a place of chance, that is not silent if a few
        tries find one, and its kind. Shape: `(2, n)`."""
        reel = self.reels[name]
        for _ in range(TRIES):
            item = reel.items[int(rng.integers(len(reel.items)))]
            start = int(rng.integers(max(1, item.n - self.n)))
            part = reel.read(item, start, self.n)
            if power(part) > QUIET:
                break
        return np.pad(part, ((0, 0), (0, self.n - part.shape[1]))), item.facts["kind"]

    def _music(self, rng: np.random.Generator) -> tuple[Floats, str]:
        """A stretch of a piece, and who wrote it. Shape: `(2, n)`."""
        music, kind = self._stretch("music", rng)
        return _spread(music, rng), kind

    def _effects(self, rng: np.random.Generator) -> tuple[Floats, str]:
        """A game as it was played, with single sounds of other games over it, or those alone; and
        which. Shape: `(2, n)`."""
        total, kind = self._nothing, ""
        if rng.random() < 0.85:
            game, kind = self._stretch("effects", rng)
            total = _spread(game, rng)
        short = self.reels.get("short")
        silent = power(total) < QUIET
        if short is None or not short.items or (not silent and rng.random() < 0.5):
            return total, kind
        reference = 1e-3 if silent else power(total)
        for _ in range(1 + int(rng.poisson(2.0))):
            item = short.items[int(rng.integers(len(short.items)))]
            sound = _spread(short.read(item, 0, self.n), rng)
            at = int(rng.integers(self.n - sound.shape[1] + 1))
            level_db = rng.uniform(-8.0, 10.0)
            gain = np.sqrt(reference * 10 ** (level_db / 10) / (power(sound) + 1e-12))
            total[:, at : at + sound.shape[1]] += sound * np.float32(gain)
        return total, f"{kind} + short" if kind else "short"


def _parts(rng: np.random.Generator, wanted: Wanted) -> dict[str, bool]:
    """What is in a mixture."""
    asked = {name: getattr(wanted, name) for name in SHARES}
    while True:
        there = {
            name: rng.random() < share if asked[name] is None else bool(asked[name])
            for name, share in SHARES.items()
        }
        if any(there.values()):
            return there


def _spread(stereo: Floats, rng: np.random.Generator) -> Floats:
    """Another width, sometimes none, and either side first. Shape: `(2, n)` → same."""
    width = 0.0 if rng.random() < 0.15 else float(rng.uniform(0.3, 1.5))
    wide = treatments.widened(stereo, width)
    return wide[::-1].copy() if rng.random() < 0.5 else wide


def _balanced(
    said: Heard | None, music: Floats, effects: Floats, rng: np.random.Generator, wanted: Wanted
) -> tuple[Floats, dict[str, str | float]]:
    """The stems at levels of chance, not yet at a loudness. Shape: → `(3, 2, n)`."""
    balance_db = rng.uniform(*BALANCE_DB)
    music = music * _gain(music, 10 ** (balance_db / 40))
    effects = effects * _gain(effects, 10 ** (-balance_db / 40))
    voice = np.zeros_like(music) if said is None else said.samples * _gain(said.samples)
    level_db = rng.triangular(*LEVEL_DB) if wanted.level_db is None else wanted.level_db
    hiss_db = wanted.hiss_db
    if hiss_db is None and not wanted.plain and rng.random() < HISS_SHARE:
        hiss_db = float(rng.uniform(*HISS_DB))
    music, effects = _under(voice, level_db, music, effects)
    if hiss_db is not None:
        beside = power(voice) or power(music + effects) or 1.0
        gain = np.sqrt(beside * 10 ** (hiss_db / 10))
        effects = effects + treatments.hiss(rng, music.shape[1]) * np.float32(gain)
        music, effects = _under(voice, level_db, music, effects)
    facts: dict[str, str | float] = {"hiss_db": -np.inf if hiss_db is None else hiss_db}
    if said is not None and power(voice) > 0:
        facts |= {**said.facts, "level_db": round(float(level_db), 3)}
    stems = np.stack([voice, music, effects]).astype(np.float32)
    there = [name for name, stem in zip(SHARES, stems, strict=True) if power(stem) > 0]
    return stems, {**facts, "holds": "+".join(there)}


def _under(voice: Floats, level_db: float, music: Floats, effects: Floats) -> tuple[Floats, Floats]:
    """Music and effects so loud that the voice is `level_db` above both together."""
    rest = power(music + effects)
    if power(voice) == 0.0 or rest == 0.0:
        return music, effects
    gain = np.float32(np.sqrt(power(voice) / rest * 10 ** (-level_db / 10)))
    return music * gain, effects * gain


def _gain(samples: Floats, rms: float = 1.0) -> np.float32:
    """What brings a sound to an RMS; 0 for one that is silent."""
    now = power(samples)
    return np.float32(rms / np.sqrt(now)) if now > QUIET else np.float32(0.0)

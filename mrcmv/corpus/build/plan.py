"""What is to be made, decided before anything is: shots, dubs, and who belongs to which split.

Everything follows from the size and the seed. Streams of chance are seeded by name, one for each
decision, so that a change in how one is made leaves the others as they were, and half a build
goes on where it stopped.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.corpus.build.sizes import SPLITS, Size, Split
from mrcmv.corpus.footage.take import Shot
from mrcmv.corpus.voices.speaker import Speaker

SHARES: Mapping[Split, float] = {"train": 0.7, "validation": 0.1, "test": 0.2}
"""How places and families of speakers are dealt to the splits."""
MOOD_LIMIT = 2.0
MOST_SWING = 0.6


@dataclass(frozen=True)
class Mood:
    """How somebody speaks over a clip, in spreads around their own middle.

    arousal, pace and melody are what the editor hears; pitch and level are this person's own
    departure that day, which say nothing. swing: how much the voice follows the game.
    """

    arousal: float
    pace: float
    melody: float
    pitch: float
    level: float
    swing: float


@dataclass(frozen=True)
class Dub:
    """A voice laid over a take. `origin` is where the pair's music is to come from."""

    pair_id: str
    take_id: str
    split: Split
    speaker_id: str
    mood: Mood
    origin: str
    seed: int


@dataclass(frozen=True)
class TakePlan:
    """A shot to be recorded."""

    take_id: str
    split: Split
    shot: Shot


@dataclass(frozen=True)
class Plan:
    """All takes and dubs of a build."""

    size: Size
    seed: int
    takes: tuple[TakePlan, ...]
    dubs: tuple[Dub, ...]


def stream(*name: object) -> np.random.Generator:
    """A stream of chance of its own for each name."""
    digest = hashlib.blake2b("/".join(map(str, name)).encode(), digest_size=8).digest()
    return np.random.default_rng(int.from_bytes(digest))


def deal(names: Sequence[str], seed: int, held_out: Sequence[str] = ()) -> dict[str, Split]:
    """Names (places, families) → splits, by `SHARES`, at least one each where there are three.

    What is `held_out` is test's whatever the draw.

    Raises:
        ValueError: fewer than three names, so that a split would have none.
    """
    drawn = sorted(set(names) - set(held_out))
    if len(drawn) < len(SPLITS):
        raise ValueError(f"{len(drawn)} names cannot be dealt to {len(SPLITS)} splits")
    order = [str(name) for name in stream(seed, "deal", *drawn).permutation(drawn)]
    n_validation = max(1, round(SHARES["validation"] * len(order)))
    n_test = max(1, round(SHARES["test"] * len(order)))
    dealt: dict[str, Split] = dict.fromkeys(order, "train")
    dealt.update(dict.fromkeys(order[:n_validation], "validation"))
    dealt.update(dict.fromkeys(order[n_validation : n_validation + n_test], "test"))
    dealt.update({name: "test" for name in held_out if name in names})
    return dealt


def draw_mood(rng: np.random.Generator) -> Mood:
    """A mood, drawn without a look at the game: the same fight may be whispered over."""
    draw = np.clip(rng.normal(size=5) * (1, 1, 1, 0.6, 0.6), -MOOD_LIMIT, MOOD_LIMIT)
    arousal, pace, melody, pitch, level = np.round(draw, 4).tolist()
    swing = round(float(rng.uniform(0.0, MOST_SWING)), 4)
    return Mood(arousal, pace, melody, pitch, level, swing)


def draw_duration_s(rng: np.random.Generator, least_s: float, most_s: float) -> float:
    """The length of a clip: short ones are likelier, as with uploads."""
    return round(float(least_s + (most_s - least_s) * rng.beta(1.2, 1.8)), 1)


def dubs_of(
    take: TakePlan, n: int, speakers: Sequence[Speaker], real_share: float, seed: int
) -> list[Dub]:
    """Different speakers of the split, each in a mood of their own, over one take."""
    rng = stream(seed, "dubs", take.take_id)
    chosen = rng.choice(len(speakers), size=n, replace=n > len(speakers))
    return [
        Dub(
            pair_id=f"{take.take_id}-{number}",
            take_id=take.take_id,
            split=take.split,
            speaker_id=speakers[at].speaker_id,
            mood=draw_mood(rng),
            origin="real" if rng.random() < real_share else "composed",
            seed=int(rng.integers(2**31)),
        )
        for number, at in enumerate(chosen.tolist())
    ]

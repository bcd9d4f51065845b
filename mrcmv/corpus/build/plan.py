"""What is to be made, decided before anything is: shots, dubs, and who belongs to which split.

Everything follows from the size and the seed. Streams of chance are seeded by name, one for each
decision, so that a change in how one is made leaves the others as they were, and half a build
goes on where it stopped.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.corpus import footage
from mrcmv.corpus.build.sizes import SPLITS, Size, Split
from mrcmv.corpus.footage.plans import draw_plan
from mrcmv.corpus.footage.take import Shot
from mrcmv.corpus.voices.speaker import Speaker

DEAL = "opengame-1"
"""Names the draw of the splits. It changes with the version of the corpus and not otherwise."""
TURNS = ("doom", "doom", "atari")
"""Whose turn it is to be recorded: Freedoom's truth and sound are the richer ones."""
SHARES: Mapping[Split, float] = {"train": 0.7, "validation": 0.1, "test": 0.2}
"""How places and families of speakers are dealt to the splits."""


@dataclass(frozen=True)
class Dub:
    """A voice laid over a take. Mood and booth are drawn from the seed, without a look at the game:
    the same fight may be whispered over."""

    pair_id: str
    take_id: str
    split: Split
    source: str
    speaker_id: str
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


def deal(names: Sequence[str], seed: object, held_out: Sequence[str] = ()) -> dict[str, Split]:
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


def draw_duration_s(rng: np.random.Generator, least_s: float, most_s: float) -> float:
    """The length of a clip: short ones are likelier, as with uploads."""
    return round(float(least_s + (most_s - least_s) * rng.beta(1.1, 2.4)), 1)


def takes_of(
    size: Size, split: Split, places: Mapping[str, Sequence[str]], seed: int
) -> list[TakePlan]:
    """The shots of a split. `places`: source → its places in this split.

    Sources take turns (`TURNS`), and so do the places of each.
    """
    takes, turns = [], dict[str, int]()
    sources = [name for name in TURNS if places.get(name)] or sorted(places)
    for number in range(size.amounts[split].n_takes):
        name = sources[number % len(sources)]
        rng = stream(seed, "take", split, number)
        order = stream(seed, "places", split, name).permutation(sorted(places[name]))
        turns[name] = turns.get(name, -1) + 1
        duration_s = draw_duration_s(rng, *size.clip_s)
        shot = Shot(
            source=name,
            place=str(order[turns[name] % len(order)]),
            plan=draw_plan(rng, duration_s, footage.SOURCES[name].styles),
            duration_s=duration_s,
            seed=int(rng.integers(2**31)),
            width=size.picture_px[0],
            height=size.picture_px[1],
        )
        takes.append(TakePlan(f"{split}-{number:04d}", split, shot))
    return takes


def dubs_of(take: TakePlan, n: int, speakers: Sequence[Speaker], seed: int) -> list[Dub]:
    """Different speakers of the split over one take, of families as equally likely as can be."""
    rng = stream(seed, "dubs", take.take_id)
    families = sorted({speaker.family for speaker in speakers})
    drawn = rng.choice(len(families), size=n, replace=n > len(families))
    dubs = []
    for number, at in enumerate(drawn.tolist()):
        own = [speaker for speaker in speakers if speaker.family == families[at]]
        one = own[int(rng.integers(len(own)))]
        name = f"{take.take_id}-{number}"
        seed_ = int(rng.integers(2**31))
        dubs.append(Dub(name, take.take_id, take.split, one.source, one.speaker_id, seed_))
    return dubs


def plan_build(size: Size, seed: int, speakers: Sequence[Speaker], held_out: Sequence[str]) -> Plan:
    """Everything that is to be made. `held_out`: families of speakers that are the test's.

    Places and families are dealt to the splits by the corpus's own draw, whatever the seed and
    the size: what is test's in one build is never another's training.
    """
    families = deal([speaker.family for speaker in speakers], DEAL, held_out)
    takes: list[TakePlan] = []
    dubs: list[Dub] = []
    dealt = {name: deal(source.places, DEAL) for name, source in footage.SOURCES.items()}
    for split in SPLITS:
        places = {
            name: [place for place, its in own.items() if its == split]
            for name, own in dealt.items()
        }
        cast = [speaker for speaker in speakers if families[speaker.family] == split]
        for take in takes_of(size, split, places, seed):
            takes.append(take)
            dubs += dubs_of(take, size.amounts[split].n_dubs, cast, seed)
    return Plan(size, seed, tuple(takes), tuple(dubs))

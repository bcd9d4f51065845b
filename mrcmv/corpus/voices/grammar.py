"""Lines by a small grammar: something to open with, a sentence, something to close with.

A calm speaker opens with an aside and trails off, an excited one with a call and a shout. Each
person knows half of these words only, so that two people's interjections differ.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from mrcmv.corpus.voices.lines import TEXTS
from mrcmv.corpus.voices.speaker import KINDS
from mrcmv.errors import MrcmvError

THINGS = {
    "foe": ("Zombieman", "ShotgunGuy", "ChaingunGuy", "WolfensteinSS"),
    "beast": (
        "DoomImp", "Demon", "Spectre", "LostSoul", "Cacodemon", "HellKnight", "BaronOfHell",
        "Arachnotron", "Revenant", "Fatso", "PainElemental", "Archvile", "Cyberdemon",
    ),
    "health": ("HealthBonus", "Stimpack", "Medikit", "Soulsphere", "Megasphere"),
    "armour": ("ArmorBonus", "GreenArmor", "BlueArmor"),
    "ammo": (
        "Clip", "ClipBox", "Shell", "ShellBox", "RocketAmmo", "RocketBox", "Cell", "CellPack",
    ),
    "weapon": (
        "RocketLauncher", "Shotgun", "Chaingun", "SuperShotgun", "PlasmaRifle", "Chainsaw",
    ),
}  # fmt: skip
"""What the games' names stand for. Another name is an item when found, else a foe or a beast."""
_CLASS_OF = {name: thing for thing, names in THINGS.items() for name in names}
_EXTRAS = ("calls", "asides", "shouts", "tails", *THINGS, "item")
_LEISURELY = ("open", "quiet", "idle", "find", "win")
_OPENS, _CLOSES = 0.55, 0.4
"""How often a line has an opening and a close."""


@dataclass(frozen=True, eq=False)
class Grammar:
    """The lines of a language: kind → sentences, and its words by section."""

    language: str
    sections: Mapping[str, tuple[str, ...]]

    def n_lines(self, kind: str) -> int:
        """How many lines of a kind can be said, those about a thing counted once."""
        calls, asides = len(self.sections["calls"]), len(self.sections["asides"])
        shouts = len(self.sections["shouts"])
        tails = len(self.sections["tails"]) if kind in _LEISURELY else 0
        ends = (1 + calls) * (1 + shouts) + (1 + asides) * (1 + tails)
        return len(self.sections[kind]) * ends


@cache
def grammar_of(language: str) -> Grammar:
    """The grammar of a language of `lines`.

    Raises:
        MrcmvError: there are no lines in that language.
    """
    if language not in TEXTS:
        raise MrcmvError(
            f"There are no lines in {language!r}: mrcmv/corpus/voices/lines has {', '.join(TEXTS)}."
        )
    return Grammar(language, read(TEXTS[language]))


def read(text: str) -> dict[str, tuple[str, ...]]:
    """`[section]` headers, below each one sentence a line, or words parted by `|`."""
    sections: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line.startswith("["):
            name = line.strip("[]")
            sections[name] = ()
        else:
            sections[name] += tuple(part.strip() for part in line.split("|"))
    missing = [name for name in (*KINDS, *_EXTRAS) if not sections.get(name)]
    if missing:
        raise MrcmvError(f"A language's lines lack the sections {', '.join(missing)}.")
    return sections


def phrase(
    grammar: Grammar,
    person: str,
    kind: str,
    what: str,
    arousal: float,
    rng: np.random.Generator,
    said: Collection[str] = (),
) -> str:
    """A line of a kind about a thing, as a person says it at an arousal (about −2 to 2).

    A sentence that is part of what was said is taken again only when all were.
    """
    own = _own_words(grammar, person)
    before = " ".join(said).casefold()
    sentences = [s for s in grammar.sections[kind] if what or "{what}" not in s]
    fresh = [s for s in sentences if s.replace("{what}", "").strip(" ,") not in before]
    sentence = str(rng.choice(fresh or sentences))
    if "{what}" in sentence:
        sentence = sentence.replace("{what}", str(rng.choice(_names(grammar, kind, what, rng))))
    excited = arousal + rng.normal(0.0, 0.6) > 0.2
    opening = _one_of(own["calls" if excited else "asides"], _OPENS, before, rng)
    closes = own["shouts"] if excited else own["tails"] if kind in _LEISURELY else ()
    close = _one_of(closes, _CLOSES, before, rng)
    line = ", ".join(filter(None, (opening, sentence, close)))
    return line[0].upper() + line[1:] + ("!" if excited else ".")


def _names(grammar: Grammar, kind: str, what: str, rng: np.random.Generator) -> tuple[str, ...]:
    """What a thing may be called."""
    other = "item" if kind == "find" else str(rng.choice(("foe", "beast")))
    return grammar.sections[_CLASS_OF.get(what, other)]


def _one_of(words: tuple[str, ...], share: float, before: str, rng: np.random.Generator) -> str:
    """One of the words that was not yet heard, or nothing: in the rest of the cases, and half of
    the time when all were heard."""
    fresh = [word for word in words if word.casefold() not in before]
    if not words or rng.random() >= (share if fresh else share / 2):
        return ""
    return str(rng.choice(fresh or words))


@cache
def _own_words(grammar: Grammar, person: str) -> Mapping[str, tuple[str, ...]]:
    """The half of the calls, asides, shouts and tails that a person knows."""
    rng = np.random.default_rng(int(hashlib.sha256(person.encode()).hexdigest()[:12], 16))
    own = {}
    for name in ("calls", "asides", "shouts", "tails"):
        words = grammar.sections[name]
        own[name] = tuple(rng.permutation(words)[: (len(words) + 1) // 2].tolist())
    return own

"""The same thing in two splits: names, words, files, music, pictures.

names     speakers, families, places, pieces, packages: none is in two splits
words     whole transcripts, and how many of the test's lines training has heard as well
files     voices that are equal byte for byte
music     recordings that are the same one (`music.twins`), over the longest stretch that is used
pictures  takes of two splits with 8 s that look alike: perceptual hashes, second after second
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus.checks.material import Material
from mrcmv.corpus.checks.measuring import Measured
from mrcmv.corpus.music.twins import find_twins

SEQUENCE_S = 8
STEP_S = 4
"""Of the takes that are compared with: a sequence every so often. The other side has all."""
ALIKE = 0.08
"""Share of bits by which two sequences differ at most when they are the same one."""
SAME_RECORDING = 0.04
"""Share of landmarks. Editions of one recording share 5 % and more (`music.twins`); two composed
pieces with the same sampled instruments in them shared 2.6 % of a short stretch's."""
MOST_SHOWN = 10


def judge(material: Material, measured: Measured) -> dict[str, Any]:
    """Counts of each kind, offenders by name, and how near takes lie within and across splits."""
    names = in_two_splits(material)
    names["voice files"] = shared(
        (pair["split"], media.content_hash(material.folder / pair["voice"]))
        for pair in material.pairs
    )
    pieces = material.pieces
    music = twins(measured.fingerprints, {name: pieces[name]["split"] for name in pieces})
    pictures = alike(
        {name: hashes_of(measured.takes[name]["hashes"]) for name in material.takes},
        {name: take["split"] for name, take in material.takes.items()},
    )
    found = sum(len(own) for own in names.values()) + len(music) + pictures["n_alike"]
    return {
        "n": found,
        "names": {kind: {"n": len(own), "which": own[:MOST_SHOWN]} for kind, own in names.items()},
        "lines_heard_in_training": round(lines_heard(material), 1),
        "music": {"n": len(music), "n_pieces": len(measured.fingerprints), "which": music},
        "pictures": pictures,
    }


def in_two_splits(material: Material) -> dict[str, list[str]]:
    """Names that occur in more than one split, by kind."""
    pairs, takes, pieces = material.pairs, material.takes.values(), material.pieces.values()
    real = [piece for piece in pieces if piece["origin"] == "real"]
    return {
        "families": shared((pair["split"], pair["family"]) for pair in pairs),
        "speakers": shared((pair["split"], pair["speaker_id"]) for pair in pairs),
        "transcripts": shared((pair["split"], transcript(pair)) for pair in pairs),
        "places": shared((take["split"], f"{take['source']} {take['place']}") for take in takes),
        "pieces of pairs": shared((pair["split"], pair["piece_id"]) for pair in pairs),
        "packages": shared((piece["split"], piece["package"].split(" ")[0]) for piece in real),
        "albums": shared((piece["split"], piece["album"]) for piece in pieces),
    }


def shared(things: Iterable[tuple[str, Hashable]]) -> list[str]:
    """What comes with more than one split, as text. `things`: (split, what)."""
    splits: dict[Hashable, set[str]] = defaultdict(set)
    for split, what in things:
        splits[what].add(split)
    return sorted(str(what) for what, own in splits.items() if len(own) > 1)


def transcript(pair: Mapping[str, Any]) -> str:
    """All that is said in a pair."""
    return f"{pair['language']}: {' '.join(line['text'] for line in pair['lines'])}"


def lines_heard(material: Material) -> float:
    """Of the test's lines, the percentage whose words are spoken in the training too."""

    def lines(split: str) -> list[tuple[str, str]]:
        own = [pair for pair in material.pairs if pair["split"] == split]
        return [(pair["language"], line["text"]) for pair in own for line in pair["lines"]]

    known, asked = set(lines("train")), lines("test")
    return 100.0 * sum(line in known for line in asked) / max(1, len(asked))


def twins(
    fingerprints: Mapping[str, np.ndarray], splits: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Pieces of two splits that are one recording."""
    names = list(fingerprints)
    return [
        {"pieces": [names[one.first], names[one.second]], "share": round(one.share, 3)}
        for one in find_twins([fingerprints[name] for name in names])
        if one.share >= SAME_RECORDING and splits[names[one.first]] != splits[names[one.second]]
    ]


def hashes_of(rows: Iterable[str]) -> np.ndarray:
    """Kept hashes as bits. Shape: → (seconds, 64) of bool."""
    packed = np.array([list(bytes.fromhex(row)) for row in rows], np.uint8)
    bits: np.ndarray = np.unpackbits(packed, axis=1).astype(bool)
    return bits


def alike(hashes: Mapping[str, np.ndarray], splits: Mapping[str, str]) -> dict[str, Any]:
    """Takes of validation and test with their nearest take of another split, and of their own.

    Shape: hashes (seconds, 64) of bool by take.
    """
    sequences = {name: _sequences(bits) for name, bits in hashes.items()}
    names = np.array(sorted(sequences))
    parts = [sequences[name][::STEP_S] for name in names]
    owner = np.repeat(np.arange(len(names)), [len(part) for part in parts])
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    compared = np.concatenate(parts).T
    side = np.array([splits[name] for name in names])
    offenders: list[dict[str, Any]] = []
    nearest: dict[str, list[float]] = {"across": [], "within": []}
    for at in np.flatnonzero(side != "train"):
        agree = (sequences[names[at]] @ compared).max(axis=0)
        far = 0.5 - 0.5 * np.maximum.reduceat(agree, first) / compared.shape[0]
        far[at] = np.inf
        # A pair of validation and test is looked at from the test alone.
        other = (side != side[at]) & ~((side[at] == "validation") & (side == "test"))
        for which, mask in (("across", other), ("within", (side == side[at]) & np.isfinite(far))):
            if mask.any():
                nearest[which].append(float(far[mask].min()))
        offenders += [
            {"takes": [str(names[at]), str(names[to])], "apart": round(float(far[to]), 3)}
            for to in np.flatnonzero(other & (far <= ALIKE))
        ]
    offenders.sort(key=lambda one: one["apart"])
    return {
        "n_takes": len(names),
        "n_alike": len(offenders),
        "which": offenders[:MOST_SHOWN],
        **{f"nearest_{which}": _spread(far) for which, far in nearest.items()},
    }


def _sequences(bits: np.ndarray) -> np.ndarray:
    """All stretches of 8 s, ±1 for each bit; what is shorter is repeated.

    Shape: (seconds, 64) → (starts, 512).
    """
    bits = bits[np.arange(max(len(bits), SEQUENCE_S)) % len(bits)]
    signs = np.where(bits, 1.0, -1.0).astype(np.float32)
    view = np.lib.stride_tricks.sliding_window_view(signs, SEQUENCE_S, axis=0)
    return np.ascontiguousarray(view).reshape(len(view), -1)


def _spread(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    low, middle = np.percentile(values, (0, 50))
    return {"least": round(float(low), 3), "median": round(float(middle), 3)}

"""Descriptors in the words of people who make music or cut video."""

import math

from mrcmv.types import Descriptors, Match

_MAJOR = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_MINOR = ("Cm", "C♯m", "Dm", "E♭m", "Em", "Fm", "F♯m", "Gm", "G♯m", "Am", "B♭m", "Bm")

FIT_WORDS = ((95.0, "strong fit"), (85.0, "good fit"), (60.0, "fair fit"), (0.0, "loose fit"))
"""From this fit on, these words."""
CHANCE_WORDS = "by chance"
"""Instead of them, where the method measures no distance."""
ALONE_WORDS = "the only track"
"""Instead of them, where there is no other track to compare with."""


def key_name(descriptors: Descriptors) -> str:
    """`Am`, `F♯`: the key as it is written on a lead sheet."""
    names = _MAJOR if descriptors.major >= 0.5 else _MINOR
    return names[descriptors.key % 12]


def tempo_words(descriptors: Descriptors) -> str:
    """`92 bpm`, or `no beat` when none was found."""
    if descriptors.tempo_bpm <= 0:
        return "no beat"
    return f"{round(descriptors.tempo_bpm)} bpm"


def fit_words(match: Match) -> str:
    """`strong fit` … `loose fit`; other words where there is no fit."""
    if math.isnan(match.distance):
        return CHANCE_WORDS
    if math.isnan(match.fit):
        return ALONE_WORDS
    return next(words for least, words in FIT_WORDS if match.fit >= least)

"""The composer: a mood and a seed in, a score and all that is true of it out.

    compose(mood, seed) → Score          pure: the same mood and seed give the same score anywhere
    describe(score) → dict               the truth: tempo, beats, key, sections, energy curve
    write_midi(score, path)              a General MIDI file

A mood is a point (`Mood`) or the name of one (`PRESETS`). Sound is `rendering`'s work: its
`render(score)` plays the score through FluidSynth (`synthesiser`) and masters it; `tone` finishes
pieces of the corpus, each in its own way; `comparison` says whether two renderings are the same
music.
"""

from mrcmv.corpus.composer.composition import compose
from mrcmv.corpus.composer.midi import write_midi
from mrcmv.corpus.composer.moods import PRESETS, Mood
from mrcmv.corpus.composer.score import Score
from mrcmv.corpus.composer.truth import describe

__all__ = ["PRESETS", "Mood", "Score", "compose", "describe", "write_midi"]

"""Emotion matching without training: how the clip is spoken and moves, against how music measures.

The query and every window of a track become points in the same four dimensions (energy, tempo,
mode, timbre), and the nearest windows win.

- A track's window is placed by the ranks of its energy, tempo, major weight and brightness among
  all windows of the catalog, as normal scores: half the catalog lies below 0 in each dimension,
  so a clip fiercer than most finds the fiercer part of any catalog, however calm it is.
- The query is placed by what its voice and picture measure, each standardised by `SPEECH` and
  `LOOK` below. Arousal is half voice, half picture; without a voice it is the picture's alone.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

from mrcmv.catalog import Catalog, VectorIndex
from mrcmv.methods.method import matches, measured_tracks
from mrcmv.methods.picture import Look, look
from mrcmv.methods.speech import Prosody, prosody
from mrcmv.types import Floats, Match, Query, Span, TrackWindow

DIMENSIONS = ("energy", "tempo", "mode", "timbre")
WEIGHTS = np.array([1.0, 0.4, 0.3, 0.3], np.float32)
"""How much each dimension says in the distance: energy is what both sides measure best."""

SPEECH = (
    Prosody(3.9, 2.9, 5.7, 16.7, 17.6, -4.8),
    Prosody(0.6, 7.7, 2.2, 7.9, 1.5, 4.2),
)
"""Middle and spread of each, over 25 stretches of 32 s: five espeak-ng voices at five intensities
(`mrcmv.corpus.voices.espeak.deliver`); there pace was 0.5 and level range 1.0 wide, which
recordings of people exceed."""
LOOK = (Look(-28.0, -45.2, 0.30), Look(6.6, 7.9, 0.10))
"""Median and spread of each over 21 takes of Freedoom: three levels in seven tempers
(`mrcmv.corpus.footage.styles.at_intensity`). Brightness was only 0.03 wide there; games differ
more, so its spread is a judgement."""
SPEECH_AROUSAL = Prosody(0.25, 0.10, 0.25, 0.25, 0.05, 0.10)
LOOK_AROUSAL = Look(0.6, 0.4, 0.0)
"""How much each says of arousal. Fast, high, wide, lively and strained speech is aroused (Juslin
and Laukka 2003, table 7). Pitch and effort weigh little: they differ more between people."""
AROUSAL_GAIN = 1.3
"""Brings each side's arousal, a mean of several scores, back to a spread of about one: queries
that all lie near the middle would find the same few tracks."""
FURTHEST = 2.0
"""Scores are cut here: what lies outside is an unusual recording rather than an unusual mood."""


@dataclass(frozen=True)
class Scores:
    """What a query measures, standardised: 0 is the middle of the reference, 1 one spread above."""

    voice: Prosody | None
    picture: Look


class Descriptors:
    """Ranks by arousal, pace, mood and colour, measured and not learned."""

    name = "descriptors"
    summary = "By how the voice-over is spoken and how the picture moves."
    hears_voice = True

    def rank(self, query: Query, catalog: Catalog) -> tuple[Match, ...]:
        tracks, windows = measured_tracks(catalog)
        index = VectorIndex(window_vectors(windows))
        distances, rows = index.search(query_vector(scores(query)), len(windows))
        by_window = np.empty(len(windows), np.float32)
        by_window[rows] = distances
        return matches(tracks, windows, by_window, query.seed)


def scores(query: Query) -> Scores:
    """Measure a query and standardise it."""
    heard = None
    if query.voice is not None:
        start_s = query.decoded.window.start_s
        spans = [Span(one.start_s - start_s, one.end_s - start_s) for one in query.speech]
        heard = prosody(query.voice, spans)
    seen = look(query.decoded.motion, query.decoded.brightness)
    return Scores(
        Prosody(*_standard(astuple(heard), [astuple(one) for one in SPEECH])) if heard else None,
        Look(*_standard(astuple(seen), [astuple(one) for one in LOOK])),
    )


def arousal(standard: Prosody | Look, weights: Prosody | Look) -> float:
    """The weighted sum of standardised measures."""
    return float(np.dot(astuple(standard), astuple(weights)))


def query_vector(measured: Scores) -> Floats:
    """Where the query lies. Shape: (4,), in the order of DIMENSIONS, weighted."""
    picture, voice = measured.picture, measured.voice
    seen = AROUSAL_GAIN * arousal(picture, LOOK_AROUSAL)
    if voice is None:
        aroused, pace, mood = seen, seen, picture.brightness
    else:
        heard = AROUSAL_GAIN * arousal(voice, SPEECH_AROUSAL)
        # Over the root of two: the sum of two independent scores keeps their spread.
        aroused = (heard + seen) / 2**0.5
        pace = 0.6 * voice.pace_hz + 0.4 * seen
        # A low weight: pitch says more of who speaks than of how they feel.
        mood = 0.25 * voice.pitch_st + 0.75 * picture.brightness
    timbre = 0.5 * picture.brightness + 0.5 * aroused
    point = np.array([aroused, pace, mood, timbre], np.float32)
    weighted: Floats = np.clip(point, -FURTHEST, FURTHEST) * WEIGHTS
    return weighted


def window_vectors(windows: tuple[TrackWindow, ...]) -> Floats:
    """Where the windows lie. Shape: (n_windows, 4), in the order of DIMENSIONS, weighted."""
    measured = [window.descriptors for window in windows]
    columns = (
        [one.energy for one in measured],
        [one.tempo_bpm for one in measured],
        [one.major for one in measured],
        [one.brightness_hz for one in measured],
    )
    scored: Floats = np.stack([normal_scores(np.array(c)) for c in columns], axis=1) * WEIGHTS
    return scored.astype(np.float32)


def normal_scores(values: Floats) -> Floats:
    """The values' ranks as quantiles of the normal distribution; equal values share theirs.

    Shape: (n,) → (n,), mean 0.
    """
    from scipy.special import ndtri
    from scipy.stats import rankdata

    scored: Floats = ndtri((rankdata(values) - 0.5) / len(values)).astype(np.float32)
    return scored


def _standard(measured: Sequence[float], reference: Sequence[Sequence[float]]) -> list[float]:
    """Spreads above the middle. Shape: measured (n,), reference (2, n): middles and spreads."""
    middle, spread = np.array(reference)
    standard: list[float] = np.clip((np.array(measured) - middle) / spread, -3.0, 3.0).tolist()
    return standard

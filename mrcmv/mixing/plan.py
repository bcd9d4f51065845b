"""The gain plan: how loud the music is at each moment. Pure arithmetic, no sound.

**Conventions.** Gains are in dB, 0 is the music's level between the words; times are in seconds
from the start of the mix; a plan is a `Curve` at `PLAN_HZ`, linear in dB between its points.
Ducking moves in dB along a raised cosine, so that both ends of a ramp are smooth to the ear.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mrcmv.types import Curve, Floats, MixOptions, Span

PLAN_HZ = 50.0
"""Points of a plan per second."""
FLOOR_DB = -80.0
"""What a fade calls silence."""
LEAD_S = 0.06
"""The music is down this long before the first word (more than two points of the plan)."""
TAIL_S = 0.12
"""The music stays down this long after the last word: word ends fade, detectors cut them."""
MIN_RAMP_S = 0.02
"""The shortest ramp, so that no setting makes a step."""
SHORTEST_FADE_S = 1e-3
"""A fade under this is none."""
SILENT_LUFS = -60.0
"""Sound below this has no loudness that music could be set against."""
ALONE_LUFS = -20.0
"""Loudness of the music when the clip has none of its own."""

Doubles = NDArray[np.float64]


def ramps_s(options: MixOptions) -> tuple[float, float]:
    """Attack and release as they are used, in seconds."""
    return max(options.attack_s, MIN_RAMP_S), max(options.release_s, MIN_RAMP_S)


def hold_s(options: MixOptions) -> float:
    """The pause between words that is too short for the music to come up and go down again."""
    return LEAD_S + TAIL_S + sum(ramps_s(options))


def merge_speech(
    speech: Iterable[Span], duration_s: float, pause_s: float = 0.0
) -> tuple[Span, ...]:
    """Speech in order, inside `[0, duration_s]`, with pauses up to `pause_s` closed."""
    merged: list[Span] = []
    for span in sorted(speech, key=lambda span: span.start_s):
        start_s, end_s = max(span.start_s, 0.0), min(span.end_s, duration_s)
        if end_s <= start_s:
            continue
        if merged and start_s - merged[-1].end_s <= pause_s:
            start_s, end_s = merged[-1].start_s, max(end_s, merged[-1].end_s)
            merged.pop()
        merged.append(Span(start_s, end_s))
    return tuple(merged)


def duck_gains_db(times_s: Doubles, speech: tuple[Span, ...], options: MixOptions) -> Doubles:
    """Gain of the ducking alone. Shape: times_s `(n,)` → `(n,)`, from 0 down to `-duck_db`.

    Down before each stretch of speech, up after it, and held through pauses in which it could
    not come all the way up: the music never pumps between two words.
    """
    attack_s, release_s = ramps_s(options)
    depth = np.zeros_like(times_s)
    for span in speech:
        down = (times_s - (span.start_s - LEAD_S - attack_s)) / attack_s
        up = (span.end_s + TAIL_S + release_s - times_s) / release_s
        depth = np.maximum(depth, np.clip(np.minimum(down, up), 0.0, 1.0))
    gains: Doubles = -options.duck_db * (0.5 - 0.5 * np.cos(np.pi * depth))
    return gains


def fade_lengths_s(duration_s: float, options: MixOptions) -> tuple[float, float]:
    """Fade in and out, shortened in proportion where the mix is too short for both."""
    total_s = options.fade_in_s + options.fade_out_s
    share = min(1.0, duration_s / total_s) if total_s > 0 else 1.0
    return options.fade_in_s * share, options.fade_out_s * share


def fade_gains_db(times_s: Doubles, duration_s: float, options: MixOptions) -> Doubles:
    """Gain of the fades alone. Shape: times_s `(n,)` → `(n,)`, from 0 down to `FLOOR_DB`."""
    fade_in_s, fade_out_s = fade_lengths_s(duration_s, options)
    position = np.ones_like(times_s)
    if fade_in_s > SHORTEST_FADE_S:
        position = np.minimum(position, times_s / fade_in_s)
    if fade_out_s > SHORTEST_FADE_S:
        position = np.minimum(position, (duration_s - times_s) / fade_out_s)
    amplitude = np.sin(0.5 * np.pi * np.clip(position, 0.0, 1.0)) ** 2
    gains: Doubles = 20.0 * np.log10(np.maximum(amplitude, 10.0 ** (FLOOR_DB / 20.0)))
    return gains


def plan_gains(
    speech: Iterable[Span], duration_s: float, options: MixOptions, start_s: float = 0.0
) -> Curve:
    """The music's gain over a mix of `duration_s`: ducking and fades, in dB.

    `speech` counts from the mix's start; `start_s` is where the mix starts on the clip's
    seconds (a cut), and only names the curve's first point.
    """
    times_s = np.arange(int(np.ceil(duration_s * PLAN_HZ)) + 1) / PLAN_HZ
    stretches = merge_speech(speech, duration_s, hold_s(options))
    gains = duck_gains_db(times_s, stretches, options)
    gains = gains + fade_gains_db(times_s, duration_s, options)
    values: Floats = np.maximum(gains, FLOOR_DB).astype(np.float32)
    return Curve(values, PLAN_HZ, start_s)


def music_level_db(reference_lufs: float, music_lufs: float, music_lu: float) -> float:
    """The gain that puts the music `music_lu` beside the reference (voice or clip), in dB.

    A reference too quiet to count gives the music a loudness of its own (`ALONE_LUFS`); music
    too quiet to count is left as it is.
    """
    if music_lufs < SILENT_LUFS:
        return 0.0
    wanted = ALONE_LUFS if reference_lufs < SILENT_LUFS else reference_lufs + music_lu
    return wanted - music_lufs

"""What a mix may be asked for: every value that makes no sense gets its sentence."""

import math
from typing import get_args

from mrcmv.errors import MixError
from mrcmv.types import Clip, Keep, MixOptions, Stems, Track

MIN_CUT_S = 0.5
"""The shortest stretch of a clip that makes a mix."""

# Option, lowest, highest, what it is, unit.
RANGES = (
    ("music_lu", -40.0, 20.0, "The music's level", "LU"),
    ("duck_db", 0.0, 40.0, "The ducking", "dB"),
    ("attack_s", 0.0, 5.0, "The ducking's attack", "s"),
    ("release_s", 0.0, 10.0, "The ducking's release", "s"),
    ("target_lufs", -40.0, -5.0, "The loudness target", "LUFS"),
    ("ceiling_dbtp", -20.0, 0.0, "The peak ceiling", "dBTP"),
    ("fade_in_s", 0.0, 60.0, "The fade in", "s"),
    ("fade_out_s", 0.0, 60.0, "The fade out", "s"),
)


def check_options(options: MixOptions, clip: Clip) -> None:
    """Raise MixError, in one sentence, for options that make no sense for this clip."""
    for name, lowest, highest, what, unit in RANGES:
        value = getattr(options, name)
        if value is None and name == "target_lufs":
            continue
        if not isinstance(value, int | float) or not lowest <= value <= highest:
            raise MixError(
                f"{what} is {value}: choose a value from {lowest:g} to {highest:g} {unit}."
            )
    if options.keep not in get_args(Keep):
        raise MixError(f"keep is {options.keep!r}: choose one of {', '.join(get_args(Keep))}.")
    _check_cut(options, clip)


def _check_cut(options: MixOptions, clip: Clip) -> None:
    cut = options.cut
    if cut is None:
        return
    # A time typed off a player may lie a frame past the end; more than that is a mistake.
    inside = cut.start_s >= 0.0 and cut.end_s <= clip.duration_s + 0.05
    if not (inside and cut.duration_s >= MIN_CUT_S):
        raise MixError(
            f"The cut {cut.start_s:g}–{cut.end_s:g} s does not fit the clip: choose at least "
            f"{MIN_CUT_S:g} s inside 0–{clip.duration_s:g} s."
        )


def check_keep(options: MixOptions, stems: Stems) -> None:
    """Raise MixError where the clip's music is to be left out and was not taken apart."""
    if options.keep == "no-music" and stems.present and stems.music is None:
        raise MixError(
            "The clip's own music cannot be left out here: only the separator compact hears it "
            "apart, and not beside a voice track of your own. Choose compact, or keep all of it."
        )


def check_start(start_s: float, track: Track) -> None:
    """Raise MixError for a start that is no time in the track."""
    inside = math.isfinite(start_s) and start_s >= 0
    if not inside or (track.duration_s > 0 and start_s >= track.duration_s):
        lasts = f", and {track.title} lasts {track.duration_s:.1f} s" if inside else ""
        raise MixError(
            f"The music cannot start at {start_s:g} s: choose a time in the track{lasts}."
        )

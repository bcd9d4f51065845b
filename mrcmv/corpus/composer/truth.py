"""What is true of a score, as plain data: what the analysis of its sound can be held against."""

from dataclasses import asdict
from typing import Any

from mrcmv.corpus.composer.moods import AXES
from mrcmv.corpus.composer.score import Score
from mrcmv.corpus.composer.theory import KEY_NAMES, is_major


def describe(score: Score) -> dict[str, Any]:
    """Seed, mood, style, tempo, meter, key, sections, beats and energy; times in seconds.

    `energy` has one value for each of `beats_s`; every `beats_per_bar`-th beat is a first beat.
    """
    n_beats = score.meter.n_beats
    mood = asdict(score.mood)
    return {
        "seed": score.seed,
        "mood": {axis: mood[axis] for axis in AXES},
        "style": score.style,
        "tempo_bpm": round(score.tempo_bpm, 4),
        "beats_per_bar": n_beats,
        "steps_per_beat": score.meter.n_steps,
        "key": KEY_NAMES[score.key],
        "key_pitch_class": score.key,
        "mode": score.mode,
        "major": is_major(score.mode),
        "programs": [part.program for part in score.parts if part.name != "drums"],
        "drums": any(part.name == "drums" for part in score.parts),
        "sections": [
            {
                "name": section.name,
                "start_s": round(score.time_s(section.start_bar * n_beats), 3),
                "end_s": round(score.time_s(section.end_bar * n_beats), 3),
                "energy": [round(value, 3) for value in section.energy],
            }
            for section in score.sections
        ],
        "beats_s": [round(time, 3) for time in score.beat_times_s],
        "energy": [round(value, 3) for value in score.energy],
    }

"""Music under a clip's own sound: the two levels, the plan, one sum. Arrays in, array out."""

from dataclasses import dataclass

import numpy as np

from mrcmv import media
from mrcmv.mixing import meter, plan
from mrcmv.types import Curve, Floats, Keep, Sound, Span, Stems


@dataclass(frozen=True, eq=False)
class Bed:
    """What is heard beside the music, and what the music's level is set against.

    `parts` are added up; each is `(2, n)` at 48 kHz and starts with the mix. `speech` counts
    from the mix's start. `voice` is what the music's level is set against where somebody speaks.
    """

    parts: tuple[Floats, ...]
    speech: tuple[Span, ...]
    voice: Floats | None


def make_bed(sound: Sound | None, stems: Stems, keep: Keep, stretch: Span) -> Bed:
    """The clip's own sound in a stretch of it: all of it, all but its music, or its voice alone.

    The stems sum to all that is heard (with a voice of the user's own, that voice too), so they
    are what is added up; without stems it is the clip's sound as it is.
    """
    present = {name: _cut(stem, stretch) for name, stem in stems.present.items()}
    voice = present.get("voice")
    parts: tuple[Floats, ...] = ()
    if keep == "voice":
        parts = () if voice is None else (voice,)
    elif present:
        left_out = "music" if keep == "no-music" else None
        parts = tuple(part for name, part in present.items() if name != left_out)
    elif sound is not None:
        parts = (_cut(sound, stretch),)
    speech = tuple(
        Span(span.start_s - stretch.start_s, span.end_s - stretch.start_s) for span in stems.speech
    )
    return Bed(parts, plan.merge_speech(speech, stretch.duration_s), voice)


def _cut(sound: Sound, stretch: Span) -> Floats:
    """A stretch of a sound, as a view where it is 48 kHz stereo already. Shape: `(2, n)`."""
    if sound.rate_hz != meter.RATE_HZ:
        sound = media.resample(sound, meter.RATE_HZ)
    first, stop = (round(at_s * meter.RATE_HZ) for at_s in (stretch.start_s, stretch.end_s))
    samples = sound.samples[:, first:stop]
    if samples.shape[0] == 2:
        return samples
    return np.broadcast_to(samples.mean(axis=0, dtype=np.float32), (2, samples.shape[1]))


def reference_lufs(bed: Bed) -> float:
    """Loudness that the music's is set against: the voice where it speaks, else the bed's."""
    if bed.voice is not None and bed.speech:
        spoken = spoken_powers(bed.voice, bed.speech)
        loudness = meter.loudness_lufs(spoken)
        if loudness >= plan.SILENT_LUFS:
            return loudness
    return meter.loudness_lufs(_bed_powers(bed))


def spoken_powers(voice: Floats, speech: tuple[Span, ...]) -> meter.Doubles:
    """The voice's power envelope in the stretches of speech, end to end. Shape: `(blocks,)`."""
    powers = meter.block_powers(part for _, part in meter.slices(voice))
    per_s = meter.RATE_HZ / meter.BLOCK
    stretches = [powers[round(span.start_s * per_s) : round(span.end_s * per_s)] for span in speech]
    return np.concatenate(stretches) if stretches else powers[:0]


def _bed_powers(bed: Bed) -> meter.Doubles:
    n_samples = max((part.shape[1] for part in bed.parts), default=0)
    step = meter.SLICE_S * meter.RATE_HZ
    return meter.block_powers(
        _sum(bed.parts, start, min(start + step, n_samples)) for start in range(0, n_samples, step)
    )


def _sum(parts: tuple[Floats, ...], start: int, stop: int) -> Floats:
    """The parts added up over `[start, stop)`, zeros where they have ended."""
    total = np.zeros((2, stop - start), np.float32)
    for part in parts:
        piece = part[:, start:stop]
        total[:, : piece.shape[1]] += piece
    return total


def shape_music(music: Floats, level_db: float, gains: Curve) -> None:
    """Turn the music by its level and the plan, in place. The plan counts from the mix's start."""
    n_points = len(gains.values)
    for where, part in meter.slices(music):
        position = np.arange(where.start, where.stop) * (gains.rate_hz / meter.RATE_HZ)
        gain_db = level_db + np.interp(position, np.arange(n_points), gains.values)
        part *= (10.0 ** (gain_db / 20.0)).astype(np.float32)


def add_bed(music: Floats, bed: Bed) -> None:
    """Add the clip's own sound to the music, in place; where it has ended there is music alone."""
    for part in bed.parts:
        n_samples = min(part.shape[1], music.shape[1])
        music[:, :n_samples] += part[:, :n_samples]

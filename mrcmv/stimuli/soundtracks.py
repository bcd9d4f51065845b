"""Every soundtrack of a clip, before its loudness is set: results of methods, and broken ones.

`silent` is silence. `shifted` is the soundtrack of the study's first method, half the clip's length
too late, its end at the beginning: what is said and heard belongs to other pictures.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from mrcmv import media, mixing
from mrcmv.errors import StudyError
from mrcmv.mixing import meter
from mrcmv.mixing.plan import SILENT_LUFS
from mrcmv.progress import Hook
from mrcmv.stimuli.gathering import SHORT_S, Asked, Job
from mrcmv.study.reading import digest
from mrcmv.study.stimulus import wanted
from mrcmv.types import Decoded, Floats, Match, MixOptions, Sound, Stems


@dataclass(frozen=True, eq=False)
class Laid:
    """A soundtrack of a clip. Shape: samples `(2, n)` at 48 kHz, n the same for all of the clip's.

    `made`: how it came about, plain JSON. `start`: of a match, its track's id and second.
    """

    source: str
    samples: Floats
    made: dict[str, Any]
    start: tuple[str, float] | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it is meant to be."""
        return self.source == "silent"


def soundtracks(job: Job, asked: Asked, hook: Hook) -> tuple[Laid, ...]:
    """All that the study wants for a clip, in its order.

    Raises:
        StudyError: one cannot be heard, is too short, or broken in a way that nobody could tell.
        MrcmvError: the clip, a track or a file cannot be used.
    """
    clip, app = asked.clip, job.app
    decoded: Decoded | None = None
    stems = Stems(voice=None)
    if job.methods:
        decoded = app.decode(clip, hook=hook)
        stems = app.separate(clip, decoded.sound, hook=hook)
    laid: list[Laid] = []
    for _, source in wanted(job.study, [asked.name]):
        if source in asked.files:
            one = _from_file(asked, source)
        elif source in job.methods and decoded is not None:
            one = _from_match(job, asked, source, decoded, stems)
        elif source == "shifted":
            _check_shift(asked, laid[0].source, decoded)
            one = Laid(source, _shifted(laid[0].samples), {"of": laid[0].source})
        else:
            one = Laid(source, np.zeros((2, _n_samples(asked)), np.float32), {})
        if not one.is_silent and meter.loudness_of(one.samples) < SILENT_LUFS:
            raise StudyError(f"What {source} gives for the clip {asked.name} is silent.")
        laid.append(one)
    return tuple(laid)


def seed_of(seed: int, whole: str, method: str) -> int:
    """What a method draws by for a clip: the study's seed, the clip's content, its own name."""
    return int(digest(f"{seed}|{whole}|{method}")[:15], 16)


def _from_match(job: Job, asked: Asked, name: str, decoded: Decoded, stems: Stems) -> Laid:
    """The method's best match under the clip, as the app mixes it."""
    tags = asked.tags if name == "tags" else ()
    seed = seed_of(job.study.seed, asked.whole, name)
    found = job.app.best(decoded, stems, job.methods[name], tags, seed)
    match = found.matches[0]
    start_s = match.window.start_s
    options = MixOptions(target_lufs=job.study.rendering.target_lufs)
    sound, has_music = mixing.lay(asked.clip, decoded.sound, stems, match.track, start_s, options)
    if not has_music:
        raise StudyError(
            f"The track {match.track.title}, which {name} finds for the clip {asked.name}, is "
            f"silent from {start_s:g} s on: take it out of the catalog."
        )
    made = _of_match(match) | {"notes": list(found.notes)}
    return Laid(name, sound.samples, made, (match.track.track_id, start_s))


def _of_match(match: Match) -> dict[str, Any]:
    track = match.track
    return {
        "track": {
            "id": track.track_id,
            "title": track.title,
            "artist": track.artist,
            "licence": track.licence,
            "licence_url": track.licence_url,
            "source": track.source,
            "sha256": track.content_hash,
        },
        "start_s": match.window.start_s,
        "distance": None if math.isnan(match.distance) else match.distance,
        "fit": None if math.isnan(match.fit) else match.fit,
    }


def _from_file(asked: Asked, name: str) -> Laid:
    """The soundtrack of a file that was made elsewhere, from its first second on."""
    file, needed_s = asked.files[name], asked.clip.duration_s
    sound = media.read_sound(file, meter.RATE_HZ, 2, duration_s=needed_s)
    if sound.duration_s < needed_s - SHORT_S:
        raise StudyError(
            f"{file} lasts {sound.duration_s:.1f} s, and {needed_s:.1f} s of the clip "
            f"{asked.name} are shown: the method {name} needs a longer one."
        )
    samples = np.zeros((2, _n_samples(asked)), np.float32)
    kept = sound.samples[:, : samples.shape[1]]
    samples[:, : kept.shape[1]] = kept
    return Laid(name, samples, {"file": file.name, "sha256": media.content_hash(file)})


def _check_shift(asked: Asked, source: str, decoded: Decoded | None) -> None:
    """Music alone fits later pictures as well as its own: nobody could know the answer."""
    if source in asked.files or (decoded is not None and _is_heard(decoded.sound)):
        return
    raise StudyError(
        f"The clip {asked.name} has no sound of its own, so nobody can tell that its soundtrack is "
        "shifted: choose catch.broken: silent."
    )


def _is_heard(sound: Sound | None) -> bool:
    return sound is not None and meter.loudness_of(sound.samples) >= SILENT_LUFS


def _shifted(samples: Floats) -> Floats:
    return np.roll(samples, samples.shape[1] // 2, axis=1)


def _n_samples(asked: Asked) -> int:
    return round(asked.clip.duration_s * meter.RATE_HZ)

"""The project's composer as a source of music: any number of pieces with a known truth.

Each piece has a seed of its own, and the seed is its album. For what may not fall on both sides of
a split is what two pieces have in common, and the composer draws key, meter, form and motifs from
the seed alone: two moods of one seed are relatives, two seeds of one mood are not. An album by
mood or style would keep whole styles out of a split and so tell, by style, which split a piece is
of; all splits hold all moods instead (`splitting` deals each mood's seeds out).

Five of six real soundtracks are Ogg Vorbis at 44.1 kHz, so these are too: neither codec nor sample
rate says which is which. Loudness and the share of highs still differ (real: −19 to −9 LUFS and
darker); whoever reads normalises.
"""

import json
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from mrcmv import media
from mrcmv.corpus.composer import PRESETS, Mood, compose, describe
from mrcmv.corpus.composer import mastering as mastered
from mrcmv.corpus.composer.rendering import find_soundfont, play
from mrcmv.corpus.composer.score import Score
from mrcmv.corpus.music.piece import Piece
from mrcmv.errors import MrcmvError
from mrcmv.progress import Hook, silent
from mrcmv.types import Floats, Sound

N_PIECES = 1000
DURATION_S = 120.0
"""About as long as each is: three windows that do not overlap fit, as in most real tracks."""
"""At 4.4 s of one core each: 73 minutes on one, 37 on two."""
FIRST_SEED = 100_000
"""Above every seed of the starter catalog, whose tracks are not to come back here."""
SPREAD = 0.1
"""How far a piece may lie from its preset on each axis of mood."""
RATE_HZ = 44_100
QUALITY = "4"
"""Of libvorbis: about 128 kbit/s."""
PEAK = 0.97

LICENCE = "CC0-1.0"
LICENCE_URL = "https://creativecommons.org/publicdomain/zero/1.0/"


@dataclass(frozen=True)
class Plan:
    """One piece before it is composed."""

    preset: str
    seed: int

    @property
    def mood(self) -> Mood:
        """The preset, moved a little on every axis by the seed."""
        near, rng = PRESETS[self.preset], Random(f"{self.seed}/near")
        axes = ("energy", "valence", "tension", "pace", "brightness")
        moved = {axis: getattr(near, axis) + rng.uniform(-SPREAD, SPREAD) for axis in axes}
        return replace(near, **{axis: min(1.0, max(0.0, at)) for axis, at in moved.items()})

    @property
    def file(self) -> str:
        return f"{self.preset.replace(' ', '-')}-{self.seed}.ogg"


def plans(n_pieces: int, first_seed: int = FIRST_SEED) -> list[Plan]:
    """Pieces with one seed each, over all presets in turn: more pieces leave the first as is."""
    presets = sorted(PRESETS)
    return [Plan(presets[n % len(presets)], first_seed + n) for n in range(n_pieces)]


class Composer:
    """Pieces by the composer, about two minutes each, with their truth as JSON beside them."""

    name = "composer"

    def __init__(self, n_pieces: int = N_PIECES, n_workers: int | None = None) -> None:
        self.n_pieces = n_pieces
        self.n_workers = n_workers or os.cpu_count() or 1

    def gather(self, folder: Path, hook: Hook = silent) -> tuple[Piece, ...]:
        """Compose what is not there yet; a piece that is there is a whole one.

        Raises:
            MrcmvError: FluidSynth, a soundfont or FFmpeg is missing, or one of them failed.
        """
        folder.mkdir(parents=True, exist_ok=True)
        wanted = plans(self.n_pieces)
        missing = [plan for plan in wanted if not (folder / plan.file).is_file()]
        # FluidSynth and FFmpeg are processes of their own, so threads are enough to use all cores.
        with ThreadPoolExecutor(self.n_workers) as pool:
            made = pool.map(lambda plan: make(plan, folder), missing)
            for n_done, (plan, _) in enumerate(zip(missing, made, strict=True), start=1):
                hook("Composing", plan.file, completed=n_done, total=len(missing))
        return tuple(_piece(plan, folder) for plan in wanted)


def make(plan: Plan, folder: Path) -> None:
    """Compose, render and encode one piece; its truth is there before the piece is.

    Raises:
        MrcmvError: FluidSynth, a soundfont or FFmpeg is missing, or one of them failed.
    """
    score = compose(plan.mood, plan.seed, DURATION_S)
    sound = finish(_played(score), score)
    truth = describe(score)
    truth["mood"]["name"] = plan.preset
    truth["duration_s"] = round(sound.duration_s, 3)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as temporary:
        made = Path(temporary, plan.file)
        encode(sound, made)
        text = json.dumps(truth)
        made.with_suffix(".json").write_text(text, encoding="utf-8")
        made.with_suffix(".json").replace((folder / plan.file).with_suffix(".json"))
        made.replace(folder / plan.file)


def finish(sound: Sound, score: Score) -> Sound:
    """The composer's mastering with one pass of level and limiter in place of several.

    So a piece may miss the composer's loudness by a few tenths of a decibel and peak higher, which
    a corpus that normalises at reading does not hear; it takes two thirds of the time.
    """
    samples = mastered.equalise(sound.samples, sound.rate_hz)
    samples = mastered.ride(mastered.narrow(samples, sound.rate_hz), sound.rate_hz)
    samples = mastered.trim_tail(samples, sound.rate_hz, score.duration_s)
    samples = mastered.fade(samples, sound.rate_hz)
    gain_db = mastered.TARGET_LUFS - media.loudness_lufs(Sound(samples, sound.rate_hz))
    louder: Floats = samples * samples.dtype.type(10 ** (gain_db / 20))
    if abs(louder).max(initial=0.0) > PEAK:
        louder = mastered.limit(louder, sound.rate_hz)
    return media.resample(Sound(louder, sound.rate_hz), RATE_HZ)


def encode(sound: Sound, path: Path) -> None:
    """Write a sound as Ogg Vorbis without any tag.

    Raises:
        MrcmvError: FFmpeg failed; no file is left.
    """
    from imageio_ffmpeg import get_ffmpeg_exe

    command = [get_ffmpeg_exe(), "-v", "error", "-y", "-f", "f32le", "-ar", str(sound.rate_hz)]
    command += ["-ac", str(len(sound.samples)), "-i", "-", "-map_metadata", "-1", "-fflags"]
    command += ["+bitexact", "-flags:a", "+bitexact", "-c:a", "libvorbis", "-q:a", QUALITY]
    data = sound.samples.T.astype("<f4").tobytes()
    done = subprocess.run([*command, str(path)], input=data, capture_output=True, check=False)
    if done.returncode:
        path.unlink(missing_ok=True)
        why = done.stderr.decode(errors="replace").strip()[-300:]
        raise MrcmvError(f"FFmpeg could not write {path.name}: {why}")


def _played(score: Score) -> Sound:
    soundfont = find_soundfont()
    if soundfont is None:
        raise MrcmvError(
            "Composing music needs FluidSynth and a General MIDI soundfont: "
            "`apt-get install fluidsynth musescore-general-soundfont-small`."
        )
    return play(score, soundfont)


def _piece(plan: Plan, folder: Path) -> Piece:
    file = folder / plan.file
    truth: dict[str, Any] = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    return Piece(
        piece_id=f"composer-{plan.seed}",
        file=file,
        title=f"{plan.preset} {plan.seed}",
        artist="MRCMV composer",
        album=f"composer seed {plan.seed}",
        package="composer",
        licence=LICENCE,
        licence_url=LICENCE_URL,
        origin="composed",
        duration_s=float(truth["duration_s"]),
    )

"""The project's composer as a source of music: any number of pieces with a known truth.

Each piece has a seed of its own, and the seed is its album. For what may not fall on both sides of
a split is what two pieces have in common, and the composer draws key, meter, form and motifs from
the seed alone: two moods of one seed are relatives, two seeds of one mood are not. An album by
mood or style would keep whole styles out of a split and so tell, by style, which split a piece is
of; all splits hold all moods instead (`splitting` deals each mood's seeds out).

Five of six real soundtracks are Ogg Vorbis at 44.1 kHz, so these are too: neither codec nor sample
rate says which is which. Nor does the mastering, which is drawn for each (`composer.tone`).
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from mrcmv.corpus.composer import PRESETS, Mood, compose, describe
from mrcmv.corpus.composer.rendering import play
from mrcmv.corpus.composer.tone import Tone, finish
from mrcmv.corpus.music.piece import Piece
from mrcmv.errors import MrcmvError
from mrcmv.progress import Hook, silent
from mrcmv.types import Sound

VERSION = 2
"""Raise it when the same plan would sound differently: pieces of another version stay apart."""
N_PIECES = 1000
"""At 2.7 s of a core each: 23 minutes on two."""
DURATION_S = 106.0
"""About as long as each is: three windows that do not overlap fit, as in most real tracks."""
FIRST_SEED = 100_000
"""Above every seed of the starter catalog, whose tracks are not to come back here."""
SPREAD = 0.1
"""How far a piece may lie from its preset on each axis of mood."""
RATE_HZ = 44_100
N_VOICES = 64
"""That sound at once: what is cut short lies 25 dB or more under the rest; a sixth less time."""
COMPRESSION = 0.6
"""Of libsndfile, 0–1: libvorbis' quality 4, about 128 kbit/s."""
CHUNK = 1 << 15
"""Samples that libsndfile is given at once: many more overflow its stack."""

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
    """Pieces by the composer, about `duration_s` long, with their truth as JSON beside them."""

    name = "composer"

    def __init__(
        self,
        n_pieces: int = N_PIECES,
        n_workers: int | None = None,
        duration_s: float = DURATION_S,
    ) -> None:
        self.n_pieces = n_pieces
        self.n_workers = n_workers or os.cpu_count() or 1
        self.duration_s = duration_s

    def gather(self, folder: Path, hook: Hook = silent) -> tuple[Piece, ...]:
        """Compose what is not there yet; a piece that is there is a whole one.

        They lie in a folder of this `VERSION`.

        Raises:
            MrcmvError: FluidSynth, a soundfont or FFmpeg is missing, or one of them failed.
        """
        own = folder / f"version-{VERSION}"
        own.mkdir(parents=True, exist_ok=True)
        wanted = plans(self.n_pieces)
        missing = [plan for plan in wanted if not (own / plan.file).is_file()]
        made = self._made(missing, own)
        for n_done, (plan, _) in enumerate(zip(missing, made, strict=True), start=1):
            hook("Composing", plan.file, completed=n_done, total=len(missing))
        return tuple(_piece(plan, own) for plan in wanted)

    def _made(self, missing: Sequence[Plan], folder: Path) -> Iterator[None]:
        """Make pieces in their order, in this process where one worker is enough."""
        work = partial(make, folder=folder, duration_s=self.duration_s)
        n_workers = min(self.n_workers, len(missing))
        if n_workers <= 1:
            yield from map(work, missing)
            return
        # Each process decodes the soundfont once.
        with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as pool:
            yield from pool.map(work, missing)


def make(plan: Plan, folder: Path, duration_s: float = DURATION_S) -> None:
    """Compose, render and encode one piece; its truth is there before the piece is.

    Raises:
        MrcmvError: FluidSynth, a soundfont or FFmpeg is missing, or one of them failed.
    """
    score = compose(plan.mood, plan.seed, duration_s)
    sound = finish(play(score, RATE_HZ, N_VOICES), score, Tone.drawn(plan.seed))
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


def encode(sound: Sound, path: Path) -> None:
    """Write a sound as Ogg Vorbis without any tag, the same bytes for the same sound.

    libsndfile encodes in half of FFmpeg's time, but signs its streams at random and by name: FFmpeg
    copies the packets into a stream that has neither.

    Raises:
        MrcmvError: FFmpeg failed; no file is left.
    """
    import soundfile
    from imageio_ffmpeg import get_ffmpeg_exe

    written, samples = BytesIO(), sound.samples.T
    with soundfile.SoundFile(
        written, "w", sound.rate_hz, samples.shape[1], format="OGG", subtype="VORBIS",
        compression_level=COMPRESSION,
    ) as file:  # fmt: skip
        for start in range(0, len(samples), CHUNK):
            file.write(samples[start : start + CHUNK])
    command = [get_ffmpeg_exe(), "-v", "error", "-y", "-f", "ogg", "-i", "-", "-c", "copy"]
    command += ["-map_metadata", "-1", "-fflags", "+bitexact", str(path)]
    data = written.getvalue()
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode:
        path.unlink(missing_ok=True)
        why = done.stderr.decode(errors="replace").strip()[-300:]
        raise MrcmvError(f"FFmpeg could not write {path.name}: {why}")


def _piece(plan: Plan, folder: Path) -> Piece:
    file = folder / plan.file
    truth: dict[str, Any] = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    return Piece(
        piece_id=f"composer-{VERSION}-{plan.seed}",
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

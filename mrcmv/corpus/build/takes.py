"""Recording the shots of a plan: network frames, game sound, and the truth of each second."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus import footage
from mrcmv.corpus.build.manifest import read_record, write_record
from mrcmv.corpus.build.plan import TakePlan
from mrcmv.corpus.encode import pictures_to
from mrcmv.corpus.footage.take import Moment, Shot, Sink, Source, Take
from mrcmv.errors import TakeEnded
from mrcmv.types import Bytes, Floats

FRAMES_HZ = 4.0
"""Twice the rate of the network's fast frames: a random cut starts at any quarter of a second."""
FRAMES_QUALITY = (
    "-vf", "scale=-2:180:flags=area", "-preset", "veryfast", "-crf", "24", "-g", "8",
)  # fmt: skip
"""Short side 180 px: what the compact network reads and more; a key frame every two seconds."""
WHOLE_QUALITY = ("-preset", "superfast", "-crf", "22", "-g", "70")
GAME_KBPS = 96
TRIES = 4
"""Seeds that a shot is tried with."""


@dataclass(frozen=True)
class TakeRecord:
    """What is known of a recorded take. Paths are relative to the corpus.

    seconds: the game's truth by name, and `light`, the mean grey of the picture (0–1).
    """

    take_id: str
    split: str
    source: str
    place: str
    plan: list[list[Any]]
    duration_s: float
    seed: int
    fps: float
    frames: str
    game: str
    pictures: str | None
    seconds: dict[str, list[float]]
    moments: list[list[Any]]

    @property
    def happened(self) -> tuple[Moment, ...]:
        return tuple(Moment(*moment) for moment in self.moments)

    def second(self, name: str) -> Floats:
        """A curve of the take, one value a second. Shape: (seconds,)."""
        return np.array(self.seconds[name], np.float32)


def make_take(plan: TakePlan, folder: Path, whole: bool) -> TakeRecord:
    """Record a take below `folder`, once; `whole` keeps the full pictures too."""
    stamp = folder / "takes" / f"{plan.take_id}.json"
    kept = read_record(stamp)
    if kept is not None and (kept["pictures"] or not whole):
        return TakeRecord(**kept)
    frames = folder / "takes" / f"{plan.take_id}.mp4"
    pictures = folder / "takes" / f"{plan.take_id}.whole.mp4" if whole else None
    game = folder / "takes" / f"{plan.take_id}.{'flac' if whole else 'opus'}"
    source = footage.source_of(plan.shot.source)
    take, light = _recorded(plan.shot, source, frames, pictures)
    media.write_sound(take.sound, game, None if whole else GAME_KBPS)
    record = _record(plan, take, source.fps, light, frames, game, pictures, folder)
    write_record(record, stamp)
    return record


def _recorded(
    shot: Shot, source: Source, frames: Path, pictures: Path | None
) -> tuple[Take, list[float]]:
    """The take and how light each picture is; the next seed plays where a game ended early."""
    for seed in range(shot.seed, shot.seed + TRIES):
        light: list[float] = []
        try:
            with _written(shot, source.fps, frames, pictures, light) as sink:
                return source.record(replace(shot, seed=seed), sink), light
        except TakeEnded as error:
            ended = error
    raise ended


@contextmanager
def _written(
    shot: Shot, fps: float, frames: Path, pictures: Path | None, light: list[float]
) -> Iterator[Sink]:
    """A sink that thins the pictures out for the network, keeps all of them where asked, and
    notes how light each is."""
    size = (shot.width, shot.height)
    with ExitStack() as files:
        thin = files.enter_context(pictures_to(frames, *size, FRAMES_HZ, FRAMES_QUALITY))
        full = None
        if pictures is not None:
            full = files.enter_context(pictures_to(pictures, *size, fps, WHOLE_QUALITY))

        def sink(image: Bytes) -> None:
            number = len(light)
            light.append(float(image[::8, ::8].mean()) / 255.0)
            if int(number * FRAMES_HZ / fps) != int((number - 1) * FRAMES_HZ / fps) or number == 0:
                thin(image)
            if full is not None:
                full(image)

        yield sink


def _record(
    plan: TakePlan,
    take: Take,
    fps: float,
    light: list[float],
    frames: Path,
    game: Path,
    pictures: Path | None,
    folder: Path,
) -> TakeRecord:
    n_seconds = int(take.duration_s)
    second = (np.arange(len(light)) / fps).astype(int)
    bright = [float(np.mean(np.array(light)[second == at])) for at in range(n_seconds)]
    curves = {name: np.round(values, 5).tolist() for name, values in take.seconds.items()}
    shot = take.shot
    return TakeRecord(
        take_id=plan.take_id,
        split=plan.split,
        source=shot.source,
        place=shot.place,
        plan=[list(step) for step in shot.plan],
        duration_s=take.duration_s,
        seed=shot.seed,
        fps=fps,
        frames=str(frames.relative_to(folder)),
        game=str(game.relative_to(folder)),
        pictures=str(pictures.relative_to(folder)) if pictures else None,
        seconds={**curves, "light": bright},
        moments=[[m.time_s, m.kind, m.what] for m in take.moments],
    )

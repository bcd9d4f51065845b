"""Atari games as a source of footage: the Arcade Learning Environment, played by scripts.

The games look and sound nothing like Freedoom: flat pictures of few colours, beeps and noise. A
place is a game. The picture is shown 4:3 between black bars, every third of 60 frames a second
(the brighter of two neighbours, as sprites flicker on alternate frames). Sound is one voice on
both sides.

Of `SECONDS` it knows: `action`, from points scored, lives lost, motion and how often the stick
moves; `motion`; `damage`, lives lost; `health`, the share of the lives left that the game gave at
its start, NaN where it gives none; `kills`, scores in games where only shooting scores, NaN
elsewhere; `pickups`, scores where only collecting scores, NaN elsewhere. All others are NaN:
the machine's memory says them only in each game's own code.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import signal

from mrcmv.corpus.footage.console import FRAMES_HZ, HANDS, STRIDE, Console
from mrcmv.corpus.footage.plans import style_at
from mrcmv.corpus.footage.take import SECONDS, Moment, Shot, Sink, Take
from mrcmv.corpus.footage.witness import by_second, shrunk
from mrcmv.errors import MrcmvError
from mrcmv.types import Bytes, Floats, Sound

FPS = FRAMES_HZ // STRIDE
RATE_HZ = 44100
FRAME_SAMPLES = 512
"""Samples of sound that a frame brings; 735 at 44.1 kHz."""
SHOOTING = (
    "air_raid", "assault", "asteroids", "atlantis", "battle_zone", "beam_rider", "berzerk",
    "carnival", "centipede", "chopper_command", "defender", "demon_attack", "galaxian",
    "gravitar", "krull", "name_this_game", "phoenix", "pooyan", "riverraid", "robotank",
    "solaris", "space_invaders", "star_gunner", "time_pilot", "turmoil", "wizard_of_wor",
    "yars_revenge",
)  # fmt: skip
COLLECTING = ("alien", "bank_heist", "ms_pacman", "tutankham")
OTHERS = (
    "crazy_climber", "donkey_kong", "enduro", "freeway", "frogger", "frostbite", "hero",
    "jamesbond", "kangaroo", "kung_fu_master", "laser_gates", "private_eye", "qbert",
    "road_runner", "seaquest", "up_n_down", "zaxxon",
)  # fmt: skip


@dataclass(frozen=True)
class Atari:
    """Games of the Atari 2600 as a `Source`; a place is a game."""

    name: str = "atari"
    fps: float = float(FPS)
    places: tuple[str, ...] = tuple(sorted(SHOOTING + COLLECTING + OTHERS))
    styles: tuple[str, ...] = tuple(HANDS)

    def record(self, shot: Shot, sink: Sink) -> Take:
        """Play a shot. The same shot gives the same take.

        Raises:
            MrcmvError: ale-py is not installed; the game or a style is unknown.
        """
        check(shot)
        console = Console(shot)
        n_steps = math.ceil(round(shot.duration_s * FPS, 6))
        frame = screen_map(*console.dims, shot.width, shot.height)
        motion, last = np.zeros(n_steps, dtype=np.float32), None
        for step in range(n_steps):
            picture = frame(console.play(style_at(shot.plan, step / FPS)))
            sink(picture)
            small = shrunk(picture)
            motion[step] = 0.0 if last is None else np.abs(small - last).mean()
            last = small
        log = by_step(console.log)
        seconds = seconds_of(shot, log, motion, console.full)
        return Take(shot, heard(console.sound), seconds, moments_of(shot, log), n_steps)


def check(shot: Shot) -> None:
    """Refuse a shot that cannot be played.

    Raises:
        MrcmvError: what cannot be, and what can.
    """
    unknown = [name for _, name in shot.plan if name not in HANDS]
    if unknown or not shot.plan:
        raise MrcmvError(f"A plan for Atari names styles of {', '.join(HANDS)}, not {unknown}.")
    if shot.place not in SHOOTING + COLLECTING + OTHERS:
        raise MrcmvError(f"{shot.place} is no game of this source: say it as in space_invaders.")


def screen_map(rows: int, columns: int, width: int, height: int) -> Any:
    """A function that shows a console's screen 4:3 between black bars.

    Shape: `(rows, columns, 3)` → `(height, width, 3)`.
    """
    wide = min(width, round(height * 4 / 3))
    left = (width - wide) // 2
    row = np.arange(height) * rows // height
    column = np.arange(wide) * columns // wide
    from_pixel = row[:, np.newaxis] * columns + column  # (height, wide)

    def show(screen: Bytes) -> Bytes:
        picture = np.zeros((height, width, 3), dtype=np.uint8)
        picture[:, left : left + wide] = screen.reshape(-1, 3).take(from_pixel, axis=0)
        return picture

    return show


def heard(blocks: Sequence[Bytes]) -> Sound:
    """The frames' sound as stereo at 44.1 kHz, without the console's direct current."""
    raw = np.concatenate(blocks).astype(np.float32) / np.float32(128) - np.float32(1)
    up = signal.resample_poly(raw, RATE_HZ // FRAMES_HZ, FRAME_SAMPLES)
    high = signal.butter(2, 30.0, "high", fs=RATE_HZ, output="sos")
    mono = signal.sosfilt(high, up - up[:RATE_HZ].mean()).astype(np.float32)
    return Sound(np.stack([mono, mono]), RATE_HZ)


def by_step(log: Sequence[tuple[float, ...]]) -> Floats:
    """Sums over each picture's frames, and the lives at its end. Shape: `(frames, 4)` →
    `(steps, 4)`."""
    frames = np.array(log, dtype=np.float32).reshape(-1, STRIDE, 4)
    return np.concatenate([frames[:, :, :3].sum(axis=1), frames[:, -1, 3:]], axis=1)


def seconds_of(shot: Shot, log: Floats, motion: Floats, full: int) -> dict[str, Floats]:
    """What each second came to. Shape: log `(steps, 4)`, motion `(steps,)` → `(seconds,)` each."""
    second = np.arange(len(log)) // FPS
    n = math.floor(shot.duration_s)
    scored, lost, moved = (by_second(log[:, i], second, "sum") for i in range(3))
    shown = by_second(motion, second, "mean")
    lives = by_second(log[:, 3], second, "mean")
    action = 0.35 * np.minimum(1, scored / 2) + 0.25 * np.minimum(1, lost)
    action = action + 0.25 * np.minimum(1, shown / 0.03) + 0.15 * np.minimum(1, moved / 6)
    nothing = np.full(len(shown), np.nan)
    known = {
        "action": action,
        "motion": shown,
        "damage": lost,
        "health": lives / full if full else nothing,
        "kills": scored if shot.place in SHOOTING else nothing,
        "pickups": scored if shot.place in COLLECTING else nothing,
    }
    return {name: known.get(name, nothing)[:n].astype(np.float32) for name in SECONDS}


def moments_of(shot: Shot, log: Floats) -> tuple[Moment, ...]:
    """Scores (a kill where one shoots, else a find) at least a second apart, lives lost, the last
    life begun. Shape: log `(steps, 4)`."""
    kind = "kill" if shot.place in SHOOTING else "find"
    found, quiet = [], -FPS
    for step, (scored, lost, _, lives) in enumerate(log):
        time_s = step / FPS
        if scored and step - quiet >= FPS:
            found.append(Moment(time_s, kind))
            quiet = step
        if lost:
            found.append(Moment(time_s, "low" if lives <= 1 else "hurt"))
    return tuple(found)

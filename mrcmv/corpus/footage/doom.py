"""Footage: ViZDoom's Freedoom, played by a script, with its own sound and the engine's truth.

A `Scene` says where, how and how long; `record` plays it and hands each picture to a sink as it
comes (a minute of 720p pictures would not fit in memory). The same scene gives the same footage.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mrcmv.corpus.footage.engine import (
    RATE_HZ,
    VARIABLES,
    Scene,
    buttons_of,
    engine,
    level_of,
    things_of,
    view_of,
)
from mrcmv.corpus.footage.stage import prepare
from mrcmv.corpus.footage.take import Sink
from mrcmv.corpus.footage.truth import Truth, truth_of
from mrcmv.corpus.footage.view import TICS_HZ, Thing, View
from mrcmv.types import Sound


@dataclass(frozen=True, eq=False)
class Footage:
    """A take: its sound (44.1 kHz stereo, in step with the pictures) and its truth."""

    scene: Scene
    sound: Sound
    truth: Truth
    n_frames: int


def record(scene: Scene, sink: Sink) -> Footage:
    """Play a scene; each picture `(height, width, 3)` uint8 goes to the sink, 35 a second.

    Raises:
        MrcmvError: ViZDoom is not installed.
    """
    n_tics = round(scene.duration_s * TICS_HZ)
    with engine(scene) as game:
        player = prepare(game, scene)
        light = gamma_table(scene.gamma)
        rows, blocks, names, found = [], [], {}, {}
        before = things_of(game.get_state())
        for tic in range(n_tics):
            state = game.get_state()
            view = view_of(state, tic)
            sink(light[state.screen_buffer])
            blocks.append(state.audio_buffer)
            rows.append(row_of(view, state))
            foes = [t for t in view.seen if t.category == "Monster"]
            if foes:
                names[tic] = min(foes, key=lambda t: (t.x - view.x) ** 2 + (t.y - view.y) ** 2).name
            gone = _taken(before, view)
            if gone:
                found[tic] = gone
            before = {t.number: t for t in view.things}
            game.make_action(buttons_of(player.act(view)), 1)
    sound = np.concatenate(blocks).T.astype(np.float32) / np.float32(32768)
    truth = truth_of(np.array(rows, dtype=np.float32), names, found)
    return Footage(scene, Sound(sound, RATE_HZ), truth, n_tics)


def row_of(view: View, state: Any) -> tuple[float, ...]:
    """The numbers of one tic that `truth_of` turns into curves."""
    value = dict(zip(VARIABLES, state.game_variables, strict=True))
    foes = [t for t in view.seen if t.category == "Monster"]
    far = [float(np.hypot(t.x - view.x, t.y - view.y)) for t in foes]
    return (
        value["SELECTED_WEAPON_AMMO"], value["HITCOUNT"], value["DAMAGECOUNT"],
        value["DAMAGE_TAKEN"], value["KILLCOUNT"], value["HEALTH"], value["ARMOR"],
        value["SELECTED_WEAPON"], float(len(foes)), min(far, default=np.inf),
        float(np.hypot(value["VELOCITY_X"], value["VELOCITY_Y"])), value["ANGLE"],
    )  # fmt: skip


def _taken(before: dict[int, Thing], view: View) -> str | None:
    """The kind of thing that vanished at the player's feet: picked up."""
    wanted = {"Health", "Armor", "Ammo", "Weapon", "Powerup", "Key"}
    left = {t.number for t in view.things}
    for thing in before.values():
        close = np.hypot(thing.x - view.x, thing.y - view.y) < 72
        if thing.category in wanted and thing.number not in left and close:
            return thing.name
    return None


def gamma_table(gamma: float) -> NDArray[np.uint8]:
    """What each level of a picture becomes, brightened by a gamma. Shape: `(256,)`."""
    levels = np.arange(256) / 255
    return np.round(255 * levels ** (1 / gamma)).astype(np.uint8)


__all__ = ["Footage", "Scene", "Sink", "Truth", "level_of", "record"]

"""Footage: ViZDoom's Freedoom, played by a script, with its own sound and the engine's truth.

A `Scene` says where, how and how long; `record` plays it and hands each picture to a sink as it
comes (a minute of 720p pictures would not fit in memory). The same scene gives the same footage.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mrcmv.corpus.footage.engine import (
    BUTTONS,
    RATE_HZ,
    VARIABLES,
    Scene,
    buttons_of,
    engine,
    level_of,
    things_of,
    view_of,
)
from mrcmv.corpus.footage.navigation import Level, ways
from mrcmv.corpus.footage.player import Player
from mrcmv.corpus.footage.take import Sink
from mrcmv.corpus.footage.truth import Truth, truth_of
from mrcmv.corpus.footage.view import TICS_HZ, Thing, View
from mrcmv.types import Sound

WEAPONS = {3: "Shotgun", 4: "Chaingun", 5: "RocketLauncher", 6: "PlasmaRifle"}


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
        player = _prepare(game, scene)
        light = _gamma_table(scene.gamma)
        rows, blocks, names, found = [], [], {}, {}
        before = things_of(game.get_state())
        for tic in range(n_tics):
            state = game.get_state()
            view = view_of(state, tic)
            sink(light[state.screen_buffer])
            blocks.append(state.audio_buffer)
            rows.append(_row(view, state))
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


def _prepare(game: Any, scene: Scene) -> Player:
    """Set the stage before the take: place, weapons, monsters; then let it come to rest."""
    rng = np.random.default_rng(scene.seed)
    stand = [0.0] * len(BUTTONS)
    game.send_game_command("notarget")
    game.send_game_command("buddha")  # wounds show, but a take never ends in death
    game.make_action(stand, 2)
    level = level_of(scene.wad, scene.level)
    start = level.nearest_open(*_position(game))
    found = ways(level, start)
    if scene.place is not None:
        reach = np.flatnonzero((level.clearance.ravel() > 64) & np.isfinite(found.cost))
        start = int(np.random.default_rng(scene.place).choice(reach))
        found = ways(level, start)
    _stock(game, scene, level, found, rng)
    x, y = level.points(np.array([start]))[0]
    game.send_game_command(f"warp {x:.0f} {y:.0f}")
    for slot in scene.style.weapons:
        if slot in WEAPONS:
            game.send_game_command(f"give {WEAPONS[slot]}")
    game.send_game_command("give ammo")
    if scene.health != 100:
        game.send_game_command(f"give health {scene.health}")
    if scene.style.noticed:
        game.send_game_command("notarget")
    game.make_action(stand, 2)
    player = Player(level, scene.style, rng)
    for tic in range(-TICS_HZ, 0):  # a second of play off the record: weapon up, first path found
        game.make_action(buttons_of(player.act(view_of(game.get_state(), tic))), 1)
    return player


def _stock(game: Any, scene: Scene, level: Level, found: Any, rng: np.random.Generator) -> None:
    """Put the style's monsters on the way, out of arm's reach of the start."""
    roomy = level.clearance.ravel() > 48
    cells = np.flatnonzero(roomy & (found.cost > 500) & (found.cost < 2600))
    if len(cells) == 0:
        return
    stand = [0.0] * len(BUTTONS)
    for name, n in scene.style.monsters:
        for cell in rng.choice(cells, size=n):
            x, y = level.points(np.array([cell]))[0]
            game.send_game_command(f"warp {x:.0f} {y:.0f}")
            game.make_action(stand, 1)
            game.send_game_command(f"summon {name}")
            game.make_action(stand, 1)


def _position(game: Any) -> tuple[float, float]:
    values = game.get_state().game_variables
    return float(values[0]), float(values[1])


def _row(view: View, state: Any) -> tuple[float, ...]:
    """The numbers of one tic that `_truth` turns into curves."""
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


def _gamma_table(gamma: float) -> NDArray[np.uint8]:
    levels = np.arange(256) / 255
    return np.round(255 * levels ** (1 / gamma)).astype(np.uint8)


__all__ = ["Footage", "Scene", "Sink", "Truth", "level_of", "record"]

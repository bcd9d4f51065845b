"""The stage of a take: where it starts, who is armed how, which monsters stand in the way."""

from typing import Any

import numpy as np

from mrcmv.corpus.footage.engine import BUTTONS, Scene, buttons_of, level_of, view_of
from mrcmv.corpus.footage.navigation import Level, Ways, homeland, ways
from mrcmv.corpus.footage.player import Player
from mrcmv.corpus.footage.view import TICS_HZ

WEAPONS = {3: "Shotgun", 4: "Chaingun", 5: "RocketLauncher", 6: "PlasmaRifle"}
"""What to ask the engine for, by slot."""


def prepare(game: Any, scene: Scene, stride: int = 1) -> Player:
    """Set the stage before the take: place, weapons, monsters; then let it come to rest.

    stride: for how many tics each move of the player is held.
    """
    rng = np.random.default_rng(scene.seed)
    stand = [0.0] * len(BUTTONS)
    game.send_game_command("notarget")
    game.send_game_command("buddha")  # wounds show, but a take never ends in death
    game.make_action(stand, 2)
    level = level_of(scene.wad, scene.level)
    start = level.nearest_open(*_position(game))
    found = ways(level, start)
    if scene.place is not None:
        home = homeland(level, start)
        start = int(np.random.default_rng(scene.place).choice(home))
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
    player = Player(level, scene.style, rng, stride=stride)
    before = -TICS_HZ // stride * stride  # so that the take itself begins with tic 0
    for tic in range(before, 0, stride):  # a second off the record: weapon up, first path found
        game.make_action(buttons_of(player.act(view_of(game.get_state(), tic))), stride)
    return player


def _stock(game: Any, scene: Scene, level: Level, found: Ways, rng: np.random.Generator) -> None:
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

"""Freedoom as a source of footage: any map, and styles of play that change within a take.

It is played at 35 tics a second and hands on every second picture: 17.5 a second look as fluid
as most uploads, and cost half. A style changes where the plan says so, on the spot.

Of `SECONDS` it knows all. `damage` is what the player takes. `explosions` are rockets and barrels
within 2000 map units. `doors_seen` is the most doors (shut when the level began) in the picture
at a time; heights are left out of the line of sight. `doors_heard` counts doors
within earshot that someone passes, which trails their opening by about a second; doors that a
switch opens far from anyone, and doors that shut, are missed. `pickups` are things taken.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from mrcmv.corpus.footage.casting import TEMPERS, scene_of
from mrcmv.corpus.footage.doom import gamma_table, row_of
from mrcmv.corpus.footage.engine import (
    BUTTONS,
    RATE_HZ,
    buttons_of,
    engine,
    level_of,
    others_of,
    things_of,
    view_of,
)
from mrcmv.corpus.footage.moments import moments
from mrcmv.corpus.footage.pictures import drawn_size, halved, looked_up, pairs
from mrcmv.corpus.footage.places import USABLE
from mrcmv.corpus.footage.script import Script
from mrcmv.corpus.footage.stage import prepare
from mrcmv.corpus.footage.take import Shot, Sink, Take
from mrcmv.corpus.footage.view import TICS_HZ
from mrcmv.corpus.footage.witness import Witness
from mrcmv.errors import MrcmvError, TakeEnded
from mrcmv.types import Sound

STRIDE = 2
"""Tics a picture."""
ROUND_STEPS, LISTEN_STEPS = 5, 7
"""All things are looked at on every fifth step, doors on every seventh: to look is costly."""
SETTINGS = "+sv_killallmonsters 1 +snd_sfxvolume 0.3 +cl_showsecretmessage 0"
"""No exit works while a monster lives: a player who leans on everything would leave the map.
Many sounds at once do not clip. No text across the picture, where it would stay to the end."""


@dataclass(frozen=True)
class Freedoom:
    """Freedoom 1 and 2 as a `Source`; a place is `wad/map`."""

    name: str = "doom"
    fps: float = TICS_HZ / STRIDE
    places: tuple[str, ...] = USABLE
    styles: tuple[str, ...] = tuple(TEMPERS)

    def record(self, shot: Shot, sink: Sink) -> Take:
        """Play a shot. The same shot gives the same take.

        Raises:
            MrcmvError: ViZDoom is not installed; the plan, the place or the size is unknown.
        """
        check(shot)
        n_steps = math.ceil(round(shot.duration_s * TICS_HZ / STRIDE, 6))
        sound, witness = play(shot, n_steps, sink)
        truth = witness.truth(STRIDE)
        seconds = witness.seconds(truth, math.floor(shot.duration_s), STRIDE)
        return Take(shot, sound, seconds, moments(truth), n_steps)


def check(shot: Shot) -> None:
    """Refuse a shot that cannot be played.

    Raises:
        MrcmvError: what cannot be, and what can.
    """
    unknown = [name for _, name in shot.plan if name not in TEMPERS]
    if unknown or not shot.plan:
        raise MrcmvError(f"A plan for Doom names styles of {', '.join(TEMPERS)}, not {unknown}.")
    if shot.place.count("/") != 1 or not shot.place.startswith(("freedoom1/", "freedoom2/")):
        raise MrcmvError(f"{shot.place} is no Doom map: say it as in freedoom1/E1M3.")
    drawn_size(shot)


def play(shot: Shot, n_steps: int, sink: Sink) -> tuple[Sound, Witness]:
    """Play all steps of a shot; pictures go to the sink as they come."""
    scene = scene_of(shot)
    shrink = drawn_size(shot)[2]
    light = pairs(gamma_table(scene.gamma))
    blocks = []
    with engine(scene, stride=STRIDE, more=SETTINGS, hud=False) as game:
        game.send_game_command("give keys")  # a locked door would say so, for the rest of the take
        player = prepare(game, scene, STRIDE)
        state = game.get_state()
        things = things_of(state)
        witness = Witness(level_of(scene.wad, scene.level), state, things, n_steps)
        script = Script(shot, game, player, scene.style.noticed)
        for step in range(n_steps):
            state = state_of(game, shot, step)
            if step % ROUND_STEPS == 0:
                things = things_of(state)
                others = others_of(things)
            view = view_of(state, step * STRIDE, others)
            picture = halved(looked_up(light, state.screen_buffer), shrink)
            sink(picture)
            blocks.append(state.audio_buffer)
            resting = script.in_menu or player.resting
            witness.see(view, row_of(view, state), picture, resting=resting)
            if step % ROUND_STEPS == 0:
                witness.look_round(view, state, things)
            if step % LISTEN_STEPS == 0:
                witness.listen(view)
            script.turn(view.tic)
            buttons = STAND if script.in_menu else buttons_of(player.act(view))
            game.make_action(buttons, STRIDE)
    samples = np.concatenate(blocks).T.astype(np.float32) / np.float32(32768)
    return Sound(samples, RATE_HZ), witness


def state_of(game: Any, shot: Shot, step: int) -> Any:
    """The engine's state.

    Raises:
        MrcmvError: the level has ended.
    """
    state = game.get_state()
    if state is None:
        at_s = step * STRIDE / TICS_HZ
        raise TakeEnded(
            f"{shot.place} (seed {shot.seed}) ended at {at_s:.1f} s: take another seed."
        )
    return state


STAND = [0.0] * len(BUTTONS)

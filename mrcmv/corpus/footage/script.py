"""What changes while a shot of Doom is played: the temper, the menu, ammunition and health."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from mrcmv.corpus.footage.casting import tempers_of
from mrcmv.corpus.footage.plans import style_at
from mrcmv.corpus.footage.player import Player
from mrcmv.corpus.footage.styles import Style
from mrcmv.corpus.footage.take import Shot
from mrcmv.corpus.footage.view import TICS_HZ


class Script:
    """Turns the pages of a plan: changes the player's temper, opens and shuts the menu."""

    def __init__(self, shot: Shot, game: Any, player: Player, noticed: bool) -> None:
        self.in_menu = False
        self._shot, self._game, self._player, self._noticed = shot, game, player, noticed
        self._tempers = tempers_of(shot)
        self._menus = tuple(menus(shot))
        self._now = player.style
        self._weak = 0

    def turn(self, tic: int) -> None:
        """Do what the plan and the player's health ask for in this tic."""
        time_s = tic / TICS_HZ
        style = self._tempers[style_at(self._shot.plan, time_s)]
        if style.fire == 0 and self._player.under_fire(tic):
            self._now = defence(style)  # what still hunts from an earlier part is fought off
        elif self._now.name != style.name or tic - self._player.hurt > 3 * TICS_HZ:
            self._now = style
        if self._player.style is not self._now:
            self._player.change(self._now)
        if self._noticed != style.noticed:
            self._noticed = not self._noticed
            self._game.send_game_command("notarget")
        in_menu = any(begin <= time_s < end for begin, end in self._menus)
        if in_menu != self.in_menu:
            self.in_menu = in_menu
            self._game.send_game_command("openmenu mainmenu" if in_menu else "closemenu")
        if not in_menu:
            self._supply(tic)

    def _supply(self, tic: int) -> None:
        """Ammunition and armour every ten seconds (else long fights are one red flash); health
        comes slowly back to one who is badly wounded."""
        if tic % (10 * TICS_HZ) == 0:
            self._game.send_game_command("give ammo")
            if self._now.noticed:
                self._game.send_game_command("give BlueArmor")
        if tic % TICS_HZ > 0:
            return
        self._weak = self._weak + 1 if self._player.health < (70 if self._weak > 3 else 25) else 0
        if self._weak > 3:
            self._game.send_game_command("give Stimpack")


@cache
def defence(style: Style) -> Style:
    """A peaceful temper while it is shot at."""
    return replace(style, hold=False, hunt=True, fire=1.0, strafe=0.4, speed=26.0, turn_deg=7.0)


def menus(shot: Shot) -> Iterator[tuple[float, float]]:
    """When the menu is up, from and to in seconds: in half of all idle parts, for 2 to 5 s."""
    rng = np.random.default_rng([shot.seed, 3])
    ends = [begin for begin, _ in shot.plan[1:]] + [shot.duration_s]
    for (begin, name), end in zip(shot.plan, ends, strict=True):
        if name == "idle" and end - begin > 5 and rng.random() < 0.5:
            up = begin + rng.uniform(1.0, end - begin - 3.0)
            yield up, min(up + rng.uniform(2.0, 5.0), end - 1.0)

"""How the script plays: each style is a temper, from a quiet walk to a rampage."""

import math
from dataclasses import dataclass, replace

WALK = 18.0
RUN = 46.0
"""Speeds as the engine's movement deltas (25 is Doom's walk, 50 its run)."""


@dataclass(frozen=True)
class Style:
    """A temper of play.

    speed is a movement delta; turn_deg the fastest turn in degrees a tic; pause_s how long the
    player looks around at a goal; hunt: goes for monsters; flee: runs from them; hold: stays;
    fire: 0 never shoots, 1 shoots whenever the aim is on; strafe: side steps in a fight, 0–1;
    watch_s: how long one who does not shoot stands before a monster; lure_s: seconds without a
    monster in sight after which a shot into the air calls some; alert: turns to what hurts it;
    deft: walks around monsters that stand in its way, and faces a door that it waits for;
    noticed: monsters fight back; weapons: slots, best first; monsters: kind and how many are
    put near the player's way before the take begins (on top of the level's own when `own`).
    """

    name: str
    speed: float = WALK
    turn_deg: float = 5.0
    pause_s: float = 1.5
    hunt: bool = False
    flee: bool = False
    hold: bool = False
    fire: float = 1.0
    strafe: float = 0.0
    noticed: bool = True
    weapons: tuple[int, ...] = (2,)
    monsters: tuple[tuple[str, int], ...] = ()
    own: bool = True
    skill: int = 2
    watch_s: float = math.inf
    lure_s: float = math.inf
    alert: bool = False
    deft: bool = False


STYLES = {
    style.name: style
    for style in (
        Style("explore", fire=0.0, own=False, noticed=False),
        Style("sneak", speed=13.0, hunt=True, fire=0.0, noticed=False, pause_s=2.5),
        Style("hold", hold=True, turn_deg=7.0, strafe=0.4, weapons=(3, 2), skill=3),
        Style("advance", speed=26.0, turn_deg=7.0, hunt=True, strafe=0.4, weapons=(3, 2)),
        Style("flee", speed=RUN, turn_deg=9.0, flee=True, strafe=0.3, fire=0.4, skill=4),
        Style("rampage", speed=RUN, turn_deg=12.0, hunt=True, strafe=1.0, weapons=(4, 3), skill=4),
    )
}
"""Named tempers; `dataclasses.replace` makes others of them."""


def at_intensity(intensity: float) -> Style:
    """The style for an intensity of play from 0 (a quiet walk) to 1 (a rampage).

    Speed, turning, the number of monsters and the weapon rise with it in small steps.
    """
    if intensity < 0.2:
        base = STYLES["explore"]
    elif intensity < 0.4:
        base = STYLES["sneak"]
    else:
        base = STYLES["advance"] if intensity < 0.75 else STYLES["rampage"]
    n = round(max(0.0, intensity - 0.25) * 16)
    weapons = (2,) if intensity < 0.55 else ((3, 2) if intensity < 0.75 else (4, 3))
    return replace(
        base,
        name=f"intensity {intensity:.2f}",
        speed=12.0 + (RUN - 12.0) * intensity,
        turn_deg=3.0 + 9.0 * intensity,
        pause_s=2.5 * (1.0 - intensity),
        strafe=max(0.0, intensity - 0.3),
        weapons=weapons,
        monsters=(("Zombieman", n // 2), ("DoomImp", n - n // 2)) if n else (),
        own=intensity >= 0.2,
        skill=1 + round(3 * intensity),
    )

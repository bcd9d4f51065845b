"""ViZDoom, started for a scene: its settings, its levels, its state as the player sees it."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv.corpus.footage.navigation import Level, block, survey
from mrcmv.corpus.footage.styles import Style
from mrcmv.corpus.footage.view import Move, Thing, View
from mrcmv.errors import MrcmvError

RATE_HZ = 44100
"""The rate that the engine's sound comes at: 1260 samples a tic."""
VARIABLES = (
    "POSITION_X", "POSITION_Y", "POSITION_Z", "ANGLE", "PITCH", "VELOCITY_X", "VELOCITY_Y",
    "HEALTH", "ARMOR", "SELECTED_WEAPON", "SELECTED_WEAPON_AMMO", "KILLCOUNT", "ITEMCOUNT",
    "HITCOUNT", "DAMAGECOUNT", "DAMAGE_TAKEN",
)  # fmt: skip
BUTTONS = (
    "TURN_LEFT_RIGHT_DELTA", "LOOK_UP_DOWN_DELTA", "MOVE_FORWARD_BACKWARD_DELTA",
    "MOVE_LEFT_RIGHT_DELTA", "ATTACK", "USE", "SELECT_WEAPON1", "SELECT_WEAPON2",
    "SELECT_WEAPON3", "SELECT_WEAPON4", "SELECT_WEAPON5", "SELECT_WEAPON6",
)  # fmt: skip
SOLID = {"Decoration", "LightSource", "Vegetation", "Hazard"}
"""Kinds of things that one walks around: pillars, lamps, trees, barrels."""


@dataclass(frozen=True)
class Scene:
    """One take: the level, the style of play, its length and size, and the seed of all chance.

    place: a number that picks where on the level it starts; None is the level's own start.
    gamma: Freedoom is dark; above 1 brightens the picture.
    """

    wad: str
    level: str
    style: Style
    duration_s: float
    seed: int
    place: int | None = None
    width: int = 1280
    height: int = 720
    gamma: float = 1.25
    health: int = 100


@cache
def level_of(wad: str, name: str) -> Level:
    """A level's walkable grid, with its pillars and lamps in it."""
    scene = Scene(wad, name, Style("survey"), 0.0, seed=0, width=160, height=120)
    with engine(scene, survey_only=True) as game:
        state = game.get_state()
        level = survey(state.sectors)
        solid = [t for t in things_of(state).values() if t.category in SOLID]
    return block(level, np.array([(t.x, t.y) for t in solid]).reshape(-1, 2), 36.0)


@contextmanager
def engine(
    scene: Scene,
    *,
    survey_only: bool = False,
    stride: int = 1,
    more: str = "",
    hud: bool = True,
) -> Iterator[Any]:
    """ViZDoom, running the scene's level from its start; closed afterwards.

    stride: tics whose sound comes with each state; more: further arguments of the engine; hud:
    with the status bar, which is drawn at another size in a small picture.

    Raises:
        MrcmvError: ViZDoom is not installed.
    """
    try:
        import vizdoom
    except ImportError:
        raise MrcmvError(
            "Footage needs ViZDoom, which is not installed: `pip install vizdoom`, and on Debian "
            "`apt-get install libopenal1` for its sound."
        ) from None
    game = vizdoom.DoomGame()
    wad = str(Path(vizdoom.__file__).parent / f"{scene.wad}.wad")
    game.set_doom_game_path(wad)
    game.set_doom_scenario_path(wad)
    game.set_doom_map(scene.level)
    game.set_doom_skill(scene.style.skill)
    game.set_screen_resolution(
        getattr(vizdoom.ScreenResolution, f"RES_{scene.width}X{scene.height}")
    )
    game.set_screen_format(vizdoom.ScreenFormat.RGB24)
    game.set_window_visible(False)
    game.set_render_hud(hud)
    game.set_sound_enabled(not survey_only)
    game.set_audio_buffer_enabled(not survey_only)
    game.set_audio_sampling_rate(vizdoom.SamplingRate.SR_44100)
    game.set_audio_buffer_size(stride)
    game.set_labels_buffer_enabled(True)
    game.set_objects_info_enabled(True)
    game.set_sectors_info_enabled(survey_only)
    game.set_available_buttons([getattr(vizdoom.Button, name) for name in BUTTONS])
    game.set_available_game_variables([getattr(vizdoom.GameVariable, name) for name in VARIABLES])
    game.set_episode_timeout(0)
    game.set_seed(scene.seed)
    # snd_efx 0: ViZDoom aborts without it. Music is what the project adds, so the game's is off.
    game.add_game_args("+snd_efx 0 +sv_cheats 1 +snd_musicvolume 0 +snd_sfxvolume 0.5")
    game.add_game_args(more)
    if not scene.style.own:
        game.add_game_args("-nomonsters")
    # What one engine leaves in its settings file, the next one in that folder would start with.
    with tempfile.TemporaryDirectory(prefix="mrcmv-doom-") as own:
        game.set_doom_config_path(str(Path(own, "doom.ini")))
        _make_folder()
        try:
            game.init()
            yield game
        finally:
            game.close()


def _make_folder() -> None:
    """The folder that ViZDoom makes where it runs: of two engines that both find it missing, one
    would crash with the whole process.

    Raises:
        MrcmvError: it cannot be made there.
    """
    try:
        Path("_vizdoom").mkdir(exist_ok=True)
    except OSError as error:
        raise MrcmvError(
            f"ViZDoom keeps a folder where it runs, which cannot be made in {Path.cwd()} "
            f"({error.strerror}): go to a folder that you may write in."
        ) from None


def things_of(state: Any) -> dict[int, Thing]:
    """Everything that has a place on the level, by its number."""
    return {
        o.id: Thing(o.id, o.name, o.category, o.position_x, o.position_y, o.position_z)
        for o in state.objects
    }


def view_of(state: Any, tic: int, others: tuple[Thing, ...] | None = None) -> View:
    """An engine state as the player knows it.

    others: everything on the level but the player, where an earlier tic's will do; what is in the
    picture is always this tic's. To read all things costs more than all else here.
    """
    least = state.screen_buffer.shape[1] / 120
    labels = [label for label in state.labels if label.width > least]
    if others is None:
        things = things_of(state)
        others = others_of(things)
        seen = [things[label.object_id] for label in labels if label.object_id in things]
    else:
        seen = [_labelled(label) for label in labels]
    value = dict(zip(VARIABLES, state.game_variables, strict=True))
    return View(
        tic,
        value["POSITION_X"],
        value["POSITION_Y"],
        value["POSITION_Z"],
        value["ANGLE"],
        value["PITCH"],
        int(value["SELECTED_WEAPON"]),
        int(value["SELECTED_WEAPON_AMMO"]),
        tuple(t for t in seen if t.category != "Self"),
        others,
        value["HEALTH"],
    )


def others_of(things: Mapping[int, Thing]) -> tuple[Thing, ...]:
    """All things but the player."""
    return tuple(t for t in things.values() if t.category != "Self")


def _labelled(label: Any) -> Thing:
    """What a label in the picture stands on."""
    x, y, z = label.object_position_x, label.object_position_y, label.object_position_z
    return Thing(label.object_id, label.object_name, label.object_category, x, y, z)


def buttons_of(move: Move) -> list[float]:
    """A move as the engine's buttons; its turn delta is positive to the right, ours to the left."""
    slots = [float(move.slot == slot) for slot in range(1, 7)]
    head = [-move.turn_deg, -move.look_deg, move.forward, move.side]
    return [*head, float(move.attack), float(move.use), *slots]

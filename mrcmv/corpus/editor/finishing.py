"""How the editor finishes a clip: music under voice and game, ducked, faded, at a usual loudness.

The three stems sum to the mix; the mix's true peak stays under −1 dBTP.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv import media
from mrcmv.corpus.editor.laying import RATE_HZ, lay, levelled, loud_part_lufs
from mrcmv.mixing import plan_gains
from mrcmv.types import Curve, Floats, MixOptions, Sound, Span

LEAST_MUSIC_LU = -20.0
"""Music that is farther under the voice than this is no longer heard."""


@dataclass(frozen=True)
class Levels:
    """What an editor sets: the game beside the voice, the music beside the voice, ducking, fades.

    game_lu and music_lu are loudness of the loud stretches relative to the voice.
    """

    game_lu: float
    music_lu: float
    duck_db: float
    attack_s: float
    release_s: float
    fade_in_s: float
    fade_out_s: float
    target_lufs: float


@dataclass(frozen=True, eq=False)
class Finished:
    """A clip's stems at 48 kHz stereo, of one length; they sum to the mix. `gains` is the plan."""

    voice: Sound
    music: Sound
    effects: Sound
    gains: Curve

    @property
    def mix(self) -> Sound:
        return Sound(self.voice.samples + self.music.samples + self.effects.samples, RATE_HZ)


def draw_levels(rng: np.random.Generator) -> Levels:
    """Levels as editors set them, with their spread: who keeps the music low ducks it less."""
    music_lu = float(rng.uniform(-14.0, -4.0))
    return Levels(
        game_lu=float(rng.uniform(-12.0, -2.0)),
        music_lu=music_lu,
        duck_db=float(rng.uniform(4.0, min(14.0, music_lu - LEAST_MUSIC_LU))),
        attack_s=float(rng.uniform(0.15, 0.6)),
        release_s=float(rng.uniform(0.4, 1.2)),
        fade_in_s=float(rng.uniform(0.0, 1.5)),
        fade_out_s=float(rng.uniform(0.5, 3.0)),
        target_lufs=float(rng.choice((-14.0, -16.0, -18.0))),
    )


def finish(
    voice: Sound, game: Sound, music: Floats, speech: tuple[Span, ...], levels: Levels
) -> Finished:
    """Lay voice, game and music over one another.

    Shape: voice.samples (2, n) at 48 kHz, music (2, n) at 48 kHz; speech in seconds.
    """
    laid = lay(game, voice, game_lu=levels.game_lu)
    n = laid.voice.samples.shape[1]
    gains = planned_gains(speech, n / RATE_HZ, levels)
    bed = np.pad(music[:, :n], ((0, 0), (0, max(0, n - music.shape[1]))))
    reference = loud_part_lufs(laid.voice if speech else laid.game)
    level_db = reference + levels.music_lu - loud_part_lufs(Sound(bed, RATE_HZ))
    points = np.arange(n) * (gains.rate_hz / RATE_HZ)
    curve = np.interp(points, np.arange(len(gains.values)), gains.values) + level_db
    bed = (bed * 10 ** (curve / 20)).astype(np.float32)
    stems = np.stack([laid.voice.samples, bed, laid.game.samples])
    voiced, played, heard = (Sound(s, RATE_HZ) for s in levelled(stems, levels.target_lufs))
    return Finished(voiced, played, heard, gains)


def planned_gains(speech: Sequence[Span], duration_s: float, levels: Levels) -> Curve:
    """What the editor means to do to the music: ducking and fades, in dB."""
    options = MixOptions(
        duck_db=levels.duck_db,
        attack_s=levels.attack_s,
        release_s=levels.release_s,
        fade_in_s=levels.fade_in_s,
        fade_out_s=levels.fade_out_s,
    )
    return plan_gains(speech, duration_s, options)


def loudness_lufs(finished: Finished) -> float:
    """The integrated loudness of the whole."""
    return media.loudness_lufs(finished.mix)

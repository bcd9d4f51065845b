"""From a score to sound: FluidSynth with a free soundfont, then mastering."""

from pathlib import Path

from mrcmv.corpus.composer.mastering import master
from mrcmv.corpus.composer.midi import midi_bytes
from mrcmv.corpus.composer.score import Score
from mrcmv.corpus.composer.styles import STYLES
from mrcmv.corpus.composer.synthesiser import library, play_midi
from mrcmv.errors import MrcmvError
from mrcmv.types import Sound

RATE_HZ = 48_000
N_VOICES = 512
"""How many notes may sound at once: more than any score asks for."""
TAIL_S = 4.0
"""How much longer than its last bar a rendering is allowed to ring."""

SOUNDFONTS = (
    Path("/usr/share/sounds/sf3/MuseScore_General_Lite.sf3"),
    Path("/usr/share/sounds/sf3/MuseScore_General_Full.sf3"),
    Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),
)
"""Where Debian's packages put free General MIDI soundfonts, the starter catalog's own first."""


SETTINGS = {
    "synth.gain": 0.35,
    "synth.reverb.damp": 0.25,
    "synth.reverb.width": 0.9,
    "synth.reverb.level": 0.9,
    "synth.chorus.depth": 5.0,
}
"""Of FluidSynth, by its names; each style adds the size of its room."""


def find_soundfont() -> Path | None:
    """The first soundfont of `SOUNDFONTS` that is there, if FluidSynth's library is too."""
    if library() is None:
        return None
    return next((path for path in SOUNDFONTS if path.is_file()), None)


def render(score: Score) -> Sound:
    """Play a score and master it: 48 kHz stereo, −16 LUFS, true peak at most −2 dBTP.

    Beat 0 lies at second 0.

    Raises:
        MrcmvError: FluidSynth or a soundfont is missing, or it failed.
    """
    return master(play(score), score)


def play(score: Score, rate_hz: int = RATE_HZ, n_voices: int = N_VOICES) -> Sound:
    """The synthesiser's own output, unmastered, with its tail.

    With fewer voices the faintest are cut short where all are in use.

    Raises:
        MrcmvError: FluidSynth or a soundfont is missing, or it failed.
    """
    soundfont = find_soundfont()
    if soundfont is None:
        raise MrcmvError(
            "Rendering music needs FluidSynth and a General MIDI soundfont: "
            "`apt-get install fluidsynth musescore-general-soundfont-small`."
        )
    settings = {
        **SETTINGS,
        "synth.sample-rate": float(rate_hz),
        "synth.polyphony": n_voices,
        "synth.reverb.room-size": STYLES[score.style].room,
    }
    shape = (2, round((score.duration_s + TAIL_S) * rate_hz))
    return Sound(play_midi(midi_bytes(score), soundfont, settings, shape), rate_hz)

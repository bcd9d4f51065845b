"""From a score to sound: the `fluidsynth` command with a free soundfont, then mastering."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from mrcmv.corpus.composer.mastering import master
from mrcmv.corpus.composer.midi import write_midi
from mrcmv.corpus.composer.score import Score
from mrcmv.corpus.composer.styles import STYLES
from mrcmv.errors import MrcmvError
from mrcmv.types import Sound

RATE_HZ = 48_000
TAIL_S = 4.0
"""How much longer than its last bar a rendering is allowed to ring."""

SOUNDFONTS = (
    Path("/usr/share/sounds/sf3/MuseScore_General_Lite.sf3"),
    Path("/usr/share/sounds/sf3/MuseScore_General_Full.sf3"),
    Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),
)
"""Where Debian's packages put free General MIDI soundfonts, the starter catalog's own first."""


def find_soundfont() -> Path | None:
    """The first soundfont of `SOUNDFONTS` that is there, if `fluidsynth` is too."""
    if shutil.which("fluidsynth") is None:
        return None
    return next((path for path in SOUNDFONTS if path.is_file()), None)


def render(score: Score, soundfont: Path | None = None) -> Sound:
    """Play a score and master it: 48 kHz stereo, −16 LUFS, true peak at most −2 dBTP.

    Beat 0 lies at second 0.

    Raises:
        MrcmvError: `fluidsynth` or a soundfont is missing, or it failed.
    """
    soundfont = soundfont or find_soundfont()
    if soundfont is None:
        raise MrcmvError(
            "Rendering music needs FluidSynth and a General MIDI soundfont: "
            "`apt-get install fluidsynth musescore-general-soundfont-small`."
        )
    return master(play(score, soundfont), score)


def play(score: Score, soundfont: Path) -> Sound:
    """The synthesiser's own output, unmastered, with its tail."""
    import soundfile

    with tempfile.TemporaryDirectory(prefix="mrcmv-render-") as folder:
        midi, wave = Path(folder, "score.mid"), Path(folder, "score.wav")
        write_midi(score, midi)
        finished = subprocess.run(
            _command(score, soundfont, midi, wave), capture_output=True, text=True, check=False
        )
        if finished.returncode or not wave.is_file():
            raise MrcmvError(f"fluidsynth failed: {finished.stderr.strip()[-300:]}")
        samples, rate = soundfile.read(wave, dtype="float32", always_2d=True)
    wanted = round((score.duration_s + TAIL_S) * RATE_HZ)
    padded = np.zeros((2, wanted), np.float32)
    padded[:, : min(wanted, len(samples))] = samples.T[:, :wanted]
    return Sound(padded, rate)


def _command(score: Score, soundfont: Path, midi: Path, wave: Path) -> list[str]:
    room = STYLES[score.style].room
    return [
        "fluidsynth", "-ni", "-q", "-g", "0.35", "-r", str(RATE_HZ), "-O", "float", "-T", "wav",
        "-o", f"synth.reverb.room-size={room}", "-o", "synth.reverb.damp=0.25",
        "-o", "synth.reverb.width=0.9", "-o", "synth.reverb.level=0.9",
        "-o", "synth.chorus.depth=5", "-o", "synth.polyphony=512", "-o", "synth.cpu-cores=1",
        "-o", "synth.dynamic-sample-loading=1",
        "-F", str(wave), str(soundfont), str(midi),
    ]  # fmt: skip

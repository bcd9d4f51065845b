"""The sample clips, and thirty scripted clips from calm to fierce.

python -m mrcmv.corpus.samples --out assets/clips
python -m mrcmv.corpus.samples --intensity-set FOLDER
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mrcmv.corpus.editor.laying import lay, mixed, voice_track
from mrcmv.corpus.encode import finish, pictures_to
from mrcmv.corpus.footage.doom import Footage, Scene, record
from mrcmv.corpus.footage.moments import moments
from mrcmv.corpus.footage.styles import STYLES
from mrcmv.corpus.footage.view import TICS_HZ
from mrcmv.corpus.intensity import make_set
from mrcmv.corpus.voices.booth import Booth
from mrcmv.corpus.voices.commentary import Pace, Spoken, comment, speech_share
from mrcmv.corpus.voices.espeak import Voice, deliver, speak
from mrcmv.corpus.voices.phrases import CALM, TENSE, WILD, Book, Reader
from mrcmv.corpus.voices.speaker import Utterance

MOST_BYTES = 3_950_000


@dataclass(frozen=True)
class Sample:
    """One sample clip: what is played, who speaks, and how the two are balanced."""

    name: str
    title: str
    scene: Scene
    book: Book
    voice: Voice
    booth: Booth
    base: float
    swing: float
    pace: Pace
    game_lu: float


SAMPLES = (
    Sample(
        "quiet-walk",
        "A quiet walk",
        Scene("freedoom1", "E1M3", STYLES["explore"], 36.0, seed=1),
        CALM,
        Voice("gmw/en-GB-x-rp+Andy", pitch=32, pitch_range=42, rate_wpm=158),
        Booth(room_s=0.3, room_db=-22.0, high_cut_hz=8000.0),
        base=0.0,
        swing=0.3,
        pace=Pace(least_s=1.4, most_s=3.4, stale_s=2.5, wait_s=3.0),
        game_lu=-9.0,
    ),
    Sample(
        "corridor-fight",
        "A fight in the corridors",
        Scene(
            "freedoom1",
            "E1M6",
            replace(STYLES["advance"], monsters=(("DoomImp", 4), ("ShotgunGuy", 3))),
            34.0,
            seed=1,
        ),
        TENSE,
        Voice("en-us+Alicia", pitch=40, pitch_range=50, rate_wpm=165),
        Booth(),
        base=0.25,
        swing=0.5,
        pace=Pace(least_s=1.1, most_s=2.4),
        game_lu=-3.0,
    ),
    Sample(
        "rampage",
        "A rampage",
        Scene(
            "freedoom2",
            "MAP05",
            replace(STYLES["rampage"], monsters=(("Zombieman", 14), ("DoomImp", 10))),
            32.0,
            seed=1,
        ),
        WILD,
        Voice("en-us+Max", pitch=48, pitch_range=60, rate_wpm=172),
        Booth(room_s=0.15, room_db=-28.0, high_cut_hz=11000.0),
        base=0.65,
        swing=0.35,
        pace=Pace(least_s=0.7, most_s=1.6),
        game_lu=-2.0,
    ),
)


def make_sample(sample: Sample, folder: Path) -> tuple[Path, Footage, tuple[Spoken, ...]]:
    """Play, speak, mix and encode one sample clip into a folder."""
    scene = sample.scene
    with tempfile.TemporaryDirectory() as work:
        pictures = Path(work) / "pictures.mp4"
        with pictures_to(pictures, scene.width, scene.height, TICS_HZ) as sink:
            footage = record(scene, sink)
        spoken = narrate(sample, footage)
        voice = voice_track(spoken, scene.duration_s)
        sound = mixed(lay(footage.sound, voice, game_lu=sample.game_lu))
        out = folder / f"{sample.name}.mp4"
        finish(pictures, sound, out, max_bytes=MOST_BYTES, title=sample.title)
    return out, footage, spoken


def narrate(sample: Sample, footage: Footage) -> tuple[Spoken, ...]:
    """The commentary of a sample's speaker over a take."""

    reader = Reader(sample.book, np.random.default_rng(sample.scene.seed))

    def say(kind: str, what: str, intensity: float) -> Utterance:
        delivery = deliver(sample.voice, intensity)
        return speak(reader.line(kind, what), sample.voice, delivery, sample.booth)

    truth = footage.truth
    return comment(
        moments(truth),
        truth.action(),
        truth.duration_s,
        say,
        sample.book,
        pace=sample.pace,
        base=sample.base,
        swing=sample.swing,
    )


def main(arguments: list[str] | None = None) -> int:
    """Make the sample clips, the intensity set, or both."""
    parser = argparse.ArgumentParser(prog="python -m mrcmv.corpus.samples")
    parser.add_argument("--out", type=Path, help="folder for the three sample clips")
    parser.add_argument("--only", help="make this sample clip alone")
    parser.add_argument("--intensity-set", type=Path, help="folder for the thirty scripted clips")
    options = parser.parse_args(arguments)
    if not options.out and not options.intensity_set:
        parser.error("say where to: --out FOLDER or --intensity-set FOLDER")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        for sample in SAMPLES:
            if options.only in (None, sample.name):
                out, footage, spoken = make_sample(sample, options.out)
                share = speech_share(spoken, footage.truth.duration_s)
                sys.stdout.write(
                    f"{out}: {out.stat().st_size / 1e6:.2f} MB, speech {share:.0%}, "
                    f"{footage.truth.kills.sum():.0f} kills\n"
                )
    if options.intensity_set:
        sys.stdout.write(f"{make_set(options.intensity_set)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

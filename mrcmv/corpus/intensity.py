"""Thirty scripted clips from calm to fierce, with their voices apart so that two can be swapped.

Play and voice follow the script's intensity each with its own scatter, as people do: a quiet
player may shout. Every clip is brought to one loudness, so loudness alone tells nothing.
"""

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.corpus.editor.laying import Laid, lay, mixed, voice_track
from mrcmv.corpus.encode import pictures_to, quick
from mrcmv.corpus.footage.doom import Footage, Scene, record
from mrcmv.corpus.footage.moments import moments
from mrcmv.corpus.footage.styles import at_intensity
from mrcmv.corpus.footage.view import TICS_HZ
from mrcmv.corpus.voices.booth import Booth
from mrcmv.corpus.voices.commentary import Pace, comment
from mrcmv.corpus.voices.espeak import Voice, deliver, speak
from mrcmv.corpus.voices.phrases import CALM, TENSE, WILD, Reader
from mrcmv.corpus.voices.speaker import Utterance
from mrcmv.types import Sound

N_CLIPS = 30
DURATION_S = 24.0
SCATTER = 0.12
"""Standard deviation of play and of voice around the script's intensity."""
LOUDNESS_LUFS = -18.0

SPEAKERS = (
    Voice("gmw/en-GB-x-rp+Andy", pitch=36, pitch_range=45, rate_wpm=160),
    Voice("en-us+Alicia", pitch=44, pitch_range=50, rate_wpm=165),
    Voice("en-us+Max", pitch=42, pitch_range=48, rate_wpm=168),
    Voice("gmw/en+Annie", pitch=46, pitch_range=42, rate_wpm=158),
    Voice("en-gb-scotland+m3", pitch=40, pitch_range=50, rate_wpm=162),
    Voice("en-us+linda", pitch=42, pitch_range=46, rate_wpm=170),
)
LEVELS = (
    ("freedoom1", "E1M3"),
    ("freedoom2", "MAP04"),
    ("freedoom1", "E2M1"),
    ("freedoom2", "MAP09"),
    ("freedoom2", "MAP02"),
)


@dataclass(frozen=True)
class Script:
    """One clip of the set: its intensity, and what play and voice made of it (all 0–1)."""

    number: int
    intensity: float
    play: float
    voice: float
    scene: Scene
    speaker: Voice

    @property
    def name(self) -> str:
        return f"clip-{self.number:02d}"


def scripts(n: int = N_CLIPS, seed: int = 0, duration_s: float = DURATION_S) -> tuple[Script, ...]:
    """The scripts of the set; speaker and level are dealt independently of the intensity."""
    rng = np.random.default_rng(seed)
    speakers = rng.permutation(np.arange(n) % len(SPEAKERS))
    levels = rng.permutation(np.arange(n) % len(LEVELS))
    made = []
    for number in range(n):
        intensity = number / max(n - 1, 1)
        play, voice = np.clip(intensity + rng.normal(0, SCATTER, 2), 0, 1)
        wad, level = LEVELS[levels[number]]
        scene = Scene(
            wad, level, at_intensity(play), duration_s, seed=seed * 1000 + number,
            width=320, height=180,
        )  # fmt: skip
        speaker = SPEAKERS[speakers[number]]
        made.append(Script(number, intensity, float(play), float(voice), scene, speaker))
    return tuple(made)


def perform(script: Script, pictures: Path) -> tuple[Footage, Sound]:
    """Play a script into a picture file and speak over it; returns the take and the voice track."""
    scene = script.scene
    with pictures_to(pictures, scene.width, scene.height, TICS_HZ) as sink:
        footage = record(scene, sink)
    book = CALM if script.voice < 0.33 else (TENSE if script.voice < 0.67 else WILD)
    rng = np.random.default_rng(scene.seed)
    booth = Booth(room_s=float(rng.uniform(0.1, 0.4)), room_db=float(rng.uniform(-30, -20)))
    reader = Reader(book, rng)

    def say(kind: str, what: str, intensity: float) -> Utterance:
        delivery = deliver(script.speaker, intensity)
        return speak(reader.line(kind, what), script.speaker, delivery, booth)

    pace = Pace(least_s=1.5 - 0.8 * script.voice, most_s=2.8 - 1.2 * script.voice)
    truth = footage.truth
    spoken = comment(
        moments(truth),
        truth.action(),
        truth.duration_s,
        say,
        book,
        pace=pace,
        base=script.voice - 0.1,
        swing=0.2,
    )
    return footage, voice_track(spoken, scene.duration_s)


def make_set(folder: Path, n: int = N_CLIPS, duration_s: float = DURATION_S) -> Path:
    """Make the set: `clip-NN.mp4`, `swapped-NN.mp4` (same picture and game, the voice of the clip
    half the set away), and `intensity.csv` that says what is what. Returns the csv's path."""
    folder.mkdir(parents=True, exist_ok=True)
    cast = scripts(n, duration_s=duration_s)
    takes = []
    with tempfile.TemporaryDirectory() as work:
        for script in cast:
            pictures = Path(work) / f"{script.name}.mp4"
            takes.append((script, pictures, *perform(script, pictures)))
        rows = []
        for index, (script, pictures, footage, voice) in enumerate(takes):
            other, _, _, other_voice = takes[(index + n // 2) % n]
            for name, track in (
                (script.name, voice),
                (f"swapped-{script.number:02d}", other_voice),
            ):
                laid = lay(footage.sound, track, game_lu=-6.0, target_lufs=LOUDNESS_LUFS)
                quick(pictures, mixed(laid), folder / f"{name}.mp4")
                write_stems(laid, folder, name)
            rows.append(_row(script, other, footage))
    table = folder / "intensity.csv"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return table


def write_stems(laid: Laid, folder: Path, name: str) -> None:
    """Keep the voice beside the clip, as a voice file that `find --voice` takes."""
    media.write_sound(laid.voice, folder / f"{name}.voice.flac")


def _row(script: Script, other: Script, footage: Footage) -> dict[str, object]:
    truth = footage.truth
    return {
        "clip": script.name,
        "intensity": round(script.intensity, 4),
        "play": round(script.play, 4),
        "voice": round(script.voice, 4),
        "swapped_voice": round(other.voice, 4),
        "swapped_intensity": round(other.intensity, 4),
        "level": f"{script.scene.wad}/{script.scene.level}",
        "speaker": script.speaker.name,
        "action": round(float(truth.action().mean()), 4),
        "shots": int(truth.shots.sum()),
        "kills": int(truth.kills.sum()),
        "damage_taken": int(truth.taken.sum()),
    }


__all__ = ["LOUDNESS_LUFS", "N_CLIPS", "Script", "make_set", "perform", "scripts"]

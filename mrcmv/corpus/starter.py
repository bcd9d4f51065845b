"""The starter catalog: which pieces it holds, and how each is rendered, tagged and encoded.

`make catalog` calls `python -m mrcmv.corpus.starter`, which writes the tracks, `tracks.csv` and
`truth.json` into `catalog/` (or `--out DIR`). `--only TITLE` renders one track and nothing else;
`--check TITLE` renders it and says where its descriptors differ from those of the file in DIR.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mrcmv import media
from mrcmv.corpus.composer import compose, describe
from mrcmv.corpus.composer.mastering import CEILING_DBTP, limit
from mrcmv.corpus.composer.rendering import render
from mrcmv.errors import MrcmvError
from mrcmv.progress import Hook, silent
from mrcmv.settings import REPOSITORY
from mrcmv.types import Sound

ARTIST = "MRCMV composer"
ALBUM = "Starter set"
LICENCE = "CC0-1.0"
LICENCE_URL = "https://creativecommons.org/publicdomain/zero/1.0/"
COLUMNS = ("file", "title", "artist", "album", "licence", "licence_url", "source", "tags")
BITRATE = "72k"
MOST_DBTP = -1.05
"""True peak of the encoded file at most, a hair under what the catalog promises."""

TAGS = {
    "mood": "calm dreamy tense scary fierce epic happy funny sad hopeful mysterious playful "
    "relaxed driving adventurous nostalgic",
    "genre": "ambient cinematic electronic orchestral jazz metal funk lo-fi chiptune folk world "
    "western synthwave",
    "instruments": "piano strings brass choir guitar synth flute bells percussion drums harp "
    "fiddle",
}
"""The words that tags are made of: mood, genre, instruments."""


@dataclass(frozen=True)
class Piece:
    """One track of the starter catalog before it is rendered."""

    title: str
    mood: str
    seed: int
    tags: str

    @property
    def file(self) -> str:
        return "".join(c if c.isalnum() else "-" for c in self.title.lower()) + ".opus"

    @property
    def row(self) -> dict[str, str]:
        """Its line of `tracks.csv`."""
        values = (
            self.file, self.title, ARTIST, ALBUM, LICENCE, LICENCE_URL,
            f"mrcmv/corpus/composer seed {self.seed}", self.tags.replace(" ", ";"),
        )  # fmt: skip
        return dict(zip(COLUMNS, values, strict=True))


PIECES = (
    Piece("Glass Lake", "calm", 1001, "calm ambient bells synth"),
    Piece("Paper Moons", "dream", 102, "dreamy calm ambient piano bells"),
    Piece("Slow Orbit", "space", 203, "dreamy ambient electronic synth"),
    Piece("Perihelion", "warp", 1804, "driving electronic synth drums"),
    Piece("Wire and Clock", "tense", 205, "tense cinematic strings percussion"),
    Piece("Ninety Seconds", "countdown", 206, "tense driving cinematic strings brass"),
    Piece("Soft Shoes", "stealth", 407, "mysterious tense jazz guitar"),
    Piece("Third Witness", "detective", 3608, "mysterious relaxed jazz drums"),
    Piece("The Nursery Door", "horror", 2009, "scary cinematic bells strings"),
    Piece("Under the Stairs", "dread", 1810, "scary tense cinematic strings percussion"),
    Piece("Iron Maw", "boss", 3011, "fierce metal guitar drums"),
    Piece("The Last Gate", "final boss", 412, "fierce epic orchestral choir brass"),
    Piece("Banners Burning", "battle", 513, "epic fierce orchestral brass percussion"),
    Piece("Rooftop Run", "chase", 1514, "driving tense cinematic strings drums"),
    Piece("Borrowed Car", "getaway", 415, "driving playful funk brass guitar"),
    Piece("Redline", "racing", 216, "driving fierce synthwave synth drums"),
    Piece("Neon Rain", "night drive", 217, "nostalgic driving synthwave synth drums"),
    Piece("Crown of Morning", "triumphant", 118, "epic happy orchestral brass strings"),
    Piece("Confetti Guard", "victory", 819, "happy epic orchestral brass bells"),
    Piece("First Swallow", "hope", 520, "hopeful orchestral strings harp"),
    Piece("Empty Chair", "sad", 1221, "sad cinematic piano strings"),
    Piece("Leaving Harbour", "farewell", 5422, "sad nostalgic cinematic piano strings"),
    Piece("The Locked Wing", "mysterious", 823, "mysterious orchestral bells harp"),
    Piece("White Meadow", "snow", 4924, "calm dreamy orchestral bells flute"),
    Piece("Seven Sleds", "sleigh", 225, "happy playful orchestral bells strings"),
    Piece("Two Left Boots", "comic", 626, "funny playful orchestral strings percussion"),
    Piece("Banana Republic", "slapstick", 427, "funny happy orchestral percussion"),
    Piece("Press Any Key", "menu", 228, "relaxed funk synth guitar"),
    Piece("Desk Lamp", "lofi", 229, "relaxed lo-fi piano drums"),
    Piece("Window Seat", "rain", 130, "relaxed sad lo-fi piano drums"),
    Piece("Over the Ridge", "exploration", 631, "adventurous hopeful world guitar flute"),
    Piece("Green Labyrinth", "jungle", 1032, "adventurous playful world percussion flute"),
    Piece("Sliding Tiles", "puzzle", 133, "playful relaxed chiptune synth"),
    Piece("Coin Shower", "arcade", 134, "happy driving chiptune synth drums"),
    Piece("Salt Caravan", "desert", 935, "mysterious adventurous world percussion"),
    Piece("Spice Market", "bazaar", 1736, "driving adventurous world percussion"),
    Piece("The Crooked Mug", "tavern", 537, "happy playful folk fiddle guitar"),
    Piece("Embers", "hearth", 2438, "calm relaxed folk guitar flute"),
    Piece("Dust at Noon", "western", 439, "tense western guitar choir"),
    Piece("Long Riders", "stampede", 140, "driving western guitar drums"),
)


def render_piece(piece: Piece, folder: Path) -> dict[str, Any]:
    """Render and encode one piece into `folder`; returns its truth.

    Raises:
        MrcmvError: FluidSynth, a soundfont or FFmpeg is missing, or it failed.
    """
    score = compose(piece.mood, piece.seed)
    sound = render(score)
    truth = describe(score)
    truth["mood"]["name"] = piece.mood
    truth["duration_s"] = round(sound.duration_s, 3)
    encode_under_peak(sound, folder / piece.file, piece)
    return truth


def encode_under_peak(sound: Sound, path: Path, piece: Piece) -> None:
    """Encode so that what a player decodes stays under −1 dBTP.

    The codec moves peaks by a decibel or two, differently for each piece: where that is too much,
    the sound is limited by as much more and encoded again.
    """
    ceiling_dbtp, samples = CEILING_DBTP, sound.samples
    for _ in range(4):
        encode(samples.T, sound.rate_hz, path, piece)
        over_db = media.true_peak_dbtp(media.read_sound(path)) - MOST_DBTP
        if over_db <= 0:
            return
        ceiling_dbtp -= over_db + 0.2
        samples = limit(sound.samples, sound.rate_hz, ceiling_dbtp)
    raise MrcmvError(f"{path.name} peaks {over_db:.1f} dB above {MOST_DBTP} dBTP once encoded.")


def encode(samples: Any, rate_hz: int, path: Path, piece: Piece) -> None:
    """Write samples `(n, 2)` as Opus with the piece's tags."""
    import soundfile
    from imageio_ffmpeg import get_ffmpeg_exe

    tags = {
        "title": piece.title, "artist": ARTIST, "album": ALBUM, "licence": LICENCE,
        "license": LICENCE_URL, "comment": piece.row["source"],
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="mrcmv-encode-") as folder:
        wave = Path(folder, "mastered.wav")
        soundfile.write(wave, samples, rate_hz, subtype="FLOAT")
        metadata = [text for k, v in tags.items() for text in ("-metadata", f"{k}={v}")]
        command = [
            get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(wave), *metadata, "-fflags",
            "+bitexact", "-c:a", "libopus", "-b:a", BITRATE, "-vbr", "constrained", str(path),
        ]  # fmt: skip
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        path.unlink(missing_ok=True)
        raise MrcmvError(f"FFmpeg could not write {path.name}: {finished.stderr.strip()[-300:]}")


def check(piece: Piece, folder: Path) -> list[str]:
    """Render a piece again; what differs from its file in `folder`, in words (see `comparison`)."""
    from mrcmv.corpus.composer.comparison import differences

    made = media.read_sound(folder / piece.file)
    return differences(made, render(compose(piece.mood, piece.seed)))


def build(folder: Path, pieces: Sequence[Piece] = PIECES, hook: Hook = silent) -> None:
    """Render all pieces into `folder` and write `tracks.csv` and `truth.json` beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    truths = {}
    for n, piece in enumerate(pieces):
        hook(piece.title, completed=n, total=len(pieces))
        truths[piece.file] = render_piece(piece, folder)
    write_lists(folder, pieces, truths)


def write_lists(folder: Path, pieces: Sequence[Piece], truths: dict[str, Any]) -> None:
    """`tracks.csv` and `truth.json`, both with one line a piece."""
    with (folder / "tracks.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(piece.row for piece in pieces)
    lines = (f"{json.dumps(name)}: {json.dumps(truth)}" for name, truth in truths.items())
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (folder / "truth.json").write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of `make catalog`; 1 when a checked track differs."""
    parser = argparse.ArgumentParser(description="Render the starter catalog.")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "catalog", metavar="DIR")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--only", metavar="TITLE", help="render this track alone, no lists")
    one.add_argument("--check", metavar="TITLE", help="render it and compare it with its file")
    chosen = parser.parse_args(arguments)
    title = chosen.only or chosen.check
    pieces = [piece for piece in PIECES if title in (None, piece.title)]
    if not pieces:
        parser.error(f"no track is called {title!r}")
    if chosen.check:
        found = check(pieces[0], chosen.out)
        sys.stderr.write("\n".join(found or ["the same music"]) + "\n")
        return int(bool(found))
    if chosen.only:
        chosen.out.mkdir(parents=True, exist_ok=True)
        render_piece(pieces[0], chosen.out)
    else:
        build(chosen.out, pieces, _show)
    return 0


def _show(
    step: str, artifact: Any = None, *, completed: int | None = None, total: int | None = None
) -> None:
    sys.stderr.write(f"{(completed or 0) + 1}/{total} {step}\n")


if __name__ == "__main__":
    sys.exit(main())

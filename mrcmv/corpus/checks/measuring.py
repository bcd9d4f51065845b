"""The numbers of all files of a corpus, each measured once and kept beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus.build.manifest import read_record, write_record
from mrcmv.corpus.build.workers import each
from mrcmv.corpus.checks import music, picture, voice
from mrcmv.corpus.checks.material import Material, Window
from mrcmv.corpus.music import spectrum
from mrcmv.corpus.music.twins import landmarks
from mrcmv.errors import MediaError
from mrcmv.media.pitch import RATE_HZ as VOICE_HZ
from mrcmv.progress import Hook, silent
from mrcmv.types import WINDOW_S, Floats, Sound

VERSION = 2
"""Raise it when the same file would measure something else."""
STRETCH_S = 16.0
"""Windows of a piece that lie no farther apart are decoded in one go."""
GAME_S = 8.0
SILENCE_DB = -120.0

Record = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured: voices by pair id, takes by id, music by window. `fingerprints`: of the
    pieces' longest decoded stretches, by id."""

    voices: Mapping[str, Record]
    takes: Mapping[str, Record]
    music: Mapping[Window, Record]
    fingerprints: Mapping[str, np.ndarray]

    def voice(self, ids: Iterable[str]) -> Floats:
        """Shape: n ids → (n, len(voice.NAMES)), NaN where nobody speaks."""
        return np.array([self.voices[name]["values"] for name in ids], np.float32)

    def picture(self, ids: Iterable[str]) -> Floats:
        """Shape: n take ids → (n, len(picture.NAMES))."""
        return np.array([self.takes[name]["values"] for name in ids], np.float32)

    def sound(self, windows: Iterable[Window]) -> Floats:
        """Shape: n windows → (n, len(music.NAMES))."""
        return np.array([self.music[window]["values"] for window in windows], np.float32)


def measure(material: Material, jobs: int, hook: Hook = silent) -> Measured:
    """Measure what is not known yet of a corpus's voices, takes and used music.

    Raises:
        MrcmvError: a file is gone or damaged.
    """
    store = material.folder / "checks"
    for name in ("voices", "takes", "music"):
        (store / name).mkdir(parents=True, exist_ok=True)
    folder = material.folder
    spoken = each(
        partial(_voice, folder=folder), [(p["pair_id"], p["voice"]) for p in material.pairs],
        jobs=jobs, step="Measuring voices", hook=hook,
    )  # fmt: skip
    seen = each(
        partial(_take, folder=folder),
        [(take["take_id"], take["frames"], take["game"]) for take in material.takes.values()],
        jobs=jobs, step="Measuring pictures", hook=hook,
    )  # fmt: skip
    sound = measure_music(material, {*material.windows, *material.large.windows}, jobs, hook)
    return Measured(
        {p["pair_id"]: one for p, one in zip(material.pairs, spoken, strict=True)},
        dict(zip(material.takes, seen, strict=True)),
        sound,
        {
            name: np.load(store / "music" / f"{name}.npy")
            for name in dict.fromkeys(p for p, _ in sound)
        },
    )


def measure_music(
    material: Material, windows: Iterable[Window], jobs: int, hook: Hook = silent,
    store: str = "music",
) -> dict[Window, Record]:  # fmt: skip
    """Measure windows of music. What is known of a piece is kept in the folder `checks/STORE` for
    as long as the same windows of it are asked for: other windows need another store.

    Raises:
        MrcmvError: a file is gone or damaged.
    """
    (material.folder / "checks" / store).mkdir(parents=True, exist_ok=True)
    starts: dict[str, list[float]] = {}
    for piece, start_s in sorted(set(windows)):
        starts.setdefault(piece, []).append(start_s)
    heard = each(
        partial(_piece, folder=material.folder, store=store),
        [(name, Path(material.pieces[name]["file"]), own) for name, own in starts.items()],
        jobs=jobs, step="Measuring music", hook=hook,
    )  # fmt: skip
    return {
        (name, start_s): one
        for (name, own), records in zip(starts.items(), heard, strict=True)
        for start_s, one in zip(own, records, strict=True)
    }


def file_key(path: Path) -> list[int]:
    """A file that is the same as when it was measured has the same key."""
    known = path.stat()
    return [VERSION, known.st_size, known.st_mtime_ns]


def _voice(item: tuple[str, str], folder: Path) -> Record:
    name, file = item
    stamp, path = folder / "checks" / "voices" / f"{name}.json", folder / file
    kept = read_record(stamp)
    if kept is not None and kept["key"] == file_key(path):
        return kept
    sound = quick_sound(path, VOICE_HZ)
    record = {
        "key": file_key(path),
        "values": plain(voice.statistics(sound)),
        "level_db": level_db(sound.samples),
        "peak_db": _db(float(np.abs(sound.samples).max(initial=0.0)) ** 2),
        "bytes": path.stat().st_size,
    }
    write_record(record, stamp)
    return record


def _take(item: tuple[str, str, str], folder: Path) -> Record:
    name, frames, game = item
    stamp, path = folder / "checks" / "takes" / f"{name}.json", folder / frames
    kept = read_record(stamp)
    if kept is not None and kept["key"] == file_key(path):
        return kept
    pictures = picture.frames_of(path)
    sound = media.read_sound(folder / game, VOICE_HZ, 1, duration_s=GAME_S)
    record = {
        "key": file_key(path),
        "values": plain(picture.statistics(pictures)),
        "hashes": [row.tobytes().hex() for row in np.packbits(picture.hashes(pictures), axis=1)],
        "level_db": level_db(sound.samples),
        "bytes": path.stat().st_size,
        "game_bytes": (folder / game).stat().st_size,
    }
    write_record(record, stamp)
    return record


def _piece(item: tuple[str, Path, list[float]], folder: Path, store: str) -> list[Record]:
    """The windows of a piece; its fingerprint is kept beside."""
    name, path, starts_s = item
    stamp = folder / "checks" / store / f"{name}.json"
    prints = stamp.with_suffix(".npy")
    kept = read_record(stamp)
    if kept is not None and kept["key"] == file_key(path) and kept["starts_s"] == starts_s:
        return list(kept["windows"])
    windows: list[Record] = []
    longest = Sound(np.zeros((1, 0), np.float32), music.RATE_HZ)
    for own in stretches(starts_s):
        length_s = own[-1] - own[0] + WINDOW_S
        sound = media.read_sound(path, music.RATE_HZ, 1, own[0], length_s)
        longest = max(longest, sound, key=lambda one: one.samples.shape[1])
        for start_s in own:
            first = round((start_s - own[0]) * music.RATE_HZ)
            mono = sound.samples[0, first : first + round(WINDOW_S * music.RATE_HZ)]
            windows.append({"values": plain(music.statistics(mono)), "level_db": level_db(mono)})
    np.save(prints, landmarks(spectrum.level_db(media.resample(longest, spectrum.RATE_HZ).mono)))
    write_record({"key": file_key(path), "starts_s": starts_s, "windows": windows}, stamp)
    return windows


def quick_sound(path: Path, rate_hz: int) -> Sound:
    """The first 32 s of a file that the corpus has written: libsndfile needs half of the time that
    `media.read_sound` takes for any file from anywhere. Shape: samples (1, n).

    Raises:
        MediaError: the file is damaged.
    """
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            n = round(WINDOW_S * file.samplerate)
            read = file.read(n, dtype="float32", always_2d=True)
            sound = Sound(read.mean(axis=1, dtype=np.float32)[np.newaxis], file.samplerate)
    except soundfile.LibsndfileError as error:
        raise MediaError(f"{path} cannot be read: {error}.") from error
    return media.resample(sound, rate_hz)


def stretches(starts_s: Sequence[float]) -> list[list[float]]:
    """Starts of windows, in order, parted where so much lies between them that it is skipped."""
    parted: list[list[float]] = []
    for start_s in starts_s:
        if parted and start_s - parted[-1][-1] - WINDOW_S <= STRETCH_S:
            parted[-1].append(start_s)
        else:
            parted.append([start_s])
    return parted


def level_db(samples: Floats) -> float:
    """Of all samples, in dB re full scale."""
    return _db(float(np.mean(samples.astype(np.float64) ** 2))) if samples.size else SILENCE_DB


def _db(power: float) -> float:
    return round(10 * float(np.log10(power + 1e-12)), 3)


def plain(values: Floats) -> list[float]:
    return [round(float(value), 5) for value in values]

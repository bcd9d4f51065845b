"""Does music leak through a separated voice? What is left beside the voice must tell nothing.

Some whole clips of test and validation are separated by the app's default separator. The voice
baseline, which was trained on clean voices, then looks for their music by the clean voice, by the
separated one, and by the residue: the separated voice less the clean one, sample by sample. And by
the residue of the same clip without music: what that tells is the game's and not the music's.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus.build.figures import joined
from mrcmv.corpus.build.manifest import read_record, write_record
from mrcmv.corpus.build.plan import stream
from mrcmv.corpus.build.workers import each
from mrcmv.corpus.checks import voice
from mrcmv.corpus.checks.baseline import Baseline, train
from mrcmv.corpus.checks.material import Gallery, Material, validation_gallery
from mrcmv.corpus.checks.measuring import Measured, file_key, plain
from mrcmv.corpus.checks.probes import heard, voice_numbers
from mrcmv.corpus.checks.shortcuts import recalled
from mrcmv.corpus.editor.oracle import ranks
from mrcmv.media.pitch import RATE_HZ
from mrcmv.progress import Hook, silent
from mrcmv.separation.table import separate
from mrcmv.settings import load_settings
from mrcmv.types import WINDOW_S, Floats, Sound

MOST_CLIPS = 60
HEARD = ("clean", "separated", "residue", "residue of a mix without music")
MOST_LAG_S = 0.05


def judge(material: Material, measured: Measured, jobs: int, hook: Hook = silent) -> dict[str, Any]:
    """R@10 by clean voice, separated voice and residue over the same queries, with chance."""
    store = material.folder / "checks" / "residue"
    store.mkdir(parents=True, exist_ok=True)
    asked = {row: one for row in chosen(material) if (one := gallery_of(material, row))}
    backend = load_settings().separation
    clips = [(material.pairs[row]["pair_id"], clip_of(material, row)) for row in asked]
    work = partial(_take_apart, backend=backend, store=store)
    parts = each(work, clips, jobs=jobs, step="Separating voices", hook=hook)
    known = {row: part for row, part in zip(asked, parts, strict=True) if part["values"]}
    told: dict[str, Any] = {"separator": backend, "n_without_voice": len(asked) - len(known)}
    if not known:
        return told
    baseline = train(material, measured, voice_numbers(material, measured))
    for name in HEARD:
        values = measured.voice(pair["pair_id"] for pair in material.pairs)
        for row, part in known.items():
            values[row] = part["values"][name]
        told[name] = found(baseline, heard(material, values, material.voices), asked, known)
    drop = [part["residue_db"] for part in known.values()]
    return {**told, "residue_db": round(float(np.median(drop)), 1)}


def found(
    baseline: Baseline, queries: Floats, asked: Mapping[int, Gallery], rows: Mapping[int, Any]
) -> dict[str, Any]:
    """R@10 of the rows, each before its own gallery. Shape: queries (pairs, columns)."""
    placed = []
    for row in rows:
        own = asked[row]
        music = baseline.music_of(own.windows)
        placed.append(ranks(baseline.reader.distances(queries[[row]], music), own.truth))
    return recalled(joined(placed))


def chosen(material: Material) -> list[int]:
    """The rows of whole clips of test and validation, at most `MOST_CLIPS`."""
    rows = [row for row in material.rows("validation", "test") if material.pairs[row]["whole"]]
    drawn = stream(material.seed, "residue").permutation(np.array(rows, int))[:MOST_CLIPS]
    return sorted(int(row) for row in drawn)


def clip_of(material: Material, row: int) -> Path:
    return material.folder / str(material.pairs[row]["whole"]["clip"])


def gallery_of(material: Material, row: int) -> Gallery | None:
    """Who competes for a query: its own gallery in the test; in the validation as many windows,
    drawn; None where there are too few."""
    n = len(material.galleries[0].windows)
    if material.split[row] == "test":
        own = material.galleries[material.pairs[row]["gallery"]]
        return Gallery(np.array([row]), own.windows, np.flatnonzero(own.queries == row))
    truth = material.windows[row]
    others = [window for window in validation_gallery(material).windows if window != truth]
    if len(others) < n - 1:
        return None
    drawn = stream(material.seed, "residue", row).choice(len(others), n - 1, replace=False)
    return Gallery(np.array([row]), (truth, *(others[at] for at in drawn)), np.array([0]))


def _take_apart(item: tuple[str, Path], backend: str, store: Path) -> dict[str, Any]:
    """The numbers of the three voices of a clip; none where no voice was found in it."""
    name, clip = item
    stamp = store / f"{name}.json"
    key = [*file_key(clip), backend, list(HEARD)]
    kept = read_record(stamp)
    if kept is not None and kept["key"] == key:
        return kept
    spoken, game = (
        media.read_sound(clip.with_suffix(f".{stem}.flac")) for stem in ("voice", "effects")
    )
    bare = Sound(spoken.samples + game.samples, spoken.rate_hz)
    kept_voices = [
        separate(sound, backend, settings=load_settings()).voice
        for sound in (media.read_sound(clip), bare)
    ]
    record: dict[str, Any] = {"key": key, "values": {}, "residue_db": 0.0}
    if all(one is not None for one in kept_voices):
        clean = _low(spoken)
        apart, apart_bare = (aligned(_low(one), clean) for one in kept_voices if one is not None)
        residue = apart - clean
        voices = zip(HEARD, (clean, apart, residue, apart_bare - clean), strict=True)
        record["values"] = {
            which: plain(voice.statistics(Sound(mono[np.newaxis], RATE_HZ)))
            for which, mono in voices
        }
        ratio = float((residue**2).sum()) / max(float((clean**2).sum()), 1e-12)
        record["residue_db"] = round(10 * float(np.log10(ratio + 1e-12)), 2)
    write_record(record, stamp)
    return record


def _low(sound: Sound) -> Floats:
    """The first 32 s as the voice's numbers are read from. Shape: → (n,) at 16 kHz."""
    window = Sound(sound.mono[np.newaxis, : round(WINDOW_S * sound.rate_hz)], sound.rate_hz)
    return media.resample(window, RATE_HZ).mono


def aligned(apart: Floats, clean: Floats) -> Floats:
    """A sound shifted to where it agrees best with another, by at most 50 ms, and as long.

    Shape: (n,), (m,) → (m,).
    """
    from scipy.signal import correlate

    n = len(clean)
    fitted = np.pad(apart, (0, max(0, n - len(apart))))[:n]
    most = min(round(MOST_LAG_S * RATE_HZ), n - 1)
    alike = correlate(fitted, clean, mode="full", method="fft")[n - 1 - most : n + most]
    lag = int(alike.argmax()) - most
    moved = np.zeros(n, np.float32)
    if lag >= 0:
        moved[: n - lag] = fitted[lag:]
    else:
        moved[-lag:] = fitted[:lag]
    return moved

"""Voices as a separator leaves them, laid and taken apart on the way: no mix is kept.

A clip's voice, its game and its music are laid over one another by the editor's own rules
(`editor.finishing`), at levels drawn as the editor's are, and taken apart by the app's backend
(Spleeter's place in the paper's protocol, section 4.1). What is kept are the log-mel frames of the
voice stem, brought to the loudness of all voices of the corpus, in the layout of the clean ones. A
clip in which no voice was found is told (`spoken`), and its frames are those of silence.

Beside a whole clip of the corpus two things are missing: the mix is not coded as AAC, and it ends
4 s after what is needed instead of with the clip.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus.build.manifest import read_table
from mrcmv.corpus.build.pairs import Segment
from mrcmv.corpus.build.plan import stream
from mrcmv.corpus.build.whole import bed_of
from mrcmv.corpus.build.workers import in_turn
from mrcmv.corpus.decoding.files import log_mel
from mrcmv.corpus.editor.finishing import Finished, draw_levels, finish
from mrcmv.corpus.editor.laying import RATE_HZ
from mrcmv.dataset import Dataset, layout_of
from mrcmv.errors import MrcmvError
from mrcmv.inputs import levelled
from mrcmv.media.arrays import Layout, Named, append_arrays, arrays_of
from mrcmv.model.vggish import RATE_HZ as VOICE_HZ
from mrcmv.progress import Hook, silent
from mrcmv.separation.compact import WEIGHTS
from mrcmv.separation.table import separate
from mrcmv.settings import load_settings
from mrcmv.types import Sound, Span

VERSION = 1
"""Raise it when the same files would be laid or taken apart otherwise."""
TAIL_S = 4.0
"""Laid beyond what is needed: the longest fade at the end is 3 s."""


@dataclass(frozen=True)
class Order:
    """A mix to lay: all files, and `length_s` of the voice that is wanted, from the start."""

    pair_id: str
    voice: Path
    game: Path
    duration_s: float
    length_s: float
    speech: tuple[Span, ...]
    segments: tuple[Segment, ...]
    files: Mapping[str, Path]


def separated(
    corpus: Path, dataset: Dataset, lengths_s: Mapping[str, float], *, with_music: bool = True,
    jobs: int = 1, hook: Hook = silent,
) -> Dataset:  # fmt: skip
    """The data set with separated voices in the place of the clean ones, made where they are
    missing. lengths_s: pair id → how much of the voice is wanted; no other pair has one then.

    Raises:
        MrcmvError: the corpus has no game sounds (it is of videos), or a file is gone.
        SeparationError: the backend of the settings is not there.
    """
    backend = load_settings().separation
    mark = f"{'separated' if with_music else 'separated-no-music'}-{_maker(backend)}"
    plain = layout_of("voices", dataset.side_px)
    layout = Layout(plain.dtype, plain.row, f"{plain.maker} {mark}")
    path = dataset.folder / f"voices-{mark}"
    had = arrays_of(path, layout)
    missing = {
        name: length_s for name, length_s in lengths_s.items() if had is None or name not in had
    }
    if missing or had is None:
        work = partial(_rows, backend=backend, with_music=with_music)
        step = "Separating voices" if with_music else "Separating voices without music"
        made = in_turn(work, list(_orders(corpus, missing)), jobs=jobs, step=step, hook=hook)
        had = append_arrays(path, layout, made)
    return dataset.with_voices(had, mark)


def laid(order: Order) -> Finished:
    """Voice, game and music of a clip's beginning, as the editor finishes a clip. The levels are
    drawn for each pair, the same each time.

    Raises:
        MediaError: a file cannot be decoded.
    """
    end_s = min(order.duration_s, order.length_s + TAIL_S)
    voice = media.resample(media.read_sound(order.voice, VOICE_HZ, 1, duration_s=end_s), RATE_HZ)
    game = media.read_sound(order.game, RATE_HZ, 2, duration_s=end_s)
    own = [one for one in order.segments if one.start_s < end_s]
    played = [
        Segment(one.start_s, min(one.end_s, end_s), one.piece_id, one.music_start_s) for one in own
    ]
    bed = bed_of(played, order.files, end_s)
    n = bed.shape[1]
    mono = np.pad(voice.mono[:n], (0, max(0, n - len(voice.mono))))
    spoken = tuple(
        Span(one.start_s, min(one.end_s, end_s)) for one in order.speech if one.start_s < end_s
    )
    levels = draw_levels(stream("separated", order.pair_id))
    return finish(Sound(np.repeat(mono[np.newaxis], 2, axis=0), RATE_HZ), game, bed, spoken, levels)


def voice_of(mix: Sound, backend: str) -> Sound | None:
    """A mix's voice by a backend, as the corpus keeps voices: 16 kHz, one loudness. None where
    nobody was found to speak."""
    voice = separate(mix, backend, settings=load_settings()).voice
    return None if voice is None else levelled(Sound(voice.mono[np.newaxis], voice.rate_hz))


def _rows(order: Order, backend: str, with_music: bool) -> Named:
    """The frames of the voice that is found in a mix. Shape: (frames, 64)."""
    import torch

    torch.set_num_threads(1)  # a process a core
    stems = laid(order)
    bare = Sound(stems.voice.samples + stems.effects.samples, RATE_HZ)
    voice = voice_of(stems.mix if with_music else bare, backend)
    n = round(min(order.length_s, order.duration_s) * VOICE_HZ)
    mono = np.zeros(n, np.float32) if voice is None else voice.mono[:n]
    mono = np.pad(mono, (0, n - len(mono)))
    return order.pair_id, {"spoken": voice is not None}, log_mel(Sound(mono[np.newaxis], VOICE_HZ))


def _orders(corpus: Path, lengths_s: Mapping[str, float]) -> Iterator[Order]:
    pairs, takes, pieces = (
        read_table(corpus / f"{name}.parquet") for name in ("pairs", "takes", "pieces")
    )
    by_take = {row["take_id"]: row for row in takes}
    files = {row["piece_id"]: Path(row["file"]) for row in pieces}
    for row in pairs:
        if row["pair_id"] in lengths_s:
            yield _order(corpus, row, by_take[row["take_id"]], files, lengths_s[row["pair_id"]])


def _order(
    corpus: Path, pair: Mapping[str, Any], take: Mapping[str, Any], files: Mapping[str, Path],
    length_s: float,
) -> Order:  # fmt: skip
    if not take.get("game"):
        raise MrcmvError(
            f"{corpus} keeps no sounds of games apart from voices: nothing can be laid anew. Take "
            "a build of OpenGame."
        )
    segments = tuple(Segment(**one) for one in pair["segments"])
    return Order(
        pair["pair_id"], corpus / pair["voice"], corpus / take["game"], take["duration_s"],
        length_s, tuple(Span(one["start_s"], one["end_s"]) for one in pair["lines"]), segments,
        {one.piece_id: files[one.piece_id] for one in segments},
    )  # fmt: skip


def _maker(backend: str) -> str:
    """What makes the voices: the backend, and the weights of one that is trained here."""
    digest = hashlib.sha256(f"{VERSION} {backend}".encode())
    if backend == "compact":
        digest.update(media.content_hash(WEIGHTS).encode())
    return f"{backend}-{digest.hexdigest()[:8]}"

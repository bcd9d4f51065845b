"""Where somebody speaks, by Silero's voice activity detector (its weights come in its package)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.progress import Hook, silent
from mrcmv.types import Floats, Sound, Span

RATE_HZ = 16_000
THRESHOLD = 0.8
"""Probability from which a stretch of 32 ms counts as speech. Cries of monsters and players reach
Silero's own default of 0.5. Chosen on 24 mixes of 30–120 Freedoom effects (16 of them held "speech"
at 0.5); on 24 other mixes, 1 did, and 161 of 163 phrases that espeak-ng spoke over them were found.
"""
PHRASE_S = 1.0
"""A voice-over holds at least one phrase as long as this; without one, the spans are cries."""
SHORTEST_S = 0.25
"""Shorter spans are no words: a shout of "Go!" lasts 0.3 s."""
JOIN_S = 0.3
"""Spans nearer than this belong to one phrase, as the pauses between words do."""
PAD_S = 0.06
"""The detector is late at soft first sounds by up to two of its stretches."""
PEAK = 0.5
"""Every sound is brought to this peak, so that it doesn't matter how loud a clip was exported."""
RAISED_DB = -20.0
"""A stem whose peak lies farther than this under its mix's is taken to lie there."""
SILENCE = 1e-4
"""Peak (-80 dBFS) below which nothing is looked for."""

_lock = threading.Lock()
_model: Any = None


def find_speech(
    sound: Sound,
    hook: Hook = silent,
    phrase_s: float = PHRASE_S,
    mix: Sound | None = None,
) -> tuple[Span, ...]:
    """The stretches of a sound in which somebody speaks, in order, apart by at least 0.3 s.

    None where not one of them lasts `phrase_s`. Of a stem say of which `mix`: what a separator
    leaves in the voice where nobody speaks is not raised until it sounds like words.
    Safe to call from several threads: the detector holds a state, so they take turns.
    """
    import torch

    mono = _mono(sound)
    peak = float(np.abs(mono).max(initial=0.0))
    if mix is not None:
        peak = max(peak, float(np.abs(_mono(mix)).max(initial=0.0)) * 10 ** (RAISED_DB / 20))
    if peak < SILENCE:
        return ()
    with _lock, _one_thread():
        model, timestamps = _load()
        found = timestamps(
            torch.from_numpy(mono * np.float32(PEAK / peak)),
            model,
            threshold=THRESHOLD,
            sampling_rate=RATE_HZ,
            min_speech_duration_ms=round(1000 * SHORTEST_S),
            speech_pad_ms=round(1000 * PAD_S),
            progress_tracking_callback=_by_tenths(hook),
        )
    spans = join([Span(one["start"] / RATE_HZ, one["end"] / RATE_HZ) for one in found], JOIN_S)
    return spans if any(span.duration_s >= phrase_s for span in spans) else ()


def _mono(sound: Sound) -> Floats:
    """The mean of the channels at `RATE_HZ`, without a copy of the whole at the old rate.

    Shape: → `(n,)`.
    """
    step = 10 * sound.rate_hz
    parts = (
        sound.samples[:, start : start + step].mean(axis=0, dtype=np.float32)[np.newaxis]
        for start in range(0, sound.samples.shape[1], step)
    )
    pieces = [part[0] for part in media.resample_pieces(parts, sound.rate_hz, RATE_HZ, 1)]
    mono: Floats = np.concatenate([np.zeros(0, np.float32), *pieces])
    return mono


def join(spans: list[Span], gap_s: float) -> tuple[Span, ...]:
    """Spans in order, those nearer than `gap_s` made one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start_s):
        if joined and span.start_s - joined[-1].end_s < gap_s:
            end_s = max(joined[-1].end_s, span.end_s)
            joined[-1] = Span(joined[-1].start_s, end_s)
        else:
            joined.append(span)
    return tuple(joined)


def _by_tenths(hook: Hook) -> Callable[[float], None]:
    """Silero reports every 32 ms of sound; a listener wants to know ten times."""
    told = -1

    def report(percent: float) -> None:
        nonlocal told
        if int(percent / 10) > told:
            told = int(percent / 10)
            hook("Listening for a voice", completed=10 * told, total=100)

    return report


@contextmanager
def _one_thread() -> Iterator[None]:
    """Torch on one thread, and as it was afterwards.

    The detector's steps are so small that a second thread makes it four times slower (1 min of
    sound: 3.1 s on two threads, 0.7 s on one). Importing silero_vad sets one thread for good.
    """
    import torch

    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(n_threads)


def _load() -> Any:
    """The detector and the function that reads it; loaded once in a process, under the lock."""
    global _model
    if _model is None:
        import silero_vad

        _model = silero_vad.load_silero_vad(), silero_vad.get_speech_timestamps
    return _model

"""What each 32 s window of a track measures: the row that the index keeps of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, fields
from types import ModuleType

import numpy as np

from mrcmv import media, types
from mrcmv.catalog import energy, rhythm, spectra, tonality
from mrcmv.catalog.spectra import CHROMA_RATE_HZ, RATE_HZ, Spectra
from mrcmv.types import Descriptors, Floats, Sound, Span, TrackWindow, track_windows

VERSION = 1
"""Raise it when a change of code changes the numbers; changed parameters show by themselves."""
LONGEST_S = 1200.0
"""Of a longer track only the beginning is measured: what an hour of music needs is an album."""
SILENCE_LUFS = -70.0
"""BS.1770's absolute gate: a window below it holds no music."""
DETECTOR = {
    "RATE_HZ": 16_000,
    "THRESHOLD": 0.8,
    "PHRASE_S": 1.0,
    "SHORTEST_S": 0.25,
    "JOIN_S": 0.3,
    "PAD_S": 0.06,
    "PEAK": 0.5,
    "SILENCE": 1e-4,
}
"""The parameters of the detector of speech (`mrcmv.separation.speech`) that tracks are measured
with. This room must not import that one: a test of `mrcmv.indexing` holds the two equal."""


def maker() -> str:
    """The id of what makes the rows: every parameter is in it, by its name."""
    parameters = (
        *(_constants(module) for module in (spectra, rhythm, tonality, energy)),
        (types.WINDOW_S, types.HOP_S, LONGEST_S, SILENCE_LUFS, DETECTOR),
    )
    digest = hashlib.sha256(repr(parameters).encode()).hexdigest()
    return f"descriptors {VERSION} {digest[:12]}"


def _constants(module: ModuleType) -> dict[str, object]:
    """A module's public constants, in the order of their names."""
    named = {name: value for name, value in sorted(vars(module).items()) if _is_constant(name)}
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in named.items()
    }


def _is_constant(name: str) -> bool:
    return name.isupper() and not name.startswith("_")


MAKER = maker()
"""With another one than this, an index is made anew."""
WIDTH = 2 + len(fields(Descriptors))
"""Columns of a row: start, duration, then the descriptors in the order of their fields."""


def measure(sound: Sound, voiced: Sequence[Span] = ()) -> tuple[tuple[Span, Descriptors], ...]:
    """The windows of a track that hold music, with their descriptors; none if it is silent.

    sound: the track at 22.05 kHz. voiced: where a detector of speech heard a voice in it, so the
    vocal share is only as good as that. Silero's heard none in 23 instrumental pieces, all of
    what was spoken as loud as the music, 88 % at 6 dB and a third at 12 dB below; how much of
    singing it hears was not measured.
    Shape: sound.samples (channels, n).
    """
    if sound.rate_hz != RATE_HZ:
        raise ValueError(f"a track is measured at {RATE_HZ} Hz, not {sound.rate_hz}")
    loudnesses = [(span, _loudness(sound, span)) for span in track_windows(sound.duration_s)]
    audible = [(span, lufs) for span, lufs in loudnesses if lufs > SILENCE_LUFS]
    if not audible:
        return ()
    whole = spectra.spectra(sound.mono)
    loud = rhythm.level(whole.mel)
    strength = rhythm.onset_strength(whole.mel, loud)
    return tuple(
        (span, _describe(whole, whole.cut(span), strength, loud, lufs, _share(voiced, span)))
        for span, lufs in audible
    )


def rows_of(windows: Sequence[TrackWindow]) -> Floats:
    """The index's rows of a track's windows. Shape: (n_windows, WIDTH)."""
    return np.array(
        [(one.start_s, one.duration_s, *astuple(one.descriptors)) for one in windows], np.float32
    ).reshape(-1, WIDTH)


def windows_of(track_id: str, rows: Floats) -> tuple[TrackWindow, ...]:
    """The windows that a track's rows stand for. Shape: rows (n_windows, WIDTH)."""
    names = [field.name for field in fields(Descriptors)]
    windows = []
    for start_s, duration_s, *values in rows.tolist():
        named = dict(zip(names, values, strict=True))
        named["key"] = round(named["key"])
        windows.append(TrackWindow(track_id, start_s, duration_s, Descriptors(**named)))
    return tuple(windows)


def _describe(
    whole: Spectra, part: Spectra, strength: Floats, loud: float, lufs: float, vocal_share: float
) -> Descriptors:
    active = energy.activity(part, loud)
    # Modulations are rarer than windows that happen to avoid the third: half the whole track's.
    chroma = _unit(part.chroma.sum(axis=0)) + _unit(whole.chroma.sum(axis=0))
    ending = tonality.ending(whole.chroma, CHROMA_RATE_HZ)
    key, major = tonality.key_and_major(chroma, ending)
    power = part.mel.sum(axis=1)
    return Descriptors(
        tempo_bpm=rhythm.tempo_bpm(rhythm.onset_strength(part.mel, loud), strength),
        key=key,
        major=major,
        loudness_lufs=lufs,
        energy=energy.energy(active),
        brightness_hz=float((part.centroid_hz * power).sum() / max(float(power.sum()), 1e-12)),
        onset_rate_hz=active.onset_rate_hz,
        vocal_share=vocal_share,
    )


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def _loudness(sound: Sound, span: Span) -> float:
    part = sound.samples[:, round(span.start_s * RATE_HZ) : round(span.end_s * RATE_HZ)]
    return media.loudness_lufs(Sound(part, RATE_HZ))


def _share(voiced: Sequence[Span], span: Span) -> float:
    inside = (min(one.end_s, span.end_s) - max(one.start_s, span.start_s) for one in voiced)
    return min(1.0, sum(max(0.0, length_s) for length_s in inside) / span.duration_s)

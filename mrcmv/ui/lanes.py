"""What the time line is given: film strip, waveforms, speech and the music's ducking curve."""

import base64
import io
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from mrcmv.types import Curve, Decoded, Floats, Frames, Mix, Sound, Span, Stems
from mrcmv.ui import text

N_PEAKS = 500
"""Points of a waveform over the whole clip."""
N_STRIP = 24
STRIP_HEIGHT_PX = 72
LOUDNESS_POWER = 0.6
"""Peaks are drawn to this power, so that quiet speech is seen beside loud effects."""
NO_MUSIC_DB = -35.0
"""Power of the music's stem, relative to all stems', below which the clip has no music worth a
lane: −42 to −57 in the three sample clips, which have none, −28 to −5 in six that have some."""
FLOOR_DB = -24.0
"""The music's gain at the bottom of its lane, relative to its highest."""


def peaks(sound: Sound, n: int = N_PEAKS) -> Floats:
    """The largest magnitude in each of n even stretches. Shape: `(n,)`."""
    loud = np.abs(sound.samples).max(axis=0) if sound.samples.size else np.zeros(0, np.float32)
    edges = np.linspace(0, len(loud), n + 1).astype(int)
    found = [float(loud[a : max(b, a + 1)].max(initial=0.0)) for a, b in pairwise(edges)]
    return np.asarray(found, np.float32)


def drawn(values: Floats, top: float) -> list[int]:
    """Peaks as heights 0–100 against `top`, the loudest peak of the clip."""
    shares = np.clip(values / max(top, 1e-6), 0.0, 1.0) ** LOUDNESS_POWER
    return [round(float(share) * 100) for share in shares]


def gain_heights(gain_db: Curve, duration_s: float, n: int = N_PEAKS) -> list[int]:
    """A gain curve as heights 0–100 over the clip: its highest is 100, `FLOOR_DB` below it 0."""
    if len(gain_db.values) == 0:
        return [0] * n
    at_s = (np.arange(n) + 0.5) * duration_s / n
    values = np.interp(at_s, gain_db.times_s, np.maximum(gain_db.values, -200.0))
    shares = np.clip(1 - (values - values.max()) / FLOOR_DB, 0.0, 1.0)
    return [round(float(share) * 92) for share in shares]


def strip(frames: Frames, n: int = N_STRIP) -> dict[str, Any] | None:
    """A film strip as one JPEG of n even frames side by side, in a data address."""
    from PIL import Image

    if len(frames.images) == 0:
        return None
    chosen = np.linspace(0, len(frames.images) - 1, min(n, len(frames.images))).round().astype(int)
    _, height, width, _ = frames.images.shape
    size = (max(1, round(STRIP_HEIGHT_PX * width / height)), STRIP_HEIGHT_PX)
    sheet = Image.new("RGB", (size[0] * len(chosen), size[1]))
    for place, index in enumerate(chosen):
        sheet.paste(Image.fromarray(frames.images[index]).resize(size), (place * size[0], 0))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=72, optimize=True)
    address = "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
    return {"src": address, "n": len(chosen), "aspect": width / height}


def spans(speech: Sequence[Span]) -> list[list[float]]:
    """Spans as pairs of seconds."""
    return [[round(span.start_s, 2), round(span.end_s, 2)] for span in speech]


def waiting(decoded: Decoded) -> dict[str, Any]:
    """The time line before the voice is known: the picture and the clip's whole sound."""
    sound = decoded.sound
    if sound is None:
        lanes = [_empty("voice", text.LANE_NO_SOUND), _empty("rest", text.LANE_NO_SOUND)]
    else:
        values = peaks(sound)
        whole = {"id": "rest", "label": text.LANE_NAMES["original"]}
        lanes = [
            _empty("voice", text.LANE_WAITING),
            {**whole, "peaks": drawn(values, float(values.max()))},
        ]
    return _line(decoded, lanes)


def known(decoded: Decoded, stems: Stems) -> dict[str, Any]:
    """The time line with the voice, its speech marked, and what else the sound holds."""
    measured = {n: peaks(sound) for n, sound in stems.present.items() if _is_worth(n, stems)}
    top = max((float(values.max()) for values in measured.values()), default=0.0)
    lanes: list[dict[str, Any]] = []
    if "voice" not in measured:
        empty = text.LANE_NO_SOUND if decoded.sound is None else text.LANE_NO_VOICE
        lanes.append(_empty("voice", empty))
    for name, values in measured.items():
        label = text.LANE_NAMES[name if "voice" in measured or name != "rest" else "original"]
        lane = {"id": name, "label": label, "peaks": drawn(values, top)}
        lanes.append({**lane, "spans": spans(stems.speech)} if name == "voice" else lane)
    note = stems.note if stems.voice is not None else None
    return {**_line(decoded, lanes), "note": note}


def music(mix: Mix, title: str, duration_s: float) -> dict[str, Any]:
    """The music's lane: how loud it lies under the clip, over the clip's seconds."""
    minutes, seconds = divmod(int(mix.start_s), 60)
    return {
        "title": title,
        "label": text.FROM.format(clock=f"{minutes}:{seconds:02d}"),
        "gain": gain_heights(mix.music_gain_db, duration_s),
    }


def _is_worth(name: str, stems: Stems) -> bool:
    """Whether a stem has a lane: all but music that nobody would hear."""
    powers = {n: float(np.square(s.samples).mean()) for n, s in stems.present.items()}
    return name != "music" or powers[name] > 10 ** (NO_MUSIC_DB / 10) * sum(powers.values())


def _empty(name: str, words: str) -> dict[str, Any]:
    return {"id": name, "label": text.LANE_NAMES[name], "peaks": None, "empty": words}


def _line(decoded: Decoded, lanes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "duration": decoded.clip.duration_s,
        "window": {"start": decoded.window.start_s, "end": decoded.window.end_s},
        "strip": strip(decoded.strip),
        "lanes": lanes,
    }
